import type { AccessKeyId, AccountId } from './ids.ts'
import type { KeyStatus, LastUsed } from './key/access-key.ts'
import type { Deed, Replaced, Resolution, TakenBack } from './key/fact.ts'
import type { Unread } from './scan.ts'
import type { UnreadAccountRow } from './unread-accounts.ts'
import type { EpochMs } from './time.ts'

/** One way to reach a person or a channel. */
export type Route =
  | { readonly via: 'slack'; readonly email: string }
  | { readonly via: 'slack-channel'; readonly channel: string }
  | { readonly via: 'email'; readonly email: string }

/** The facts about one key that a message shows. */
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
  /** What keynag will do next, and when, if nobody acts. */
  readonly ahead: Ahead
  /** The policy lets its users have no keys, so a new key goes too. Absent: it lets them. */
  readonly keysUnwanted?: {
    /** The members of these groups are the users of the policy. Empty: it names no group. */
    readonly groups: readonly string[]
  }
  /** keynag made this key to replace that one, and nobody has used it yet: its owner is to install it. */
  readonly replaces?: Replaced
  /** An earlier rotation has left this replacement of the key. The user may still have it. */
  readonly replacementKeyId?: AccessKeyId
}

export type Ahead =
  | {
      readonly kind: 'nothing'
      /** keynag leaves the key alone until this date; what follows then is not decided yet. */
      readonly until?: EpochMs
    }
  | {
      readonly kind: 'rotate' | 'deactivate' | 'delete'
      readonly at: EpochMs | undefined
      /** The deletion follows the deactivation at once. */
      readonly isFinal?: true
    }

/** The content of a message, without its format. `now` is when it was composed. */
export type Message =
  | {
      readonly kind: 'nag'
      readonly noticeId: string
      readonly now: EpochMs
      readonly keys: readonly KeyCard[]
      /** How many more keys are due; further messages name them. Absent: none. */
      readonly following?: number
      /** Keys of the same audience that are not due now; the message lists them too. */
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
      /** Where the secret is. A message never contains the secret itself. */
      readonly secretArn: string
      readonly deactivatesAt: EpochMs
      /** The deletion follows the deactivation at once. */
      readonly isFinal?: true
      readonly retireAt: EpochMs
    }
  | {
      readonly kind: 'replacement-found'
      readonly noticeId: string
      readonly now: EpochMs
      readonly key: KeyCard
      readonly replacementKeyId: AccessKeyId
      readonly deactivatesAt: EpochMs
      /** keynag made it, and its secret cannot be fetched any more. Absent: somebody else made it. */
      readonly isKeynags?: true
      /** The deletion follows the deactivation at once. */
      readonly isFinal?: true
    }
  | {
      readonly kind: 'deactivated'
      readonly noticeId: string
      readonly now: EpochMs
      readonly key: KeyCard
      readonly deletesAt: EpochMs | undefined
    }
  | {
      readonly kind: 'called-off'
      readonly noticeId: string
      readonly now: EpochMs
      readonly key: KeyCard
      /** What the owner read, and the date of it. */
      readonly deed: Deed
      readonly date: EpochMs
      readonly because: WhyCalledOff
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
  | {
      readonly kind: 'held-to-owner'
      readonly noticeId: string
      readonly now: EpochMs
      readonly key: KeyCard
      readonly code: string
      /** The key that replaces this one, where there is one, and where its secret should be. */
      readonly replacementKeyId?: AccessKeyId
      readonly secretArn?: string
    }
  | ({ readonly kind: 'digest'; readonly noticeId: string; readonly now: EpochMs } & Digest)
export type MessageOf<K extends Message['kind']> = Extract<Message, { kind: K }>

/** Why a date that the owner read does not stand. */
export type WhyCalledOff =
  | { readonly kind: 'held'; readonly code: string }
  | { readonly kind: 'exempt'; readonly until: EpochMs }
  /** The deletion may follow the deactivation at once. */
  | { readonly kind: 'moved'; readonly to: EpochMs; readonly isFinal?: true }
  | { readonly kind: 'resolved'; readonly how: Resolution }
  | { readonly kind: 'not-enforced' }
  | { readonly kind: 'owner-changed' }

/** The content of the administrators' daily report. */
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
  /** Accounts that were scanned, and what could not be looked at in them. */
  readonly inPart?: readonly {
    readonly accountId: AccountId
    readonly name: string
    readonly unread: readonly Unread[]
  }[]
  /** Providers and Slack channels that take no message. */
  readonly outages?: readonly {
    readonly subject: string
    readonly since: EpochMs
    readonly why: string
    /** It does not end by itself. */
    readonly isBroken: boolean
  }[]
  /** Accounts that no scan has read for too long: keynag says and does nothing about their keys. */
  readonly unread: readonly UnreadAccountRow[]
  /** Accounts that are over, and how many of their keys keynag has resolved for that in the last week. */
  readonly ended: readonly {
    readonly accountId: AccountId
    readonly name: string
    readonly keys: number
  }[]
  readonly rootKeys: readonly { readonly accountId: AccountId; readonly name: string }[]
  readonly states: Readonly<Record<string, number>>
  readonly held: readonly { readonly key: KeyCard; readonly code: string; readonly why: string }[]
  /** Keys whose last mail, or a mail that enforcement required, came back. */
  readonly cameBack: readonly {
    readonly key: KeyCard
    readonly how: TakenBack
    readonly why: string
  }[]
  /** What keynag will do in the next days, soonest first. Keys of unread accounts are left out. */
  readonly ahead: readonly {
    readonly at: EpochMs
    readonly what: string
    readonly accessKeyId: AccessKeyId
    /** The key's policy is in dry run: this happens only if an operator arms the policy. */
    readonly ifArmed?: boolean
  }[]
}
