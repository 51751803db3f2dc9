import type { Eventually } from '../eventually.ts'
import type { PolicyDocument } from '../policy/document.ts'
import type { Sealed } from '../sealed.ts'
import { ByName } from './named.ts'

export interface Group {
  readonly name: string
  readonly path: string
  readonly id: string
  readonly createdAtMs: number
  readonly members: Set<User>
}

/** An IAM user. Its name and path can change; its `id` cannot and is never used again. */
export interface User {
  readonly accountId: string
  readonly id: string
  name: string
  path: string
  readonly createdAtMs: number
  readonly tags: Eventually<ReadonlyMap<string, string>>
  readonly groups: Set<Group>
  readonly password: { enabled: boolean; lastUsedMs: number | undefined; changedAtMs: number }
  mfa: boolean
  /** Inline policies. */
  readonly policies: readonly PolicyDocument[]
  /** The user's keys, deleted ones included for as long as reads still show them. */
  keys: AccessKey[]
  /** How many keys the user has had so far. */
  keysEver: number
}

/** IAM API Reference, AccessKeyMetadata, Status. `Expired` can be seen but not set. */
export type KeyStatus = 'Active' | 'Inactive' | 'Expired'

export interface KeyUse {
  readonly atMs: number
  /** The service's namespace, such as `s3`. */
  readonly service: string
  readonly region: string
}

/** A long-term access key of an IAM user. */
export interface AccessKey {
  readonly id: string
  readonly secret: Sealed<string>
  readonly user: User
  readonly createdAtMs: number
  /** 1 or 2: the credential report's column, kept for the key's life. Not in order of age. */
  readonly slot: 1 | 2
  readonly exists: Eventually<boolean>
  readonly status: Eventually<KeyStatus>
  /** When the status last changed, or the key was created. */
  statusChangedAtMs: number
  /** Calls signed with the key are refused before this. */
  readonly usableFromMs: number
  readonly lastUse: Eventually<KeyUse | undefined>
  /** The use that the credential report shows; see `recordUse` in key-ring.ts. */
  readonly reportedUse: Eventually<KeyUse | undefined>
}

export const userArn = (user: Pick<User, 'accountId' | 'path' | 'name'>): string =>
  `arn:aws:iam::${user.accountId}:user${user.path}${user.name}`

/** An account's users by name, and in the order in which IAM lists them. */
export class UserDirectory {
  readonly #byName = new ByName<User>()
  #sorted: readonly User[] | undefined

  get(name: string): User | undefined {
    return this.#byName.get(name)
  }

  add(user: User): void {
    this.#byName.add(user)
    this.#sorted = undefined
  }

  remove(user: User): void {
    this.#byName.remove(user)
    this.#sorted = undefined
  }

  rename(user: User, name: string): void {
    this.remove(user)
    user.name = name
    this.add(user)
  }

  /** The users, sorted by name. */
  get sorted(): readonly User[] {
    this.#sorted ??= [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
    return this.#sorted
  }

  get size(): number {
    return this.#byName.size
  }
}
