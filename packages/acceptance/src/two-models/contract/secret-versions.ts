import { UserName } from '@keynag/core'
import { expect } from 'vitest'
import { aSecret, first, second } from '../a-secret.ts'
import type { Documented } from '../documented.ts'
import { rejected, rotationId } from '../given.ts'

const create = 'Secrets Manager API Reference, CreateSecret'
const put = 'Secrets Manager API Reference, PutSecretValue'
const get = 'Secrets Manager API Reference, GetSecretValue'
const move = 'Secrets Manager API Reference, UpdateSecretVersionStage'

const absent = { kind: 'absent' }

export const secretVersionCases = (documented: Documented): void => {
  documented('A name is one secret’s, however often it is prepared', create, async (aws) => {
    const { user, secretArn } = await aSecret(aws)
    expect(await aws.handovers.prepare(user, rotationId)).toStrictEqual({ secretArn })
    expect(secretArn).toContain(`:secret:keynag/handover/${rotationId}-`)
  })

  documented(
    'A secret is given to no reader that is not there',
    'Secrets Manager API Reference, PutResourcePolicy: MalformedPolicyDocumentException',
    async (aws) => {
      const { user, secretArn } = await aSecret(aws)
      aws.renameUser('ann', 'anna')
      await rejected(aws.handovers.prepare(user, rotationId))
      aws.renameUser('anna', 'ann')
      expect(await aws.handovers.prepare(user, rotationId)).toStrictEqual({ secretArn })
    },
  )

  documented('A secret made without a value has no version', create, async (aws) => {
    const { stored, secretArn } = await aSecret(aws)
    expect(await stored(first)).toStrictEqual(absent)
    expect(await aws.handovers.test(aws.account, secretArn, first)).toStrictEqual({
      kind: 'refused',
    })
    expect(aws.currentKeyIn(secretArn)).toBeUndefined()
  })

  documented('The same value under the same token changes nothing', put, async (aws) => {
    const { key, store, stored } = await aSecret(aws)
    await store(first, key)
    await store(first, key)
    expect(await stored(first)).toStrictEqual({ kind: 'key', newKeyId: key.accessKeyId })
  })

  documented('Another value under the same token is refused', put, async (aws) => {
    const { key, otherKey, store, stored } = await aSecret(aws)
    await store(first, key)
    await rejected(store(first, otherKey))
    expect(await stored(first)).toStrictEqual({ kind: 'key', newKeyId: key.accessKeyId })
  })

  documented('The same key under another user name is another value', put, async (aws) => {
    const { user, secretArn, key, store } = await aSecret(aws)
    await store(first, key)
    const renamed = { ...user, userName: UserName.parse('anna') }
    await rejected(aws.handovers.store(renamed, secretArn, first, key))
  })

  documented('Another token makes another version', put, async (aws) => {
    const { key, otherKey, store, stored } = await aSecret(aws)
    await store(first, key)
    expect(await stored(second)).toStrictEqual(absent)
    await store(second, otherKey)
    expect(await stored(first)).toStrictEqual({ kind: 'key', newKeyId: key.accessKeyId })
    expect(await stored(second)).toStrictEqual({ kind: 'key', newKeyId: otherKey.accessKeyId })
  })

  documented('The first version of a secret becomes AWSCURRENT by itself', put, async (aws) => {
    const { key, otherKey, store, secretArn } = await aSecret(aws)
    await store(second, key)
    expect(aws.currentKeyIn(secretArn)).toBe(key.accessKeyId)
    await store(first, otherKey)
    expect(aws.currentKeyIn(secretArn)).toBe(key.accessKeyId)
  })

  documented('AWSCURRENT moves to another version, and back', move, async (aws) => {
    const { key, otherKey, store, promote, secretArn } = await aSecret(aws)
    await store(first, key)
    await store(second, otherKey)
    await promote(second)
    await promote(second)
    expect(aws.currentKeyIn(secretArn)).toBe(otherKey.accessKeyId)
    await promote(first)
    expect(aws.currentKeyIn(secretArn)).toBe(key.accessKeyId)
  })

  documented('AWSCURRENT moves to no version that is not there', move, async (aws) => {
    const { key, store, promote, secretArn } = await aSecret(aws)
    await store(first, key)
    await rejected(promote(second))
    expect(aws.currentKeyIn(secretArn)).toBe(key.accessKeyId)
  })

  documented('What is not there takes no value and no label', put, async (aws) => {
    const { key, store, promote, secretArn } = await aSecret(aws)
    aws.deleteSecretAtOnce(secretArn)
    await rejected(store(first, key))
    await rejected(promote(first))
  })

  documented('A version is read by its ID in any stage', get, async (aws) => {
    const { key, otherKey, store, stored, promote } = await aSecret(aws)
    await store(first, key)
    await store(second, otherKey)
    await promote(second)
    expect(await stored(first)).toStrictEqual({ kind: 'key', newKeyId: key.accessKeyId })
  })
}
