import { dayMs, handoverName, minuteMs, RotationId } from '@keynag/core'
import { prepared } from '@keynag/core/testing'
import { expect } from 'vitest'
import { aSecret, first, second } from '../a-secret.ts'
import { undocumented, type Documented } from '../documented.ts'
import { rejected, rotationId } from '../given.ts'
import type { WorldUnderTest } from '../world-under-test.ts'

const remove = 'Secrets Manager API Reference, DeleteSecret'
const create = 'Secrets Manager API Reference, CreateSecret'
const get = 'Secrets Manager API Reference, GetSecretValue'
const put = 'Secrets Manager API Reference, PutSecretValue'

const windowMs = 7 * dayMs
const absent = { kind: 'absent' }
const beingDeleted = { kind: 'gone', why: 'it is scheduled for deletion' }
const missing = { kind: 'gone', why: 'it does not exist' }

const aFilledSecret = async (aws: WorldUnderTest) => {
  const secret = await aSecret(aws)
  await secret.store(first, secret.key)
  return secret
}

export const secretDeletionCases = (documented: Documented): void => {
  documented('A secret that is scheduled for deletion is refused to readers', get, async (aws) => {
    const { retire, stored, offered, secretArn } = await aFilledSecret(aws)
    aws.advance(aws.lags.activation)
    await retire()
    expect(aws.currentKeyIn(secretArn)).toBeUndefined()
    expect(await stored(first)).toStrictEqual(beingDeleted)
    expect(await stored(second)).toStrictEqual(beingDeleted)
    expect(await offered()).toStrictEqual(beingDeleted)
    expect(await aws.handovers.test(aws.account, secretArn, first)).toStrictEqual({
      kind: 'refused',
    })
    aws.advance(windowMs - minuteMs)
    expect(await stored(first)).toStrictEqual(beingDeleted)
  })

  documented('A secret that is scheduled for deletion takes no value', put, async (aws) => {
    const { retire, store, key, otherKey } = await aFilledSecret(aws)
    await retire()
    await rejected(store(second, otherKey))
    await rejected(store(first, key))
  })

  documented(
    'A secret that is scheduled for deletion moves no label',
    'Secrets Manager API Reference, UpdateSecretVersionStage',
    async (aws) => {
      const { retire, store, otherKey, promote } = await aFilledSecret(aws)
      await store(second, otherKey)
      await retire()
      await rejected(promote(second))
    },
  )

  documented(
    'A secret that is scheduled for deletion still tells its labels',
    'Secrets Manager API Reference, DescribeSecret',
    async (aws) => {
      const { retire, promote } = await aFilledSecret(aws)
      await retire()
      await expect(promote(first)).resolves.toBeUndefined()
    },
  )

  documented('The name is taken until the recovery window is over', create, async (aws) => {
    const { retire, user } = await aFilledSecret(aws)
    await retire()
    expect(await aws.handovers.prepare(user, rotationId)).toBe('name-taken')
    aws.advance(windowMs - minuteMs)
    expect(await aws.handovers.prepare(user, rotationId)).toBe('name-taken')
  })

  documented('When the recovery window is over, the secret is not there', remove, async (aws) => {
    const { retire, stored, store, promote, otherKey } = await aFilledSecret(aws)
    await retire()
    aws.advance(windowMs)
    expect(await stored(first)).toStrictEqual(missing)
    await rejected(store(second, otherKey))
    await rejected(promote(first))
  })

  documented('When the recovery window is over, the name is free', create, async (aws) => {
    const { retire, user } = await aFilledSecret(aws)
    await retire()
    aws.advance(windowMs)
    const { secretArn } = await prepared(aws.handovers, user, rotationId)
    expect(await aws.handovers.stored(aws.account, secretArn, first)).toStrictEqual(absent)
  })

  documented('A secret that takes an old name has another ARN', create, async (aws) => {
    const { retire, user, secretArn } = await aFilledSecret(aws)
    await retire()
    aws.advance(windowMs)
    const again = await prepared(aws.handovers, user, rotationId)
    expect(again.secretArn).not.toBe(secretArn)
  })

  documented('A repeated deletion does not begin the recovery window anew', remove, async (aws) => {
    const { retire, stored } = await aFilledSecret(aws)
    await retire()
    aws.advance(windowMs - minuteMs)
    await retire()
    aws.advance(minuteMs)
    expect(await stored(first)).toStrictEqual(missing)
    await expect(retire()).resolves.toBeUndefined()
  })

  documented('A secret is deleted by its name as well', remove, async (aws) => {
    const { stored } = await aFilledSecret(aws)
    await aws.handovers.retire(aws.account, handoverName(rotationId))
    expect(await stored(first)).toStrictEqual(beingDeleted)
  })

  documented('Nothing happens where there is no secret to delete', undocumented, async (aws) => {
    const never = RotationId.parse('00000000-0000-4000-8000-000000000002')
    const { stored } = await aFilledSecret(aws)
    await aws.handovers.retire(aws.account, handoverName(never))
    expect(await stored(first)).toMatchObject({ kind: 'key' })
  })

  documented('Without a recovery window a secret is gone at once', remove, async (aws) => {
    const { user, stored, offered, secretArn } = await aFilledSecret(aws)
    aws.deleteSecretAtOnce(secretArn)
    expect(await stored(first)).toStrictEqual(missing)
    expect(await offered()).toStrictEqual(missing)
    const again = await prepared(aws.handovers, user, rotationId)
    expect(aws.currentKeyIn(again.secretArn)).toBeUndefined()
  })
}
