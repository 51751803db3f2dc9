import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { runKeynag } from '@keynag/cli'
import { recordingShell } from '@keynag/cli/testing'
import { dayMs, epochMs } from '@keynag/core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { startCountingProxy } from './counting-proxy.ts'
import { startMoto, type Moto, type UserSeed } from './start-moto.ts'

const accounts = 10
const usersEach = 500
const nowMs = Date.now()
/** Every fiftieth user has a stale key, which the audit must find. */
const isStale = (index: number): boolean => index % 50 === 7
const hasOldInactiveKey = (index: number): boolean => index % 50 === 9
const hasTwins = (index: number): boolean => index % 100 === 57
/** A user name with every punctuation mark that IAM allows. */
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
  // The management account is one of the ten. A closed account is added to them.
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
  await Promise.all(['123456789012', ...members].map(populate))
})

afterAll(async () => {
  await moto.close()
})

async function populate(accountId: string): Promise<void> {
  const users = Array.from({ length: usersEach }, (_, index) => userSeed(index))
  const ids = await moto.addUsers(accountId, users)
  const keys = users.flatMap((user) => user.keys)
  for (const [index, { status, createdAtMs }] of keys.entries()) {
    if (status === 'Active' && createdAtMs <= nowMs - 90 * dayMs) stale.add(text.parse(ids[index]))
  }
}

function userSeed(index: number): UserSeed {
  const key = (ageDays: number, status: 'Active' | 'Inactive' = 'Active') => ({
    createdAtMs: nowMs - ageDays * dayMs,
    status,
  })
  return {
    userName: nameOf(index),
    createdAtMs: nowMs - 800 * dayMs,
    keys: [
      key(isStale(index) ? 90 + index : index % 89),
      ...(hasTwins(index) ? [key(90 + index)] : []),
      ...(hasOldInactiveKey(index) ? [key(700, 'Inactive')] : []),
    ],
  }
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
  // The limit does not include polls for the report, further pages, and the hub's two calls.
  const counted = proxy.calls.total - pages - reports + 2 * accounts - 2
  expect(counted).toBeLessThanOrEqual(5 * accounts + candidates)
})
