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

/** A change or another event in the simulated AWS, by kind. It never contains a secret. */
export type Happening =
  | ({ readonly kind: 'key-created' } & OfKey)
  | ({
      readonly kind: 'key-status-changed'
      readonly from: KeyStatus
      readonly to: KeyStatus
    } & OfKey)
  | ({ readonly kind: 'key-deleted'; readonly statusWas: KeyStatus } & OfKey)
  | ({ readonly kind: 'key-used'; readonly service: string; readonly region: string } & OfKey)
  /** A workload used a key that no longer works, or does not work yet: the workload was cut off. */
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
  /** A writing call that was answered with an error. */
  | { readonly kind: 'refused'; readonly error: string }

export type HistoryEntry = Happening & {
  /** The entry's position in the history, from 0. */
  readonly seq: number
  readonly atMs: number
  /** The account in which it happened, which can differ from the actor's. */
  readonly accountId: string
  readonly actor: HistoryActor
  /** `iam:CreateAccessKey`. For a person's action, the call that the console would make. */
  readonly operation: string
  readonly parameters: Readonly<Record<string, unknown>>
}

type Context = Pick<HistoryEntry, 'atMs' | 'accountId' | 'operation' | 'parameters'> & {
  readonly actor: HistoryActor
}

/** Every change in the simulated AWS, by keynag or by others, without delay; append-only. */
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

  /** The entries about one access key, oldest first. */
  ofKey(accessKeyId: string): readonly HistoryEntry[] {
    return this.#entries.filter(
      (entry) =>
        entry.kind !== 'role-assumed' &&
        'accessKeyId' in entry &&
        entry.accessKeyId === accessKeyId,
    )
  }
}
