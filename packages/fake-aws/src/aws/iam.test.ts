import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountAuthorizationDetailsCommand,
  GetGroupCommand,
  ListAccessKeysCommand,
  ListUserTagsCommand,
  ListUsersCommand,
  paginateListUsers,
  TagUserCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS, MEMBER, START_MS, testOrganization } from './test-organization.ts'

describe('listing users', () => {
  it('returns every user over short and empty pages, without tags', async () => {
    const { world, member } = await testOrganization({ shortPageChance: 0.6 })
    const names = Array.from({ length: 257 }, (_, at) => `user-${String(at).padStart(4, '0')}`)
    for (const userName of names) world.addUser(MEMBER, { userName, tags: { team: 'a' } })
    const { iam } = await member()
    const seen: (string | undefined)[] = []
    let shortPages = 0
    let emptyPages = 0
    for await (const page of paginateListUsers({ client: iam, pageSize: 20 }, {})) {
      seen.push(...(page.Users ?? []).map(({ UserName }) => UserName))
      if (page.IsTruncated === true && page.Users?.length !== 20) shortPages += 1
      if (page.IsTruncated === true && page.Users?.length === 0) emptyPages += 1
      expect(page.Users?.every(({ Tags }) => Tags === undefined)).toBe(true)
    }
    expect(seen).toEqual(names)
    expect(shortPages).toBeGreaterThan(3)
    expect(emptyPages).toBeGreaterThan(0)
  })

  it('returns 100 per page, skips nobody after a deletion, and refuses an unknown marker', async () => {
    const { world, member } = await testOrganization()
    for (let at = 100; at < 350; at += 1) world.addUser(MEMBER, { userName: `u${at}`, path: '/x/' })
    const { iam } = await member()
    const first = await iam.send(new ListUsersCommand({}))
    expect(first.Users).toHaveLength(100)
    world.deleteUser(MEMBER, 'u150')
    const second = await iam.send(new ListUsersCommand({ Marker: first.Marker }))
    expect(second.Users?.[0]?.UserName).toBe('u200')
    await expect(iam.send(new ListUsersCommand({ Marker: 'guess' }))).rejects.toMatchObject({
      name: 'ValidationError',
    })
    const elsewhere = await iam.send(new ListUsersCommand({ PathPrefix: '/y/' }))
    expect(elsewhere).toMatchObject({ Users: [], IsTruncated: false })
  })

  it('returns tags and groups in GetAccountAuthorizationDetails and GetGroup', async () => {
    const { world, member } = await testOrganization()
    const tags = { owner: 'ann@example.com', note: `<&">` }
    world.addUser(MEMBER, { userName: 'ann', tags, groups: ['admins'] })
    const { iam } = await member()
    const details = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['User'] }))
    expect(details.UserDetailList).toMatchObject([
      {
        UserName: 'ann',
        GroupList: ['admins'],
        Tags: [
          { Key: 'owner', Value: 'ann@example.com' },
          { Key: 'note', Value: `<&">` },
        ],
      },
    ])
    expect(details.RoleDetailList).toEqual([])
    const group = await iam.send(new GetGroupCommand({ GroupName: 'admins' }))
    expect(group.Users?.map(({ UserName }) => UserName)).toEqual(['ann'])
  })
})

