import {
  GetAccountAuthorizationDetailsCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  ListGroupsForUserCommand,
  type UserDetail,
} from '@aws-sdk/client-iam'
import { expect } from 'vitest'
import type { AwsUnderTest } from './aws-under-test.ts'
import type { Documented } from './documented.ts'
import { refused } from './refused.ts'

export const iamUserCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  documented('GetUser returns the name, path, ARN and date of a user', async () => {
    const account = await aws().account()
    const createdAtMs = Date.UTC(2024, 1, 29, 12, 30, 15)
    await account.addUser({ userName: 'ann', path: '/teams/shop/', createdAtMs })
    const { User } = await account.iam.send(new GetUserCommand({ UserName: 'ann' }))
    expect(User).toMatchObject({
      UserName: 'ann',
      Path: '/teams/shop/',
      Arn: `arn:aws:iam::${account.id}:user/teams/shop/ann`,
      CreateDate: new Date(createdAtMs),
    })
  })

  documented('The unique ID of a user begins with AIDA', async () => {
    const account = await aws().account()
    await account.addUser({ userName: 'ann' })
    const { User } = await account.iam.send(new GetUserCommand({ UserName: 'ann' }))
    expect(User?.UserId).toMatch(/^AIDA[A-Z0-9]{17}$/)
  })

  documented('GetUser of a missing user fails with NoSuchEntity, 404', async () => {
    const account = await aws().account()
    const call = account.iam.send(new GetUserCommand({ UserName: 'nobody' }))
    await refused(call, 'NoSuchEntity', 404)
  })

  documented('ListGroupsForUser returns the groups of a user, and none for another', async () => {
    const account = await aws().account()
    await account.addUser({ userName: 'ann', groups: ['admins', 'ops'] })
    await account.addUser({ userName: 'bob' })
    const groupsOf = async (UserName: string) => {
      const { Groups } = await account.iam.send(new ListGroupsForUserCommand({ UserName }))
      return new Set((Groups ?? []).map(({ GroupName }) => GroupName))
    }
    expect(await groupsOf('ann')).toEqual(new Set(['admins', 'ops']))
    expect(await groupsOf('bob')).toEqual(new Set())
  })

  documented('ListGroupsForUser of a missing user fails with NoSuchEntity, 404', async () => {
    const account = await aws().account()
    const call = account.iam.send(new ListGroupsForUserCommand({ UserName: 'nobody' }))
    await refused(call, 'NoSuchEntity', 404)
  })

  documented(
    'GetLoginProfile of a user without a password fails with NoSuchEntity, 404',
    async () => {
      const account = await aws().account()
      await account.addUser({ userName: 'ann' })
      const call = account.iam.send(new GetLoginProfileCommand({ UserName: 'ann' }))
      await refused(call, 'NoSuchEntity', 404)
    },
  )

  documented('Two users of the same name in two accounts have different unique IDs', async () => {
    const account = await aws().account()
    const other = await aws().account()
    const ids: (string | undefined)[] = []
    for (const one of [account, other]) {
      await one.addUser({ userName: 'ann' })
      const { User } = await one.iam.send(new GetUserCommand({ UserName: 'ann' }))
      ids.push(User?.UserId)
    }
    expect(ids[0]).not.toBe(ids[1])
  })

  documented(
    'GetAccountAuthorizationDetails with the filter User returns only users, with groups and tags',
    async () => {
      const account = await aws().account()
      const createdAtMs = Date.UTC(2024, 1, 29, 12, 30, 15)
      const tags = { owner: 'ann@example.com', note: '<&">' }
      await account.addUser({ userName: 'ann', tags, groups: ['admins'], path: '/a/', createdAtMs })
      await account.addUser({ userName: 'bob' })
      const answer = await account.iam.send(
        new GetAccountAuthorizationDetailsCommand({ Filter: ['User'], MaxItems: 1_000 }),
      )
      const [ann, bob] = (answer.UserDetailList ?? []).toSorted(byName)
      expect(ann).toMatchObject({
        UserName: 'ann',
        UserId: expect.stringMatching(/^\w{16,128}$/),
        Path: '/a/',
        Arn: `arn:aws:iam::${account.id}:user/a/ann`,
        CreateDate: new Date(createdAtMs),
        GroupList: ['admins'],
      })
      expect(Object.fromEntries((ann?.Tags ?? []).map(({ Key, Value }) => [Key, Value]))).toEqual(
        tags,
      )
      expect(bob).toMatchObject({ UserName: 'bob' })
      expect(bob?.GroupList ?? []).toEqual([])
      expect(bob?.Tags ?? []).toEqual([])
      expect(answer.IsTruncated).toBe(false)
      for (const list of [answer.RoleDetailList, answer.GroupDetailList, answer.Policies]) {
        expect(list ?? []).toEqual([])
      }
    },
  )

  documented(
    'GetAccountAuthorizationDetails is paged by MaxItems and Marker, with each user once',
    async () => {
      const account = await aws().account()
      const names = ['ann', 'bob', 'cid', 'dan', 'eve']
      for (const userName of names) await account.addUser({ userName })
      const seen: string[] = []
      let pages = 0
      let Marker: string | undefined
      do {
        const page = await account.iam.send(
          new GetAccountAuthorizationDetailsCommand({ Filter: ['User'], MaxItems: 2, Marker }),
        )
        expect(page.UserDetailList?.length).toBeLessThanOrEqual(2)
        expect(page.IsTruncated).toBe(page.Marker !== undefined)
        seen.push(...(page.UserDetailList ?? []).map(({ UserName = '' }) => UserName))
        Marker = page.Marker
        pages += 1
      } while (Marker !== undefined)
      expect(seen.toSorted()).toEqual(names)
      expect(pages).toBeGreaterThan(2)
    },
  )

  documented(
    'GetAccountAuthorizationDetails accepts 1,000 items per page, and fails with ValidationError for more',
    async () => {
      const account = await aws().account()
      const call = account.iam.send(new GetAccountAuthorizationDetailsCommand({ MaxItems: 1_001 }))
      await refused(call, 'ValidationError', 400)
    },
  )
}

const byName = (a: UserDetail, b: UserDetail): number =>
  (a.UserName ?? '') < (b.UserName ?? '') ? -1 : 1
