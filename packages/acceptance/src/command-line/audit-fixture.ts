import { runKeynag } from '@keynag/cli'
import { recordingShell } from '@keynag/cli/testing'
import { dayMs, epochMs } from '@keynag/core'
import { onTestFinished, vi } from 'vitest'
import { CallCounts, Faults, startAws, VirtualClock, World } from '@keynag/fake-aws/aws'
import { seededRandom } from '@keynag/core/seeded-random'

const startMs = Date.UTC(2026, 10, 21, 9)
export const management = '111111111111'
export const members = Array.from({ length: 4 }, (_, index) => String(300_000_000_001 + index))
export const [payments = '', shipping = '', closed = '', locked = ''] = members
export const role = 'OrganizationAccountAccessRole'
export const daysAgo = (days: number): number => startMs - days * dayMs

const allowAll = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
}

/** An organization in which keynag was never deployed, with only the usual administrator roles. */
export async function startOrganization({
  adopt = true,
  statusChangeMovesLastRotated = false,
} = {}) {
  const clock = new VirtualClock(startMs)
  const world = new World({
    clock,
    random: seededRandom(1),
    managementAccountId: management,
    delegatedAdminIds: [],
    reportMs: 3_000,
    statusChangeMovesLastRotated,
  })
  world.addRole(management, { name: 'admin', trustPolicy: trust('*'), policy: allowAll })
  const unit = world.addOu('workloads')
  for (const id of members) {
    world.addAccount({ id, name: `team-${id.slice(-1)}`, parentOu: unit.id })
    if (id === locked && adopt) continue
    const trustPolicy = trust(`arn:aws:iam::${management}:role/admin`)
    world.addRole(id, { name: role, trustPolicy, policy: allowAll })
  }
  world.setAccountState(closed, 'SUSPENDED')
  const calls = new CallCounts()
  const faults = new Faults()
  const aws = await startAws({ world, clock, calls, faults })
  onTestFinished(aws.close)
  onTestFinished(() => void vi.unstubAllEnvs())
  const hub = world.credentialsForRole(management, 'admin', 'person', 365 * dayMs)
  vi.stubEnv('AWS_ENDPOINT_URL', aws.url)
  vi.stubEnv('AWS_REGION', 'eu-central-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', hub.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', hub.secretAccessKey)
  vi.stubEnv('AWS_SESSION_TOKEN', hub.sessionToken)
  const user = (accountId: string, userName: string, tags: Record<string, string> = {}) =>
    world.addUser(accountId, { userName, tags, createdAtMs: daysAgo(900) })
  const key = (accountId: string, userName: string, days: number, status?: 'Inactive') =>
    world.addAccessKey(accountId, userName, {
      createdAtMs: daysAgo(days),
      ...(status === undefined ? {} : { status }),
    }).id
  const audit = async (...words: readonly string[]) => {
    const recording = recordingShell({
      clock: { now: () => epochMs(clock.now()), sleep: (ms) => clock.sleep(ms) },
    })
    const exitCode = await runKeynag(['audit', '--reader-role', role, ...words], recording.shell)
    return { exitCode, output: recording.output(), remarks: recording.remarks() }
  }
  return { world, clock, calls, faults, user, key, audit }
}

const trust = (principal: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' }],
})
