import { z } from 'zod'

/** The twelve digits of an AWS account. */
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

/** The stable, never reused ID of an IAM user (`AIDA…`); names are reused, IDs are not. */
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

/** A UUID: also the RoleSessionName of the saga's sessions and the secret's version ID. */
export const RotationId = z.uuid().brand<'RotationId'>()
export type RotationId = z.infer<typeof RotationId>

/** Names one message to one audience; the same message has the same ID however often it is tried. */
export const NoticeId = z.string().min(1).max(256).brand<'NoticeId'>()
export type NoticeId = z.infer<typeof NoticeId>
