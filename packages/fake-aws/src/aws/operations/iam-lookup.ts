import { z } from 'zod'
import { AwsError } from '../aws-error.ts'
import { type AccessKey, type User, userArn } from '../world/user.ts'
import type { Call, Output } from './operation.ts'
import { permit } from './permission.ts'

/** IAM API Reference, `existingUserNameType`. */
export const userName = z
  .string()
  .regex(/^[\w+=,.@-]+$/)
  .max(128)

export const accessKeyId = z.string().regex(/^\w{16,128}$/)

/** Marker and MaxItems: 100 unless set, at most 1,000 (IAM API Reference, ListUsers). */
export const paging = {
  Marker: z.string().optional(),
  MaxItems: z.coerce.number().int().min(1).max(1000).default(100),
}

const noSuchUser = (name: string): AwsError =>
  new AwsError('NoSuchEntity', `The user with name ${name} cannot be found.`, 404)

export const noSuchKey = (id: string): AwsError =>
  new AwsError('NoSuchEntity', `The Access Key with id ${id} cannot be found.`, 404)

/**
 * The named user of the caller's account, or the caller itself when no name is given. The permission
 * is checked first, so a caller without it does not learn whether the user exists.
 */
export const permittedUser = (call: Call, name: string | undefined): User => {
  const { account, caller } = call
  const wanted = name ?? (caller.kind === 'user' ? caller.key.user.name : undefined)
  if (wanted === undefined) {
    throw call.invalid('Must specify userName when calling with non-User credentials')
  }
  const user = account.users.get(wanted)
  const resource = userArn(user ?? { accountId: account.id, path: '/', name: wanted })
  const tags = [...(user?.tags.latest ?? [])].map(([key, value]) => [
    `aws:ResourceTag/${key}`,
    value,
  ])
  permit(call, { resource, context: Object.fromEntries(tags) })
  if (user === undefined) throw noSuchUser(wanted)
  return user
}

/** The user's key by its true state, which writes check, not by the state that reads show. */
export const heldKey = (user: User, id: string): AccessKey => {
  const key = user.keys.find((one) => one.id === id && one.exists.latest)
  if (key === undefined) throw noSuchKey(id)
  return key
}

/** One page of a listing, with IsTruncated, and Marker if there is more. */
export const pageOf = <T>(
  call: Call,
  listing: string,
  input: { readonly Marker?: string | undefined; readonly MaxItems: number },
  sorted: readonly T[],
  keyOf: (item: T) => string,
): { readonly items: readonly T[]; readonly end: Output } => {
  const page = call.world.pager.page(sorted, keyOf, {
    listing: `${call.account.id} ${call.name} ${listing}`,
    token: input.Marker,
    size: input.MaxItems,
  })
  if (page === undefined) throw call.invalid('Invalid Marker.')
  const { items, next } = page
  return { items, end: { IsTruncated: next !== undefined, Marker: next } }
}
