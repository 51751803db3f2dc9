import {
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  ListAccessKeysCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { DAY_MS, HOUR_MS, MEMBER, START_MS, testOrganization } from './test-organization.ts'

const generate = new GenerateCredentialReportCommand({})
const get = new GetCredentialReportCommand({})

type Row = Record<string, string | undefined>

const rowsOf = (content: Uint8Array | undefined): Row[] => {
  const [header = '', ...lines] = Buffer.from(content ?? [])
    .toString()
    .split('\n')
  const names = header.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    return Object.fromEntries(names.map((name, at) => [name, cells[at]]))
  })
}

it('is started, then in progress, then complete, and expires after four hours', async () => {
  const { clock, member } = await testOrganization()
  const { iam } = await member()
  await expect(iam.send(get)).rejects.toMatchObject({
    name: 'CredentialReportNotPresentException',
    $metadata: { httpStatusCode: 410 },
  })
  expect(await iam.send(generate)).toMatchObject({ State: 'STARTED' })
  expect(await iam.send(generate)).toMatchObject({ State: 'INPROGRESS' })
  await expect(iam.send(get)).rejects.toMatchObject({
    name: 'CredentialReportNotReadyException',
    $metadata: { httpStatusCode: 404 },
  })
  clock.advance(4_000)
  expect(await iam.send(generate)).toMatchObject({ State: 'COMPLETE' })
  expect((await iam.send(get)).GeneratedTime).toEqual(new Date(START_MS))
  clock.set(START_MS + 4 * HOUR_MS)
  const { iam: later } = await member()
  await expect(later.send(get)).rejects.toMatchObject({ name: 'CredentialReportExpiredException' })
  expect(await later.send(generate)).toMatchObject({ State: 'STARTED' })
})

it('is not made again within four hours, even if users change', async () => {
  const { clock, world, faults, member } = await testOrganization()
  world.addUser(MEMBER, { userName: 'ann' })
  world.addUser(MEMBER, { userName: 'bob' })
  const { iam } = await member()
  await iam.send(generate)
  clock.advance(HOUR_MS / 2)
  world.addUser(MEMBER, { userName: 'carl' })
  expect(await iam.send(generate)).toMatchObject({ State: 'COMPLETE' })
  const users = rowsOf((await iam.send(get)).Content).map(({ user }) => user)
  expect(users).toEqual(['<root_account>', 'ann', 'bob'])

  faults.before('iam:ListAccessKeys', () => world.deleteUser(MEMBER, 'bob'))
  await expect(iam.send(new ListAccessKeysCommand({ UserName: 'bob' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  })
})

it('shows root, passwords and keys in AWS’s format, without key IDs', async () => {
  const { clock, world, member } = await testOrganization()
  const createdAtMs = START_MS - 100 * DAY_MS
  world.setRootKeys(MEMBER, { keys: [{ active: true, createdAtMs }] })
  world.addUser(MEMBER, { userName: 'ann', passwordEnabled: true, mfa: true, createdAtMs })
  world.addUser(MEMBER, { userName: 'robot', path: '/ci/', createdAtMs })
  const lastUsed = { atMs: START_MS - DAY_MS, service: 's3', region: 'eu-west-1' }
  const used = world.addAccessKey(MEMBER, 'robot', { createdAtMs, lastUsed })
  const idle = world.addAccessKey(MEMBER, 'robot', { createdAtMs, status: 'Inactive' })
  const { iam } = await member()
  await iam.send(generate)
  clock.advance(4_000)
  const { Content } = await iam.send(get)
  const text = Buffer.from(Content ?? []).toString()
  expect(text).not.toContain(used.id)
  expect(text).not.toContain(idle.id)
  const [root, ann, robot] = rowsOf(Content)
  expect(root).toMatchObject({
    user: '<root_account>',
    arn: `arn:aws:iam::${MEMBER}:root`,
    password_enabled: 'not_supported',
    access_key_1_active: 'true',
    access_key_2_active: 'false',
  })
  expect(ann).toMatchObject({
    password_enabled: 'true',
    password_last_used: 'no_information',
    mfa_active: 'true',
    access_key_1_active: 'false',
    access_key_1_last_rotated: 'N/A',
    cert_2_last_rotated: 'N/A',
    additional_credentials_info: '',
  })
  expect(robot).toMatchObject({
    arn: `arn:aws:iam::${MEMBER}:user/ci/robot`,
    password_enabled: 'false',
    password_last_used: 'N/A',
    access_key_1_active: 'true',
    access_key_1_last_rotated: '2025-09-24T03:04:05Z',
    access_key_1_last_used_date: '2026-01-01T03:04:05Z',
    access_key_1_last_used_region: 'eu-west-1',
    access_key_1_last_used_service: 's3',
    access_key_2_active: 'false',
    access_key_2_last_rotated: '2025-09-24T03:04:05Z',
    access_key_2_last_used_date: 'N/A',
  })
})

it('records only the first use within fifteen minutes', async () => {
  const { clock, world, member } = await testOrganization({ lastUsedLagMs: 0, reportMs: 0 })
  world.addUser(MEMBER, { userName: 'ann' })
  const { id } = world.addAccessKey(MEMBER, 'ann')
  world.useKey(id, { service: 's3' })
  clock.advance(14 * 60_000)
  world.useKey(id, { service: 'ec2' })
  const { iam } = await member()
  await iam.send(generate)
  const [, ann] = rowsOf((await iam.send(get)).Content)
  expect(ann).toMatchObject({
    access_key_1_last_used_date: '2026-01-02T03:04:05Z',
    access_key_1_last_used_service: 's3',
  })
})

it('never completes, or finds no capacity, when a fault says so', async () => {
  const { clock, faults, member } = await testOrganization()
  const { iam } = await member()
  faults.add({
    operation: 'iam:GenerateCredentialReport',
    error: 'report-limit-exceeded',
    times: 1,
  })
  const mend = faults.add({
    operation: 'iam:GenerateCredentialReport',
    error: 'report-never-completes',
  })
  await expect(iam.send(generate)).rejects.toMatchObject({ name: 'LimitExceededException' })
  expect(await iam.send(generate)).toMatchObject({ State: 'STARTED' })
  clock.advance(HOUR_MS / 2)
  expect(await iam.send(generate)).toMatchObject({ State: 'INPROGRESS' })
  await expect(iam.send(get)).rejects.toMatchObject({ name: 'CredentialReportNotReadyException' })
  mend()
  await iam.send(generate)
  clock.advance(4_000)
  expect(await iam.send(generate)).toMatchObject({ State: 'COMPLETE' })
})
