import {
  ListAccessKeysCommand,
  ListUsersCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { ListRootsCommand } from '@aws-sdk/client-organizations'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import {
  allow,
  DAY_MS,
  EXTERNAL_ID,
  HOUR_MS,
  HUB,
  MEMBER,
  MEMBER_ROLE_ARN,
  testOrganization,
  trust,
} from './test-organization.ts'

const whoAmI = new GetCallerIdentityCommand({})

describe('signatures and keys', () => {
  it('identify the caller', async () => {
    const { hub, member } = await testOrganization()
    expect(await hub.sts.send(whoAmI)).toMatchObject({
      Account: HUB,
      Arn: `arn:aws:sts::${HUB}:assumed-role/keynag-hub/keynag`,
    })
    expect(await (await member('scan')).sts.send(whoAmI)).toMatchObject({
      Account: MEMBER,
      Arn: `arn:aws:sts::${MEMBER}:assumed-role/keynag-member/scan`,
    })
  })

  it('are refused with a wrong secret', async () => {
    const { world, clients } = await testOrganization()
    world.addUser(MEMBER, { userName: 'ann' })
    const key = world.addAccessKey(MEMBER, 'ann')
    const wrong = clients({ accessKeyId: key.id, secretAccessKey: 'x'.repeat(40) })
    await expect(wrong.sts.send(whoAmI)).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      $metadata: { httpStatusCode: 403 },
    })
  })

  it.each(['Inactive', 'Expired', 'deleted', 'unknown'] as const)(
    'refuse an %s key',
    async (how) => {
      const { clock, world, clients } = await testOrganization()
      world.addUser(MEMBER, { userName: 'ann' })
      const key = world.addAccessKey(MEMBER, 'ann')
      const ann = clients(world.credentialsForKey(key.id))
      expect(await ann.sts.send(whoAmI)).toMatchObject({ Arn: `arn:aws:iam::${MEMBER}:user/ann` })
      if (how === 'deleted') world.deleteKeyByHand(key.id)
      else if (how !== 'unknown') world.setKeyStatus(key.id, how)
      clock.advance(5_000)
      const stranger = clients({ accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'x' })
      const caller = how === 'unknown' ? stranger : ann
      await expect(caller.sts.send(whoAmI)).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
      const refusals = world.history.of('key-refused').map(({ accessKeyId }) => accessKeyId)
      expect(refusals).toEqual(how === 'unknown' ? [] : [key.id])
    },
  )

  it('are refused with an expired token, or for a session key without its token', async () => {
    const { clock, world, clients } = await testOrganization()
    const credentials = world.credentialsForRole(HUB, 'keynag-hub', 'short', HOUR_MS)
    const { accessKeyId, secretAccessKey } = credentials
    await expect(clients({ accessKeyId, secretAccessKey }).sts.send(whoAmI)).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    })
    clock.advance(HOUR_MS)
    await expect(clients(credentials).sts.send(whoAmI)).rejects.toMatchObject({
      name: 'ExpiredToken',
    })
    await expect(
      clients(credentials).organizations.send(new ListRootsCommand({})),
    ).rejects.toMatchObject({ name: 'ExpiredTokenException' })
  })

  it('let a user do only what an inline policy allows', async () => {
    const { world, clients } = await testOrganization()
    world.addUser(MEMBER, {
      userName: 'ann',
      policy: allow('iam:ListAccessKeys', 'arn:aws:iam::*:user/${aws:username}'),
    })
    world.addUser(MEMBER, { userName: 'bob' })
    const ann = clients(world.credentialsForKey(world.addAccessKey(MEMBER, 'ann').id))
    const own = await ann.iam.send(new ListAccessKeysCommand({}))
    expect(own.AccessKeyMetadata).toHaveLength(1)
    await expect(
      ann.iam.send(new ListAccessKeysCommand({ UserName: 'bob' })),
    ).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${MEMBER}:user/ann is not authorized to perform: iam:ListAccessKeys on resource: arn:aws:iam::${MEMBER}:user/bob because no identity-based policy allows the iam:ListAccessKeys action`,
    })
  })
})

const assume = (more: object = {}) =>
  new AssumeRoleCommand({ RoleArn: MEMBER_ROLE_ARN, RoleSessionName: 'scan', ...more })

const arn = (role: string) => ({ RoleArn: `arn:aws:iam::${MEMBER}:role/${role}` })

describe('AssumeRole', () => {
  it('requires the external ID of the trust policy', async () => {
    const { hub, world } = await testOrganization()
    await expect(hub.sts.send(assume())).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(hub.sts.send(assume({ ExternalId: 'other' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    await hub.sts.send(assume({ ExternalId: EXTERNAL_ID }))
    expect(world.history.of('role-assumed')).toMatchObject([
      { accountId: MEMBER, sessionName: 'scan', actor: { sessionName: 'keynag' } },
    ])
    expect(world.history.of('refused')).toHaveLength(2)
  })

  it('requires the organization, the exact role, and the caller’s own permission', async () => {
    const { hub, world, clients } = await testOrganization()
    const hubRole = `arn:aws:iam::${HUB}:role/keynag-hub`
    const roles = [
      { name: 'other-org', trustPolicy: trust(hubRole, { 'aws:PrincipalOrgID': 'o-elsewhere0' }) },
      { name: 'other-role', trustPolicy: trust(`arn:aws:iam::${HUB}:role/admin`) },
      { name: 'whole-account', trustPolicy: trust(`arn:aws:iam::${HUB}:root`) },
    ]
    for (const role of roles) world.addRole(MEMBER, role)
    const denied = { name: 'AccessDenied' }
    await expect(hub.sts.send(assume(arn('other-org')))).rejects.toMatchObject(denied)
    await expect(hub.sts.send(assume(arn('other-role')))).rejects.toMatchObject(denied)
    await hub.sts.send(assume(arn('whole-account')))
    world.addRole(HUB, { name: 'poor', trustPolicy: trust('*') })
    const poor = clients(world.credentialsForRole(HUB, 'poor', 'x'))
    await expect(poor.sts.send(assume(arn('whole-account')))).rejects.toMatchObject(denied)
  })

  it('does not trust a new role with the name of a deleted trusted role', async () => {
    const { world, clients } = await testOrganization()
    world.removeRole(HUB, 'keynag-hub')
    world.addRole(HUB, { name: 'keynag-hub', trustPolicy: trust('*'), policy: allow('*') })
    const impostor = clients(world.credentialsForRole(HUB, 'keynag-hub', 'x'))
    await expect(impostor.sts.send(assume({ ExternalId: EXTERNAL_ID }))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
  })

  it('limits a chained session to one hour, and refuses a suspended account', async () => {
    const { hub, world } = await testOrganization()
    const long = assume({ ExternalId: EXTERNAL_ID, DurationSeconds: 3601 })
    await expect(hub.sts.send(long)).rejects.toMatchObject({ name: 'ValidationError' })
    world.setAccountState(MEMBER, 'SUSPENDED')
    await expect(hub.sts.send(assume({ ExternalId: EXTERNAL_ID }))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
  })

  it('narrows a session by its session policy, and ends it after its hour', async () => {
    const { clock, world, member } = await testOrganization()
    world.addUser(MEMBER, { userName: 'ann' })
    const key = world.addAccessKey(MEMBER, 'ann', { createdAtMs: clock.now() - 100 * DAY_MS })
    const update = new UpdateAccessKeyCommand({
      UserName: 'ann',
      AccessKeyId: key.id,
      Status: 'Inactive',
    })
    const wrong = await member(
      'rotate',
      allow('iam:UpdateAccessKey', `arn:aws:iam::${MEMBER}:user/bob`),
    )
    await expect(wrong.iam.send(update)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('because no session policy allows'),
    })
    expect(world.key(key.id).status.latest).toBe('Active')
    const right = await member(
      'rotate',
      allow('iam:UpdateAccessKey', `arn:aws:iam::${MEMBER}:user/ann`),
    )
    await right.iam.send(update)
    expect(world.key(key.id).status.latest).toBe('Inactive')
    await expect(right.iam.send(new ListUsersCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    clock.advance(HOUR_MS)
    await expect(right.iam.send(update)).rejects.toMatchObject({ name: 'ExpiredToken' })
  })
})
