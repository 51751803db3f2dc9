import type { Eventually } from '../eventually.ts'
import type { Sealed } from '../sealed.ts'
import type { User } from './user.ts'

/** IAM API Reference, AccessKeyMetadata, Status. IAM can return `Expired` but no call sets it. */
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
  /** The key's columns in the credential report, for the key's whole life. Not in order of age. */
  readonly slot: 1 | 2
  readonly exists: Eventually<boolean>
  readonly status: Eventually<KeyStatus>
  /** When the status last changed or, before any change, when the key was created. */
  statusChangedAtMs: number
  /** Before this instant, calls signed with the key are refused. */
  readonly usableFromMs: number
  readonly lastUse: Eventually<KeyUse | undefined>
  /** The last use by the credential report. It can lag behind; see REPORTED_USE_SPAN_MS. */
  readonly reportedUse: Eventually<KeyUse | undefined>
}

/** The user's keys that a read at `nowMs` shows, oldest first. */
export const keysSeen = (user: User, nowMs: number): readonly AccessKey[] =>
  user.keys.filter((key) => key.exists.seenAt(nowMs))

/** The keys that the user really has. The limit of two counts these. */
export const keysHeld = (user: User): readonly AccessKey[] =>
  user.keys.filter((key) => key.exists.latest)

/** Whether AWS would accept a call signed with the key at `nowMs`. */
export const authenticates = (key: AccessKey, nowMs: number): boolean =>
  key.usableFromMs <= nowMs && key.exists.seenAt(nowMs) && key.status.seenAt(nowMs) === 'Active'
