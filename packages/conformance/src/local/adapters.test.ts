import { randomUUID } from 'node:crypto'
import { connect } from '@keynag/aws'
import {
  AccessKeyId,
  AccountId,
  epochMs,
  handoverName,
  Organization,
  RotationId,
  type Clock,
  type CreatedKey,
  type ReportRow,
} from '@keynag/core'
import { prepared, anOrganization } from '@keynag/core/testing'
import { DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { externalId, hubRoleName, installHubRole, installRoles } from '@keynag/sandbox/roles'
import {
  DAY_MS,
  HOUR_MS,
  HUB,
  MEMBER,
  START_MS,
  testOrganization,
} from '@keynag/fake-aws/aws/test-organization'

const member = AccountId.parse(MEMBER)
const rotationId = RotationId.parse('00000000-0000-4000-8000-000000000001')
const sessionName = `keynag-${rotationId}-1`

/** The AWS adapters with the hub's credentials, and one member account that has keynag's roles. */
const connected = async (settings: Parameters<typeof testOrganization>[0] = {}) => {
  const made = await testOrganization(settings)
  const { world, clock: virtual, aws } = made
  installHubRole(world)
  installRoles(world, MEMBER)
  const clock: Clock = {
    now: () => epochMs(virtual.now()),
    sleep: (ms) => virtual.sleep(ms),
  }
  const nowhere = { scan: '', notify: '', escalate: '', rotate: '' }
  const { url } = aws
  const organization = Organization.parse({ ...anOrganization(), memberRoles: { externalId } })
  const ports = connect({
    region: 'us-east-1',
    organization,
    clock,
    ledgerTable: 'none',
    queueUrls: nowhere,
    deadLetterUrls: nowhere,
    random: () => 0.5,
    credentials: world.credentialsForRole(HUB, hubRoleName, 'functions', 365 * DAY_MS),
    endpoints: { iam: url, sts: url, organizations: url, secretsmanager: url, cloudtrail: url },
  })
  const ann = async () => {
    const user = await ports.iam.user(member, 'ann')
    if (user === undefined) throw new Error('there is no ann')
    return user
  }
  return { ...made, ports, ann }
}

const created = (answer: CreatedKey | string): CreatedKey => {
  if (typeof answer === 'string') throw new Error(answer)
  return answer
}

const rowsOf = async (rows: AsyncIterable<ReportRow>) => {
  const all: ReportRow[] = []
  for await (const row of rows) all.push(row)
  return all
}

describe('the account directory', () => {
  it('returns every account with its units, over short pages', async () => {
    const { ports, world } = await connected({ shortPageChance: 0.5 })
    for (let n = 100; n < 160; n += 1) {
      world.addAccount({ id: `444444444${n}`, name: `a${n}`, state: 'SUSPENDED' })
    }
    const flat = await ports.accounts.accounts({ withUnits: false })
    expect(flat).toHaveLength(63)
    const withUnits = await ports.accounts.accounts({ withUnits: true })
    expect(withUnits.find(({ accountId }) => accountId === member)).toStrictEqual({
      accountId: MEMBER,
      name: 'payments',
      state: 'ACTIVE',
      organizationalUnits: [world.organization.rootId],
    })
    expect(withUnits.filter(({ state }) => state === 'SUSPENDED')).toHaveLength(60)
  })
})

describe('the IAM reader', () => {
  it('reads users with tags and groups, their keys and last uses', async () => {
    const { ports, world } = await connected({ shortPageChance: 0.5 })
    for (let n = 100; n < 350; n += 1) world.addUser(MEMBER, { userName: `u${n}` })
    world.addUser(MEMBER, { userName: 'ann', path: '/ops/', groups: ['ops'], tags: { owner: 'x' } })
    const key = world.addAccessKey(MEMBER, 'ann', { createdAtMs: START_MS - DAY_MS })
    const used = world.addAccessKey(MEMBER, 'ann', {
      status: 'Inactive',
      lastUsed: { atMs: START_MS - HOUR_MS, service: 's3', region: 'eu-central-1' },
    })
    const users = []
    for await (const user of ports.iam.users(member)) users.push(user)
    expect(users).toHaveLength(251)
    expect(users.find(({ userName }) => userName === 'ann')).toMatchObject({
      arn: `arn:aws:iam::${MEMBER}:user/ops/ann`,
      path: '/ops/',
      groups: ['ops'],
      tags: { owner: 'x' },
    })
    const keys = await ports.iam.accessKeys(member, 'ann')
    expect(new Map(keys?.map((one) => [one.accessKeyId, one]))).toEqual(
      new Map([
        [key.id, { accessKeyId: key.id, status: 'Active', createdAt: START_MS - DAY_MS }],
        [used.id, { accessKeyId: used.id, status: 'Inactive', createdAt: expect.any(Number) }],
      ]),
    )
    const [first] = keys?.filter(({ accessKeyId }) => accessKeyId === key.id) ?? []
    const [second] = keys?.filter(({ accessKeyId }) => accessKeyId === used.id) ?? []
    if (first === undefined || second === undefined) throw new Error('no keys')
    expect(await ports.iam.lastUsed(member, first.accessKeyId)).toStrictEqual({ kind: 'never' })
    expect(await ports.iam.lastUsed(member, second.accessKeyId)).toStrictEqual({
      kind: 'at',
      at: START_MS - HOUR_MS,
      service: 's3',
      region: 'eu-central-1',
    })
    expect(await ports.iam.accessKeys(member, 'nobody')).toBeUndefined()
    expect(await ports.iam.user(member, 'nobody')).toBeUndefined()
  })

  it('reads a user with groups and tags, and console access only where it is asked for', async () => {
    const { ports, world } = await connected()
    world.addUser(MEMBER, {
      userName: 'ann',
      path: '/team/',
      tags: { owner: 'ann@example.com' },
      groups: ['admins', 'builders'],
      passwordEnabled: true,
    })
    const user = { userName: 'ann', path: '/team/', tags: { owner: 'ann@example.com' } }
    const plain = await ports.iam.userInFull(member, 'ann', { withConsole: false })
    expect(plain).toMatchObject({ ...user, groups: ['admins', 'builders'], hasConsole: false })
    const full = await ports.iam.userInFull(member, 'ann', { withConsole: true })
    expect(full).toMatchObject({ ...user, hasConsole: true })
    expect(await ports.iam.userInFull(member, 'nobody', { withConsole: true })).toBeUndefined()
  })

  it('returns unknown when a last use cannot be read', async () => {
    const { ports, world, faults } = await connected()
    world.addUser(MEMBER, { userName: 'ann' })
    world.addAccessKey(MEMBER, 'ann')
    const [key] = (await ports.iam.accessKeys(member, 'ann')) ?? []
    if (key === undefined) throw new Error('no key')
    faults.add({ operation: 'iam:GetAccessKeyLastUsed', error: 'access-denied' })
    expect(await ports.iam.lastUsed(member, key.accessKeyId)).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('KEYNAG_ACCESS_DENIED'),
    })
  })

  it('waits for the credential report and reads it', async () => {
    const { ports, world } = await connected()
    world.addUser(MEMBER, { userName: 'ann', passwordEnabled: true })
    world.addAccessKey(MEMBER, 'ann', { createdAtMs: START_MS - 100 * DAY_MS })
    world.setRootKeys(MEMBER, {})
    const report = await ports.iam.credentialReport(member)
    const rows = await rowsOf(report.rows())
    expect(rows.map(({ kind }) => kind)).toStrictEqual(['root', 'user'])
    expect(rows[1]).toMatchObject({
      userName: 'ann',
      hasConsole: true,
      slots: [{ slot: '1', active: true, lastRotated: START_MS - 100 * DAY_MS }],
    })
  })

  it.each(['report-never-completes', 'report-limit-exceeded'] as const)(
    'gives up on a report: %s',
    async (error) => {
      const { ports, faults } = await connected()
      faults.add({ operation: 'iam:GenerateCredentialReport', error })
      await expect(ports.iam.credentialReport(member)).rejects.toMatchObject({
        code: 'KEYNAG_REPORT_UNAVAILABLE',
        errorClass: 'transient',
      })
    },
  )

  it('names an account and role that it cannot assume, and tries again later', async () => {
    const { ports, world } = await connected()
    world.addAccount({ id: '555555555555', name: 'lost' })
    const lost = AccountId.parse('555555555555')
    await expect(ports.iam.accessKeys(lost, 'ann')).rejects.toMatchObject({
      code: 'KEYNAG_ROLE_UNREACHABLE',
      errorClass: 'permanent',
      message: expect.stringMatching(/555555555555.*role\/keynag-reader/),
    })
    installRoles(world, lost)
    expect(await ports.iam.accessKeys(lost, 'ann')).toBeUndefined()
  })

  it('reuses a session, and assumes the role again before the session ends', async () => {
    const { ports, world, calls, clock } = await connected()
    world.addUser(MEMBER, { userName: 'ann' })
    const assumed = () => calls.of('sts:AssumeRole')
    await Promise.all([1, 2, 3].map(() => ports.iam.user(member, 'ann')))
    expect(assumed()).toBe(1)
    clock.advance(54 * 60_000)
    await ports.iam.user(member, 'ann')
    expect(assumed()).toBe(1)
    clock.advance(60_001)
    await Promise.all([1, 2, 3].map(() => ports.iam.user(member, 'ann')))
    expect(assumed()).toBe(2)
  })
})

