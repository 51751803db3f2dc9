import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { runKeynag } from '@keynag/cli'
import { recordingShell } from '@keynag/cli/testing'
import { dayMs, epochMs } from '@keynag/core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { startCountingProxy } from './counting-proxy.ts'
import { startMoto, type Dates, type Moto } from './start-moto.ts'

const accounts = 10
const usersEach = 500
const nowMs = Date.now()
/** Every fiftieth user has a key that an audit must find. */
const isStale = (index: number): boolean => index % 50 === 7
const hasOldInactiveKey = (index: number): boolean => index % 50 === 9
const hasTwins = (index: number): boolean => index % 100 === 57
/** All the marks that IAM allows in a name. */
const nameOf = (index: number): string => `+u=s,e.r@${index}_-`

const settings = (url: string) => ({
  endpoint: url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' },
})

let moto: Moto
const stale = new Set<string>()
const members: string[] = []
let closed = ''

const text = z.string().min(1)

beforeAll(async () => {
  moto = await startMoto()
  const organizations = new OrganizationsClient(settings(moto.url))
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }))
  // The management account is one of the ten, and a closed one comes on top.
  for (let index = 1; index <= accounts; index += 1) {
    const { CreateAccountStatus: made } = await organizations.send(
      new CreateAccountCommand({
        AccountName: `team-${index}`,
        Email: `team-${index}@example.com`,
      }),
    )
    members.push(text.parse(made?.AccountId))
  }
  closed = text.parse(members.pop())
  await organizations.send(new CloseAccountCommand({ AccountId: closed }))
  await Promise.all([populate(undefined, '123456789012'), ...members.map(populateMember)])
}, 600_000)

afterAll(async () => {
  await moto.close()
})

async function populateMember(accountId: string): Promise<void> {
  const { Credentials: granted } = await new STSClient(settings(moto.url)).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${accountId}:role/administrator`,
      RoleSessionName: 'populate',
    }),
  )
  await populate(
    {
      accessKeyId: text.parse(granted?.AccessKeyId),
      secretAccessKey: text.parse(granted?.SecretAccessKey),
      sessionToken: text.parse(granted?.SessionToken),
    },
    accountId,
  )
}

async function populate(
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string } | undefined,
  accountId: string,
): Promise<void> {
  const iam = new IAMClient({
    ...settings(moto.url),
    ...(credentials === undefined ? {} : { credentials }),
  })
  const users: NonNullable<Dates['users']>[number][] = []
  const keys: NonNullable<Dates['keys']>[number][] = []
  const addKey = async (UserName: string, ageDays: number): Promise<string> => {
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
    const accessKeyId = text.parse(AccessKey?.AccessKeyId)
    keys.push({ accessKeyId, createdAtMs: nowMs - ageDays * dayMs })
    return accessKeyId
  }
  for (let index = 0; index < usersEach; index += 1) {
    const UserName = nameOf(index)
    await iam.send(new CreateUserCommand({ UserName }))
    users.push({ userName: UserName, createdAtMs: nowMs - 800 * dayMs })
    if (isStale(index)) stale.add(await addKey(UserName, 90 + index))
    else await addKey(UserName, index % 89)
    if (hasTwins(index)) stale.add(await addKey(UserName, 90 + index))
    if (hasOldInactiveKey(index)) {
      const AccessKeyId = await addKey(UserName, 700)
      await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }))
    }
  }
  await moto.setDates(accountId, { users, keys })
}

it('an audit of 10 accounts of 500 users finds every stale key and nothing else', async () => {
  const proxy = await startCountingProxy(moto.url)
  vi.stubEnv('AWS_ENDPOINT_URL', proxy.url)
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example')
  const { shell, output, remarks } = recordingShell({
    clock: { now: () => epochMs(nowMs), sleep: () => Promise.resolve() },
  })
  try {
    const exitCode = await runKeynag(['audit', '--org', '--json'], shell)
    expect(remarks()).toBe('')
    expect(exitCode).toBe(2)
  } finally {
    vi.unstubAllEnvs()
    await proxy.close()
  }
  const report = z
    .object({
      accounts: z.array(z.object({ accountId: z.string(), state: z.string() })),
      findings: z.array(z.object({ accessKeyId: z.string() })),
    })
    .parse(JSON.parse(output()))
  expect(report.findings.map(({ accessKeyId }) => accessKeyId).toSorted()).toEqual(
    [...stale].toSorted(),
  )
  expect(stale.size).toBe(accounts * (usersEach / 50 + usersEach / 100))
  expect(report.accounts.filter(({ state }) => state === 'scanned')).toHaveLength(accounts)
  expect(report.accounts).toContainEqual(
    expect.objectContaining({ accountId: closed, state: 'skipped' }),
  )
  const candidates = accounts * (usersEach / 50)
  const calls = proxy.calls.toJSON()
  const { GetAccountAuthorizationDetails: pages = 0, GetCredentialReport: reports = 0 } = calls
  expect(proxy.calls.of('ListAccessKeys')).toBe(candidates)
  expect(proxy.calls.of('AssumeRole')).toBe(accounts - 1)
  // Polls of the report and further pages are not counted; nor are the two calls of the hub.
  const counted = proxy.calls.total - pages - reports + 2 * accounts - 2
  expect(counted).toBeLessThanOrEqual(5 * accounts + candidates)
})
