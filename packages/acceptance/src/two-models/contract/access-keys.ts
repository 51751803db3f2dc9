import { expect } from 'vitest'
import { undocumented, type Documented } from '../documented.ts'
import { aUserWithAKey, createdKey, listed, refOf, rejected, sessionName } from '../given.ts'

const quotas = 'IAM User Guide, IAM and AWS STS quotas'
const update = 'IAM API Reference, UpdateAccessKey'

export const accessKeyCases = (documented: Documented): void => {
  documented('A user has two access keys at most, Inactive or not', quotas, async (aws) => {
    const { user, key } = await aUserWithAKey(aws)
    aws.setStatus(key, 'Inactive')
    await createdKey(aws, user)
    aws.advance(aws.lags.list)
    expect(await aws.mutations.create(user, sessionName)).toBe('limit-exceeded')
  })

  documented(
    'The limit counts the keys that there are, not those that lists show',
    undocumented,
    async (aws) => {
      const { user, key } = await aUserWithAKey(aws)
      await createdKey(aws, user)
      expect(await aws.mutations.create(user, sessionName)).toBe('limit-exceeded')
      await aws.mutations.delete(user, key, sessionName)
      await createdKey(aws, user)
      expect(await listed(aws)).toContain(`${key} Active`)
    },
  )

  documented(
    'CreateAccessKey makes an Active key with an ID and a secret of its own',
    'IAM API Reference, CreateAccessKey',
    async (aws) => {
      aws.addUser('ann')
      const user = await refOf(aws, 'ann')
      const [one, two] = [await createdKey(aws, user), await createdKey(aws, user)]
      expect(one.accessKeyId).not.toBe(two.accessKeyId)
      expect(one.secretAccessKey.reveal()).not.toBe(two.secretAccessKey.reveal())
      aws.advance(aws.lags.list)
      const keys = [`${one.accessKeyId} Active`, `${two.accessKeyId} Active`].toSorted()
      expect(await listed(aws)).toStrictEqual(keys)
    },
  )

  documented('UpdateAccessKey switches a key off, and on again', update, async (aws) => {
    const { user, key } = await aUserWithAKey(aws)
    expect(await aws.mutations.deactivate(user, key, sessionName)).toBe('done')
    aws.advance(aws.lags.list)
    expect(await listed(aws)).toStrictEqual([`${key} Inactive`])
    expect(await aws.mutations.reactivate(user, key, sessionName)).toBe('done')
    aws.advance(aws.lags.list)
    expect(await listed(aws)).toStrictEqual([`${key} Active`])
  })

  documented('UpdateAccessKey to the status that a key has succeeds', undocumented, async (aws) => {
    const { user, key } = await aUserWithAKey(aws)
    expect(await aws.mutations.reactivate(user, key, sessionName)).toBe('done')
    aws.setStatus(key, 'Inactive')
    expect(await aws.mutations.deactivate(user, key, sessionName)).toBe('done')
    aws.advance(aws.lags.list)
    expect(await listed(aws)).toStrictEqual([`${key} Inactive`])
  })

  documented(
    'DeleteAccessKey takes an Active key as well, and only once',
    'IAM API Reference, DeleteAccessKey',
    async (aws) => {
      const { user, key } = await aUserWithAKey(aws)
      expect(await aws.mutations.delete(user, key, sessionName)).toBe('done')
      expect(await aws.mutations.delete(user, key, sessionName)).toBe('gone')
      aws.advance(aws.lags.list)
      expect(await listed(aws)).toStrictEqual([])
    },
  )

  documented('A deleted key cannot be switched: NoSuchEntity', update, async (aws) => {
    const { user, key } = await aUserWithAKey(aws)
    aws.deleteKey(key)
    expect(await aws.mutations.deactivate(user, key, sessionName)).toBe('gone')
    expect(await aws.mutations.reactivate(user, key, sessionName)).toBe('gone')
  })

  documented('A key under the name of another user is NoSuchEntity', update, async (aws) => {
    const { key } = await aUserWithAKey(aws)
    aws.addUser('bob')
    const bob = await refOf(aws, 'bob')
    expect(await aws.mutations.deactivate(bob, key, sessionName)).toBe('gone')
    expect(await aws.mutations.delete(bob, key, sessionName)).toBe('gone')
    aws.advance(aws.lags.list)
    expect(await listed(aws)).toStrictEqual([`${key} Active`])
  })

  documented(
    'A key that has expired is listed as Expired, and counts to the limit',
    'IAM API Reference, AccessKeyMetadata',
    async (aws) => {
      const { user, key } = await aUserWithAKey(aws)
      aws.setStatus(key, 'Expired')
      aws.advance(aws.lags.list)
      expect(await listed(aws)).toStrictEqual([`${key} Expired`])
      await createdKey(aws, user)
      expect(await aws.mutations.create(user, sessionName)).toBe('limit-exceeded')
    },
  )

  documented('A key that has expired takes no other status', undocumented, async (aws) => {
    const { user, key } = await aUserWithAKey(aws)
    aws.setStatus(key, 'Expired')
    await rejected(aws.mutations.deactivate(user, key, sessionName))
    await rejected(aws.mutations.reactivate(user, key, sessionName))
    aws.advance(aws.lags.list)
    expect(await listed(aws)).toStrictEqual([`${key} Expired`])
    expect(await aws.mutations.delete(user, key, sessionName)).toBe('done')
  })
}