describe('access keys', () => {
  it('are limited to two per user, even when a list is out of date', async () => {
    const { world, member } = await testOrganization()
    world.addUser(MEMBER, { userName: 'ann' })
    world.addAccessKey(MEMBER, 'ann', { status: 'Inactive' })
    const { iam } = await member('rotation-1')
    const create = new CreateAccessKeyCommand({ UserName: 'ann' })
    const { AccessKey: made } = await iam.send(create)
    const listed = await iam.send(new ListAccessKeysCommand({ UserName: 'ann' }))
    expect(listed.AccessKeyMetadata).toHaveLength(1)
    await expect(iam.send(create)).rejects.toMatchObject({
      name: 'LimitExceededException',
      $metadata: { httpStatusCode: 409 },
    })
    expect(world.history.of('key-created')).toMatchObject([
      { accessKeyId: made?.AccessKeyId, actor: { sessionName: 'rotation-1' } },
    ])
    expect(JSON.stringify(world.history.entries)).not.toContain(made?.SecretAccessKey)
  })

  it('become visible and usable only after a while', async () => {
    const { clock, world, member, clients } = await testOrganization()
    world.addUser(MEMBER, { userName: 'ann' })
    const { iam } = await member()
    const { AccessKey: made } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ann' }))
    const list = async () => {
      const { AccessKeyMetadata: keys } = await iam.send(
        new ListAccessKeysCommand({ UserName: 'ann' }),
      )
      return keys?.map(({ Status }) => Status)
    }
    const ann = clients({
      accessKeyId: made?.AccessKeyId ?? '',
      secretAccessKey: made?.SecretAccessKey ?? '',
    })
    const works = () =>
      ann.sts.send(new GetCallerIdentityCommand({})).then(
        () => true,
        (error: Error) => error.name,
      )
    expect(await list()).toEqual([])
    expect(await works()).toBe('InvalidClientTokenId')
    clock.advance(3_000)
    expect(await list()).toEqual(['Active'])
    expect(await works()).toBe('InvalidClientTokenId')
    clock.advance(7_000)
    expect(await works()).toBe(true)

    const of = { UserName: 'ann', AccessKeyId: made?.AccessKeyId ?? '' }
    await iam.send(new UpdateAccessKeyCommand({ ...of, Status: 'Inactive' }))
    expect(await list()).toEqual(['Active'])
    clock.advance(3_000)
    expect(await list()).toEqual(['Inactive'])
    await iam.send(new DeleteAccessKeyCommand(of))
    expect(await list()).toEqual(['Inactive'])
    await expect(iam.send(new DeleteAccessKeyCommand(of))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    })
    clock.advance(3_000)
    expect(await list()).toEqual([])
    expect(world.history.ofKey(of.AccessKeyId).map(({ kind }) => kind)).toEqual([
      'key-created',
      'key-refused',
      'key-refused',
      'key-used',
      'key-status-changed',
      'key-deleted',
    ])
  })

  it('are listed by the exact user name, not by a prefix', async () => {
    const { world, member } = await testOrganization()
    world.addUser(MEMBER, { userName: 'ann' })
    world.addUser(MEMBER, { userName: 'anna' })
    const key = world.addAccessKey(MEMBER, 'anna')
    const { iam } = await member()
    const wrong = new DeleteAccessKeyCommand({ UserName: 'ann', AccessKeyId: key.id })
    await expect(iam.send(wrong)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
    const nobody = new ListAccessKeysCommand({ UserName: 'nobody' })
    await expect(iam.send(nobody)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  })

  it('show their last use after the reporting lag, and N/A when never used', async () => {
    const { clock, world, member } = await testOrganization()
    world.addUser(MEMBER, { userName: 'ann' })
    const { id } = world.addAccessKey(MEMBER, 'ann')
    const { iam } = await member()
    const ask = new GetAccessKeyLastUsedCommand({ AccessKeyId: id })
    const never = await iam.send(ask)
    expect(never.UserName).toBe('ann')
    expect(never.AccessKeyLastUsed).toEqual({ ServiceName: 'N/A', Region: 'N/A' })
    expect(world.useKey(id, { service: 's3', region: 'eu-west-1' })).toBe(true)
    clock.advance(4 * HOUR_MS - 1)
    const { iam: later } = await member()
    expect((await later.send(ask)).AccessKeyLastUsed?.ServiceName).toBe('N/A')
    clock.advance(1)
    expect((await later.send(ask)).AccessKeyLastUsed).toEqual({
      ServiceName: 's3',
      Region: 'eu-west-1',
      LastUsedDate: new Date(START_MS),
    })
    await expect(
      later.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' })),
    ).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  it('survive a rename of their user, and are deleted with the user', async () => {
    const { clock, world } = await testOrganization()
    world.addUser(MEMBER, { userName: 'ann' })
    const { id } = world.addAccessKey(MEMBER, 'ann')
    world.renameUser(MEMBER, 'ann', 'ann.smith')
    expect(world.keyWorks(id)).toBe(true)
    world.deleteUser(MEMBER, 'ann.smith')
    clock.advance(DAY_MS)
    expect(world.useKey(id, { service: 's3' })).toBe(false)
    const again = world.addUser(MEMBER, { userName: 'ann.smith' })
    expect(again.id).not.toBe(world.key(id).user.id)
  })
})

it('shows tags after a while', async () => {
  const { clock, world, member } = await testOrganization()
  world.addUser(MEMBER, { userName: 'ann', tags: { team: 'a' } })
  const { iam } = await member()
  const Tags = [{ Key: 'team', Value: 'b' }]
  await iam.send(new TagUserCommand({ UserName: 'ann', Tags }))
  const list = new ListUserTagsCommand({ UserName: 'ann' })
  expect((await iam.send(list)).Tags).toEqual([{ Key: 'team', Value: 'a' }])
  clock.advance(3_000)
  expect((await iam.send(list)).Tags).toEqual(Tags)
})
