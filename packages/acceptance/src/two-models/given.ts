import { RotationId, type AccessKeyId, type CreatedKey, type UserRef } from '@keynag/core'
import { expect } from 'vitest'
import type { WorldUnderTest } from './world-under-test.ts'

export const rotationId = RotationId.parse('00000000-0000-4000-8000-000000000001')
export const sessionName = `keynag-${rotationId}`

/** More than a call takes in either world, and less than any lag. */
export const aMoment = 1_000

/** The user as keynag knows it from then on. */
export async function refOf(aws: WorldUnderTest, userName: string): Promise<UserRef> {
  const user = await aws.iam.user(aws.account, userName)
  if (user === undefined) throw new Error(`there is no user ${userName}`)
  return user
}

/** A user with one key of a hundred days ago. */
export async function aUserWithAKey(
  aws: WorldUnderTest,
): Promise<{ user: UserRef; key: AccessKeyId }> {
  aws.addUser('ann')
  return { key: aws.addOldKey('ann'), user: await refOf(aws, 'ann') }
}

export async function createdKey(aws: WorldUnderTest, user: UserRef): Promise<CreatedKey> {
  const answer = await aws.mutations.create(user, sessionName)
  if (typeof answer === 'string') throw new Error(`CreateAccessKey said ${answer}`)
  return answer
}

/** The IDs and status of a user's keys, as the list shows them, in the order of their IDs. */
export async function listed(
  aws: WorldUnderTest,
  userName = 'ann',
): Promise<readonly string[] | undefined> {
  const keys = await aws.iam.accessKeys(aws.account, userName)
  return keys?.map(({ accessKeyId, status }) => `${accessKeyId} ${status}`).toSorted()
}

export async function allOf<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** AWS refuses it for good, and says nothing of a permission. */
export const rejected = (call: Promise<unknown>): Promise<void> =>
  expect(call).rejects.toMatchObject({ code: 'KEYNAG_REQUEST_REJECTED', errorClass: 'permanent' })
