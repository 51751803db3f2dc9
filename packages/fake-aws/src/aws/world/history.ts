import type { KeyStatus } from './user.ts'
import type { Actor } from './actor.ts'

type HistoryActor = Pick<Actor, 'kind' | 'arn' | 'sessionName'>

interface OfKey {
  readonly userName: string
  readonly userId: string
  readonly accessKeyId: string
}

interface OfUser {
  readonly userName: string
  readonly userId: string
}

interface OfSecret {
  readonly secretArn: string
  readonly secretName: string
}

interface OfVersion extends OfSecret {
  readonly versionId: string
  readonly stages: readonly string[]
}

/** What happened, by kind. Never holds secret bytes. */
export type Happening =
  | ({ readonly kind: 'key-created' } & OfKey)
  | ({
      readonly kind: 'key-status-changed'
      readonly from: KeyStatus
      readonly to: KeyStatus
    } & OfKey)
  | ({ readonly kind: 'key-deleted'; readonly statusWas: KeyStatus } & OfKey)
  | ({ readonly kind: 'key-used'; readonly service: string; readonly region: string } & OfKey)
  /** Somebody tried a key that no longer works, or does not work yet: a workload cut off. */
  | ({ readonly kind: 'key-refused'; readonly service: string; readonly region: string } & OfKey)
  | ({ readonly kind: 'user-created' } & OfUser)
  | ({ readonly kind: 'user-renamed'; readonly was: string } & OfUser)
  | ({ readonly kind: 'user-deleted' } & OfUser)
  | ({ readonly kind: 'user-tagged'; readonly tags: Readonly<Record<string, string>> } & OfUser)
  | ({ readonly kind: 'user-untagged'; readonly tagKeys: readonly string[] } & OfUser)
  | { readonly kind: 'role-added' | 'role-removed'; readonly roleArn: string }
  | {
      readonly kind: 'role-assumed'
      readonly roleArn: string
      readonly sessionName: string
      readonly accessKeyId: string
    }
  | ({ readonly kind: 'secret-created' } & OfSecret)
  | ({ readonly kind: 'secret-version-put' } & OfVersion)
  | ({ readonly kind: 'secret-read' } & OfVersion)
  | ({
      readonly kind: 'secret-stage-moved'
      readonly stage: string
      readonly fromVersionId: string | undefined
      readonly toVersionId: string | undefined
    } & OfSecret)
  | ({ readonly kind: 'secret-policy-put' } & OfSecret)
  | ({ readonly kind: 'secret-tagged' } & OfSecret)
  | ({ readonly kind: 'secret-deletion-scheduled'; readonly goneAtMs: number } & OfSecret)
  | ({ readonly kind: 'secret-restored' } & OfSecret)
  /** A call that would have changed something, and was answered with an error. */
  | { readonly kind: 'refused'; readonly error: string }

export type HistoryEntry = Happening & {
  /** Position, from 0. */
  readonly seq: number
  readonly atMs: number
  /** The account in which it happened, not the actor's. */
  readonly accountId: string
  readonly actor: HistoryActor
  /** `iam:CreateAccessKey`; interference bears the name of the call that a person's click makes. */
  readonly operation: string
  readonly parameters: Readonly<Record<string, unknown>>
}

type Context = Pick<HistoryEntry, 'atMs' | 'accountId' | 'operation' | 'parameters'> & {
  readonly actor: HistoryActor
}

/** The complete record of every change and interference, at once and append-only. */
export class History {
  readonly #entries: HistoryEntry[] = []

  get entries(): readonly HistoryEntry[] {
    return this.#entries
  }

  record(context: Context, happening: Happening): void {
    const { kind, arn, sessionName } = context.actor
    const actor = sessionName === undefined ? { kind, arn } : { kind, arn, sessionName }
    this.#entries.push({ ...happening, ...context, actor, seq: this.#entries.length })
  }

  /** The entries of one kind, oldest first. */
  of<K extends Happening['kind']>(kind: K): readonly Extract<HistoryEntry, { kind: K }>[] {
    return this.#entries.filter(
      (entry): entry is Extract<HistoryEntry, { kind: K }> => entry.kind === kind,
    )
  }

  /** All that happened to one access key, oldest first. */
  ofKey(accessKeyId: string): readonly HistoryEntry[] {
    return this.#entries.filter(
      (entry) =>
        entry.kind !== 'role-assumed' &&
        'accessKeyId' in entry &&
        entry.accessKeyId === accessKeyId,
    )
  }
}
