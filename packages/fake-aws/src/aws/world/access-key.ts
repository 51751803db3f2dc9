import type { AccessKey, User } from './user.ts'

/** What a read at `nowMs` shows of a user's keys, oldest first. */
export const keysSeen = (user: User, nowMs: number): readonly AccessKey[] =>
  user.keys.filter((key) => key.exists.seenAt(nowMs))

/** The user's keys in truth, which the limit of two counts. */
export const keysHeld = (user: User): readonly AccessKey[] =>
  user.keys.filter((key) => key.exists.latest)

/** Whether AWS would accept a call signed with the key at `nowMs`. */
export const authenticates = (key: AccessKey, nowMs: number): boolean =>
  key.usableFromMs <= nowMs && key.exists.seenAt(nowMs) && key.status.seenAt(nowMs) === 'Active'
