import type { AccessKeyId, AccountId } from './ids.ts'
import type { KeyStatus, LastUsed } from './key/access-key.ts'
import type { TakenBack } from './key/fact.ts'
import type { EpochMs } from './time.ts'

/** How to reach somebody. */
export type Route =
  | { readonly via: 'slack'; readonly email: string }
  | { readonly via: 'slack-channel'; readonly channel: string }
  | { readonly via: 'email'; readonly email: string }

/** What a reader needs to know of one key. */
export interface KeyCard {
  readonly accessKeyId: AccessKeyId
  readonly accountId: AccountId
  readonly userName: string
  readonly createdAt: EpochMs
  readonly ageDays: number
  readonly status: KeyStatus
  readonly lastUsed: LastUsed
  readonly nagCount: number
  readonly ownerEvidence: string
  /** What keynag will do next by itself, and when, if nobody acts. */
  readonly ahead: Ahead
}

export type Ahead =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'rotate' | 'deactivate' | 'delete'
      readonly at: EpochMs | undefined
    }

/** A message as data: what it says, not how it looks. `now` is when it was composed. */
export type Message =
  | {
      readonly kind: 'nag'
      readonly noticeId: string
      readonly now: EpochMs
      readonly keys: readonly KeyCard[]
      /** Keys of the same audience that are not due now, listed for completeness. */
      readonly alsoOpen: readonly KeyCard[]
    }
  | {
      readonly kind: 'escalation'
      readonly noticeId: string
      readonly now: EpochMs
      readonly key: KeyCard
      readonly owner: string
      readonly level: number
      readonly rule: string
    }
  | {
      readonly kind: 'replacement-issued'
      readonly noticeId: string
      readonly now: EpochMs
      readonly key: KeyCard
      readonly replacementKeyId: AccessKeyId
      /** A pointer: the secret itself never travels in a message. */
      readonly secretArn: string
      readonly deactivatesAt: EpochMs
      readonly retireAt: EpochMs
    }
  | {
      readonly kind: 'replacement-found'
      readonly noticeId: string
      readonly now: EpochMs
      readonly key: KeyCard
      readonly replacementKeyId: AccessKeyId
      readonly deactivatesAt: EpochMs
    }
  | {
      readonly kind: 'deactivated'
      readonly noticeId: string
      readonly now: EpochMs
      readonly key: KeyCard
      readonly deletesAt: EpochMs | undefined
    }
  | {
      readonly kind: 'deleted'
      readonly noticeId: string
      readonly now: EpochMs
      readonly key: KeyCard
    }
  | {
      readonly kind: 'held'
      readonly noticeId: string
      readonly now: EpochMs
      readonly key: KeyCard
      readonly owner: string
      readonly code: string
      readonly why: string
    }
  | ({ readonly kind: 'digest'; readonly noticeId: string; readonly now: EpochMs } & Digest)
export type MessageOf<K extends Message['kind']> = Extract<Message, { kind: K }>

/** What the administrators are told once a day. */
export interface Digest {
  readonly date: string
  readonly coverage: {
    readonly planned: number
    readonly finished: number
    readonly notScanned: readonly {
      readonly accountId: AccountId
      readonly name: string
      readonly why: string
    }[]
  }
  readonly rootKeys: readonly { readonly accountId: AccountId; readonly name: string }[]
  readonly states: Readonly<Record<string, number>>
  readonly held: readonly { readonly key: KeyCard; readonly code: string; readonly why: string }[]
  /** Keys whose last mail, or one that enforcement stood on, came back. */
  readonly cameBack: readonly {
    readonly key: KeyCard
    readonly how: TakenBack
    readonly why: string
  }[]
  /** What comes in the next days, soonest first. */
  readonly ahead: readonly {
    readonly at: EpochMs
    readonly what: string
    readonly accessKeyId: AccessKeyId
    /** The key's policy is in dry run: nothing comes of it until the policy is armed. */
    readonly ifArmed?: boolean
  }[]
}
