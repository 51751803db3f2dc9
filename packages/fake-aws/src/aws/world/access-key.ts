import type { AccessKey, User } from './user.ts'

/** The user's keys that a read at `nowMs` shows, oldest first. */
export const keysSeen = (user: User, nowMs: number): readonly AccessKey[] =>
  user.keys.filter((key) => key.exists.seenAt(nowMs))

/** The keys that the user really has. The limit of two counts these. */
export const keysHeld = (user: User): readonly AccessKey[] =>
  user.keys.filter((key) => key.exists.latest)

/** Whether AWS would accept a call signed with the key at `nowMs`. */
export const authenticates = (key: AccessKey, nowMs: number): boolean =>
  key.usableFromMs <= nowMs && key.exists.seenAt(nowMs) && key.status.seenAt(nowMs) === 'Active'
