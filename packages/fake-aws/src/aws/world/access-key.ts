import type { Eventually } from '../eventually.ts'
import type { Sealed } from '../sealed.ts'
import type { User } from './user.ts'

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

/** What a read at `nowMs` shows of a user's keys, oldest first. */
export const keysSeen = (user: User, nowMs: number): readonly AccessKey[] =>
  user.keys.filter((key) => key.exists.seenAt(nowMs))

/** The user's keys in truth, which the limit of two counts. */
export const keysHeld = (user: User): readonly AccessKey[] =>
  user.keys.filter((key) => key.exists.latest)

/** Whether AWS would accept a call signed with the key at `nowMs`. */
export const authenticates = (key: AccessKey, nowMs: number): boolean =>
  key.usableFromMs <= nowMs && key.exists.seenAt(nowMs) && key.status.seenAt(nowMs) === 'Active'
