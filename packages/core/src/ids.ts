import { z } from 'zod'

/** An AWS account ID: twelve digits. */
export const AccountId = z
  .string()
  .regex(/^\d{12}$/, 'an AWS account ID has twelve digits')
  .brand<'AccountId'>()
export type AccountId = z.infer<typeof AccountId>

/** An access key ID: 16 to 128 word characters (IAM API Reference, AccessKey). */
export const AccessKeyId = z
  .string()
  .regex(/^\w{16,128}$/, 'an access key ID has 16 to 128 letters and digits')
  .brand<'AccessKeyId'>()
export type AccessKeyId = z.infer<typeof AccessKeyId>

/** The unique ID of an IAM user (`AIDA…`). Unlike a user name it is never given to another user. */
export const UserId = z
  .string()
  .regex(/^\w{16,128}$/, 'an IAM user ID has 16 to 128 letters and digits')
  .brand<'UserId'>()
export type UserId = z.infer<typeof UserId>

/** IAM user names: letters, digits and `+ = , . @ _ -`, at most 64 (IAM API Reference, User). */
export const UserName = z
  .string()
  .regex(/^[\w+=,.@-]{1,64}$/, 'an IAM user name has up to 64 of letters, digits and +=,.@_-')
  .brand<'UserName'>()
export type UserName = z.infer<typeof UserName>

/**
 * A UUID. keynag derives from it the role session names of the rotation and the version IDs of its
 * secret (`sessionNameOf`, `versionIdOf`).
 */
export const RotationId = z.uuid().brand<'RotationId'>()
export type RotationId = z.infer<typeof RotationId>

/** The ID of one message to one audience. It stays the same however often keynag tries to send it. */
export const NoticeId = z.string().min(1).max(256).brand<'NoticeId'>()
export type NoticeId = z.infer<typeof NoticeId>