describe('a rotation', () => {
  it('creates, stores, tests and promotes a key, and deactivates and deletes the old one', async () => {
    const { ports, world, ann, clock, clients } = await connected()
    world.addUser(MEMBER, {
      userName: 'ann',
      policy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' }],
      },
    })
    world.addUser(MEMBER, {
      userName: 'admin',
      policy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
      },
    })
    world.addAccessKey(MEMBER, 'ann')
    const admins = world.addAccessKey(MEMBER, 'admin')
    const user = await ann()
    const [old] = (await ports.iam.accessKeys(member, 'ann')) ?? []
    if (old === undefined) throw new Error('no key')

    const attempt = { rotationId, attempt: 1 }
    const { secretArn } = await prepared(ports.handovers, user, rotationId)
    expect(await ports.handovers.prepare(user, rotationId)).toStrictEqual({ secretArn })
    expect(await ports.handovers.stored(member, secretArn, attempt)).toStrictEqual({
      kind: 'absent',
    })
    expect(await ports.handovers.test(member, secretArn, attempt)).toStrictEqual({
      kind: 'refused',
    })

    const key = created(await ports.mutations.create(user, sessionName))
    expect(await ports.mutations.create(user, sessionName)).toBe('limit-exceeded')
    await ports.handovers.store(user, secretArn, attempt, key)
    await ports.handovers.store(user, secretArn, attempt, key)
    expect(await ports.handovers.stored(member, secretArn, attempt)).toStrictEqual({
      kind: 'key',
      newKeyId: key.accessKeyId,
    })
    // The key of the next attempt is stored as a new version.
    expect(
      await ports.handovers.stored(member, secretArn, { rotationId, attempt: 2 }),
    ).toStrictEqual({ kind: 'absent' })
    clock.advance(60_000)
    expect(await ports.handovers.test(member, secretArn, attempt)).toStrictEqual({
      kind: 'works',
      userId: user.userId,
    })
    await ports.handovers.promote(member, secretArn, attempt)
    await ports.handovers.promote(member, secretArn, attempt)

    const read = new GetSecretValueCommand({ SecretId: secretArn })
    const asUser = clients(world.credentialsForKey(key.accessKeyId)).secrets
    const { SecretString = '' } = await asUser.send(read)
    expect(JSON.parse(SecretString)).toStrictEqual({
      accessKeyId: key.accessKeyId,
      secretAccessKey: key.secretAccessKey.reveal(),
      userName: 'ann',
      accountId: MEMBER,
      createdFor: rotationId,
    })
    const asAdmin = clients(world.credentialsForKey(admins.id)).secrets
    await expect(asAdmin.send(read)).rejects.toMatchObject({ name: 'AccessDeniedException' })

    clock.advance(20 * 60_000)
    expect(await ports.iam.makerOf(member, key.accessKeyId)).toStrictEqual({
      kind: 'session',
      sessionName,
    })
    expect(await ports.mutations.deactivate(user, old.accessKeyId, sessionName)).toBe('done')
    expect(await ports.mutations.delete(user, old.accessKeyId, sessionName)).toBe('done')
    expect(await ports.mutations.delete(user, old.accessKeyId, sessionName)).toBe('gone')
    await ports.handovers.retire(member, secretArn)
    await ports.handovers.retire(member, secretArn)
    clock.advance(8 * DAY_MS)
    await ports.handovers.retire(member, secretArn)
    const neverMade = handoverName(RotationId.parse(randomUUID()))
    await ports.handovers.retire(member, neverMade)
    const made = await prepared(ports.handovers, user, RotationId.parse(randomUUID()))
    const name = made.secretArn.replace(/^.*:secret:/, '').slice(0, -7)
    await ports.handovers.retire(member, name)
    const { secrets } = clients(world.credentialsForKey(admins.id))
    const described = await secrets.send(new DescribeSecretCommand({ SecretId: made.secretArn }))
    expect(described.DeletedDate).toBeDefined()
  })

  it('reactivates a key in a session that may do only that, and only to that user', async () => {
    const { ports, world, ann, clock, faults } = await connected()
    world.addUser(MEMBER, { userName: 'ann' })
    const { id } = world.addAccessKey(MEMBER, 'ann')
    const key = AccessKeyId.parse(id)
    const user = await ann()
    const status = () => world.key(id).status.latest
    const since = epochMs(clock.now() - 60_000)
    const wasOff = (of = sessionName, from = since) =>
      ports.iam.deactivatedBy(member, key, of, from)
    await ports.mutations.deactivate(user, key, sessionName)
    expect(status()).toBe('Inactive')
    expect(await wasOff()).toBe(false)
    clock.advance(20 * 60_000)
    expect(await wasOff()).toBe(true)
    expect(await wasOff('keynag-another')).toBe(false)
    expect(await wasOff(sessionName, epochMs(clock.now()))).toBe(false)
    // The answer is lost, and the SDK repeats the call.
    faults.add({ operation: 'iam:UpdateAccessKey', error: 'drop-response', times: 1 })
    expect(await ports.mutations.reactivate(user, key, `${sessionName}-rollback`)).toBe('done')
    expect(status()).toBe('Active')
    expect(await ports.mutations.reactivate(user, key, `${sessionName}-rollback`)).toBe('done')
    const session = [...world.sessions.all()].find(({ name }) => name === `${sessionName}-rollback`)
    expect(session?.role.name).toBe('keynag-reaper')
    expect(JSON.stringify(session?.policy)).toContain('"iam:UpdateAccessKey"')
    expect(JSON.stringify(session?.policy)).toContain(user.arn)
    expect(JSON.stringify(session?.policy)).not.toContain('*')
    world.deleteKeyByHand(id)
    clock.advance(60_000)
    expect(await ports.mutations.reactivate(user, key, `${sessionName}-rollback`)).toBe('gone')
  })

  it.each(['drop-response', 'reset-before-effect', '500'] as const)(
    'treats the result of a creation as unknown after %s, and does not repeat it',
    async (error) => {
      const { ports, world, ann, faults, calls } = await connected()
      world.addUser(MEMBER, { userName: 'ann' })
      const user = await ann()
      faults.add({ operation: 'iam:CreateAccessKey', error })
      await expect(ports.mutations.create(user, sessionName)).rejects.toMatchObject({
        code: 'KEYNAG_EFFECT_UNKNOWN',
        errorClass: 'ambiguous',
      })
      expect(calls.of('iam:CreateAccessKey')).toBe(1)
    },
  )

  it('knows that a refused creation had no effect', async () => {
    const { ports, world, ann, faults } = await connected()
    world.addUser(MEMBER, { userName: 'ann' })
    const user = await ann()
    const disarm = faults.add({ operation: 'iam:CreateAccessKey', error: 'throttle' })
    await expect(ports.mutations.create(user, sessionName)).rejects.toMatchObject({
      code: 'KEYNAG_THROTTLED',
      errorClass: 'transient',
    })
    disarm()
    world.deleteUser(MEMBER, 'ann')
    expect(await ports.mutations.create(user, sessionName)).toBe('no-user')
  })

  it('finds the person who created a key, and reports when the creator is unknown', async () => {
    const { ports, world, clock } = await connected()
    world.addUser(MEMBER, { userName: 'ann' })
    world.createKeyByHand(MEMBER, 'ann', 'bob')
    clock.advance(20 * 60_000)
    const [key] = (await ports.iam.accessKeys(member, 'ann')) ?? []
    if (key === undefined) throw new Error('no key')
    expect(await ports.iam.makerOf(member, key.accessKeyId)).toMatchObject({ kind: 'other' })
    clock.advance(91 * DAY_MS)
    expect(await ports.iam.makerOf(member, key.accessKeyId)).toStrictEqual({ kind: 'not-found' })
  })
})
