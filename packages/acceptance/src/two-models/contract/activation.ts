import type { Attempt, CreatedKey, UserRef } from '@keynag/core'
import { prepared } from '@keynag/core/testing'
import { expect } from 'vitest'
import { undocumented, type Documented } from '../documented.ts'
import { aMoment, createdKey, refOf, rotationId, sessionName } from '../given.ts'
import type { WorldUnderTest } from '../world-under-test.ts'

const eventual = 'IAM User Guide, Troubleshoot IAM: changes are not always immediately visible'
const manage = 'IAM User Guide, Manage access keys for IAM users'
const attempt: Attempt = { rotationId, attempt: 1 }

/** A new key in its hand-over secret, to be tried from there as keynag does. */
async function aStoredKey(
  aws: WorldUnderTest,
): Promise<{ user: UserRef; key: CreatedKey; test: () => Promise<unknown> }> {
  aws.addUser('ann')
  const user = await refOf(aws, 'ann')
  const { secretArn } = await prepared(aws.handovers, user, rotationId)
  const key = await createdKey(aws, user)
  await aws.handovers.store(user, secretArn, attempt, key)
  return { user, key, test: () => aws.handovers.test(aws.account, secretArn, attempt) }
}

const refused = { kind: 'refused' }

export const activationCases = (documented: Documented): void => {
  documented('A new key is refused at first, and then works', eventual, async (aws) => {
    const { user, test } = await aStoredKey(aws)
    expect(await test()).toStrictEqual(refused)
    aws.advance(aws.lags.activation - aMoment)
    expect(await test()).toStrictEqual(refused)
    aws.advance(aMoment)
    expect(await test()).toStrictEqual({ kind: 'works', userId: user.userId })
  })

  documented('A new key is refused to programs as well', eventual, async (aws) => {
    aws.addUser('ann')
    const id = aws.makeKey('ann')
    expect(aws.useKey(id)).toBe(false)
    aws.advance(aws.lags.activation)
    expect(aws.useKey(id)).toBe(true)
  })

  documented('An Inactive key is refused until it is Active again', manage, async (aws) => {
    const { user, key, test } = await aStoredKey(aws)
    aws.advance(aws.lags.activation)
    await aws.mutations.deactivate(user, key.accessKeyId, sessionName)
    aws.advance(aws.lags.list)
    expect(await test()).toStrictEqual(refused)
    await aws.mutations.reactivate(user, key.accessKeyId, sessionName)
    aws.advance(aws.lags.list)
    expect(await test()).toMatchObject({ kind: 'works' })
  })

  documented('A deleted key is refused', manage, async (aws) => {
    const { key, test } = await aStoredKey(aws)
    aws.advance(aws.lags.activation)
    aws.deleteKey(key.accessKeyId)
    aws.advance(aws.lags.list)
    expect(await test()).toStrictEqual(refused)
    expect(aws.useKey(key.accessKeyId)).toBe(false)
  })

  documented('An expired key is refused', 'IAM API Reference, AccessKeyMetadata', async (aws) => {
    const { key, test } = await aStoredKey(aws)
    aws.advance(aws.lags.activation)
    aws.setStatus(key.accessKeyId, 'Expired')
    aws.advance(aws.lags.list)
    expect(await test()).toStrictEqual(refused)
  })

  documented(
    'The key of a deleted user is refused',
    'IAM User Guide, Remove or deactivate an IAM user',
    async (aws) => {
      const { test } = await aStoredKey(aws)
      aws.advance(aws.lags.activation)
      aws.deleteUser('ann')
      aws.advance(aws.lags.list)
      expect(await test()).toStrictEqual(refused)
    },
  )

  documented(
    'A key names its user by ID, whatever name the user has now',
    undocumented,
    async (aws) => {
      const { user, test } = await aStoredKey(aws)
      aws.advance(aws.lags.activation)
      aws.renameUser('ann', 'anna')
      expect(await test()).toStrictEqual({ kind: 'works', userId: user.userId })
    },
  )
}
