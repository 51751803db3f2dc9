import { expect } from 'vitest'
import { undocumented, type Documented } from '../documented.ts'
import { allOf, aUserWithAKey, createdKey, listed, refOf, sessionName } from '../given.ts'

const identifiers = 'IAM User Guide, IAM identifiers: unique identifiers'
const byName = 'IAM API Reference, CreateAccessKey and UpdateAccessKey: UserName'
const rename = 'IAM User Guide, Rename an IAM user'
const noCase = 'IAM API Reference, CreateUser: names are not distinguished by case'
const tagCase = 'IAM User Guide, Tagging IAM resources: case sensitivity'

export const userNameCases = (documented: Documented): void => {
  documented('A user that takes an old name has another UserId', identifiers, async (aws) => {
    const { user, key } = await aUserWithAKey(aws)
    aws.deleteUser('ann')
    aws.addUser('ann')
    const again = await refOf(aws, 'ann')
    expect(again.arn).toBe(user.arn)
    expect(again.userId).not.toBe(user.userId)
    aws.advance(aws.lags.list)
    expect(await listed(aws)).toStrictEqual([])
    expect(await aws.iam.hasKey(aws.account, key)).toBe(false)
  })

  documented('A key is made for the user that has the name now', byName, async (aws) => {
    const { user } = await aUserWithAKey(aws)
    aws.deleteUser('ann')
    aws.addUser('ann')
    const { accessKeyId } = await createdKey(aws, user)
    aws.advance(aws.lags.list)
    expect(await listed(aws)).toStrictEqual([`${accessKeyId} Active`])
  })

  documented('The key of the user before is NoSuchEntity under its name', byName, async (aws) => {
    const { user, key } = await aUserWithAKey(aws)
    aws.renameUser('ann', 'anna')
    aws.addUser('ann')
    expect(await aws.mutations.deactivate(user, key, sessionName)).toBe('gone')
    expect(await aws.mutations.reactivate(user, key, sessionName)).toBe('gone')
    expect(await aws.mutations.delete(user, key, sessionName)).toBe('gone')
    aws.advance(aws.lags.list)
    expect(await listed(aws, 'anna')).toStrictEqual([`${key} Active`])
  })

  documented('A user that is renamed keeps its UserId and its keys', rename, async (aws) => {
    const { user, key } = await aUserWithAKey(aws)
    aws.renameUser('ann', 'anna')
    expect(await refOf(aws, 'anna')).toMatchObject({ userId: user.userId, arn: `${user.arn}a` })
    expect(await listed(aws, 'anna')).toStrictEqual([`${key} Active`])
    expect(await aws.iam.hasKey(aws.account, key)).toBe(true)
  })

  documented('Nobody has the name of a renamed user', rename, async (aws) => {
    const { user } = await aUserWithAKey(aws)
    aws.renameUser('ann', 'anna')
    expect(await aws.iam.user(aws.account, 'ann')).toBeUndefined()
    expect(await listed(aws)).toBeUndefined()
    expect(await aws.mutations.create(user, sessionName)).toBe('no-user')
  })

  documented(
    'NoSuchEntity of a renamed user does not say that its key is gone',
    'IAM API Reference, UpdateAccessKey and DeleteAccessKey: NoSuchEntity, the message names what is missing',
    async (aws) => {
      const { user, key } = await aUserWithAKey(aws)
      aws.renameUser('ann', 'anna')
      expect(await aws.mutations.deactivate(user, key, sessionName)).toBe('no-user')
      expect(await aws.mutations.reactivate(user, key, sessionName)).toBe('no-user')
      expect(await aws.mutations.delete(user, key, sessionName)).toBe('no-user')
      expect(await listed(aws, 'anna')).toStrictEqual([`${key} Active`])
    },
  )

  documented(
    'A deleted user is NoSuchEntity, whatever is asked of its keys',
    'IAM API Reference, CreateAccessKey and DeleteAccessKey: NoSuchEntity',
    async (aws) => {
      const { user, key } = await aUserWithAKey(aws)
      aws.deleteUser('ann')
      expect(await aws.iam.user(aws.account, 'ann')).toBeUndefined()
      expect(await listed(aws)).toBeUndefined()
      expect(await aws.mutations.create(user, sessionName)).toBe('no-user')
      expect(await aws.mutations.deactivate(user, key, sessionName)).toBe('no-user')
      expect(await aws.mutations.delete(user, key, sessionName)).toBe('no-user')
      expect(await allOf(aws.iam.users(aws.account))).toStrictEqual([])
    },
  )

  documented('Two users cannot have names that differ only by case', noCase, async (aws) => {
    const { user } = await aUserWithAKey(aws)
    expect(() => aws.addUser('ANN')).toThrow(/ANN/)
    expect(await allOf(aws.iam.users(aws.account))).toMatchObject([{ userName: 'ann' }])
    aws.renameUser('ann', 'Ann')
    expect(await refOf(aws, 'Ann')).toMatchObject({ userName: 'Ann', userId: user.userId })
  })

  documented('A user is found by its name in any case', undocumented, async (aws) => {
    const { user, key } = await aUserWithAKey(aws)
    expect(await aws.iam.user(aws.account, 'ANN')).toMatchObject(user)
    expect(await listed(aws, 'ANN')).toStrictEqual([`${key} Active`])
  })

  documented('A tag replaces one whose key differs only by case', tagCase, async (aws) => {
    aws.addUser('ann')
    aws.tagUser('ann', { Owner: 'ann@example.com', team: 'a' })
    aws.tagUser('ann', { owner: 'bob@example.com' })
    aws.advance(aws.lags.list)
    const users = await allOf(aws.iam.users(aws.account))
    expect(users.map(({ tags }) => tags)).toStrictEqual([{ team: 'a', owner: 'bob@example.com' }])
  })

  documented(
    'A user is looked for in its own account only',
    'IAM API Reference, GetUser',
    async (aws) => {
      await aUserWithAKey(aws)
      expect(await aws.iam.user(aws.otherAccount, 'ann')).toBeUndefined()
      expect(await aws.iam.accessKeys(aws.otherAccount, 'ann')).toBeUndefined()
    },
  )
}
