import { auditOperations, connectReader } from '@keynag/aws'
import { runKeynag } from '@keynag/cli'
import { recordingShell } from '@keynag/cli/testing'
import { AccountId, epochMs } from '@keynag/core'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startFirstDay } from '@keynag/sandbox/keynag/start-first-day'
import {
  closed,
  daysAgo,
  locked,
  management,
  members,
  payments,
  role,
  shipping,
  startOrganization,
} from './audit-fixture.ts'

const Report = z.object({
  scannedAt: z.string(),
  accounts: z.array(
    z.object({ accountId: z.string(), state: z.string(), error: z.string().optional() }),
  ),
  findings: z.array(z.looseObject({ accountId: z.string(), accessKeyId: z.string() })),
})

const reportOf = (output: string) => Report.parse(JSON.parse(output))

describe('keynag audit', () => {
  it('finds exactly the stale keys of the organization, and lists the accounts that it did not read', async () => {
    const { user, key, audit, clock } = await startOrganization()
    user(payments, 'ann', { owner: 'Ann@Example.org' })
    user(payments, 'a+b=c,d.e@f_g-h')
    user(shipping, 'two-keys')
    const stale = [
      key(payments, 'ann', 400),
      key(payments, 'a+b=c,d.e@f_g-h', 90),
      key(shipping, 'two-keys', 200),
      key(shipping, 'two-keys', 200),
    ]
    user(payments, 'young')
    key(payments, 'young', 89)
    user(shipping, 'tidy')
    key(shipping, 'tidy', 300, 'Inactive')
    const { exitCode, output } = await audit('--org', '--json')
    const { scannedAt, accounts, findings } = reportOf(output)
    expect(exitCode).toBe(2)
    expect(Date.parse(scannedAt)).toBe(Math.floor(clock.now() / 1_000) * 1_000)
    expect(findings.map(({ accessKeyId }) => accessKeyId).toSorted()).toEqual(stale.toSorted())
    expect(accounts.map(({ accountId, state }) => [accountId, state])).toEqual([
      [management, 'scanned'],
      [payments, 'scanned'],
      [shipping, 'scanned'],
      [closed, 'skipped'],
      [locked, 'failed'],
    ])
    expect(accounts.at(-1)?.error).toContain('does not let keynag assume')
    expect(findings[0]).toMatchObject({
      accountId: payments,
      userName: 'ann',
      status: 'Active',
      createdAt: '2025-10-17T09:00:00Z',
      ageDays: 400,
      lastUsed: { kind: 'never' },
      owner: 'ann@example.org',
      policy: 'cis-rotation',
    })
    expect(findings[0]?.due).toMatchObject([
      { action: 'nag' },
      { action: 'rotate' },
      {},
      {},
      {},
      {},
    ])
  })

  it('makes at most four calls per account and one per user with an old key', async () => {
    const { world, user, key, audit, calls } = await startOrganization({ adopt: false })
    world.setAccountState(closed, 'ACTIVE')
    for (const id of members) {
      for (let index = 0; index < 50; index += 1) {
        user(id, `user-${index}`)
        key(id, `user-${index}`, index < 5 ? 100 : 10)
      }
    }
    const { output } = await audit('--org', '--json')
    expect(reportOf(output).findings).toHaveLength(20)
    const counted: Record<string, number> = calls.toJSON()
    expect(counted).toEqual({
      'sts:GetCallerIdentity': 1,
      'organizations:ListAccounts': 1,
      'sts:AssumeRole': 4,
      'iam:GenerateCredentialReport': counted['iam:GenerateCredentialReport'],
      'iam:GetCredentialReport': counted['iam:GetCredentialReport'],
      'iam:GetAccountAuthorizationDetails': 5,
      'iam:ListAccessKeys': 20,
    })
  })

  it('calls only the operations that --permissions prints', async () => {
    const { world, user, key, audit, calls } = await startOrganization({
      statusChangeMovesLastRotated: true,
    })
    user(payments, 'ann')
    key(payments, 'ann', 400)
    const accessKeyId = key(payments, 'ann', 300)
    world.setKeyStatus(accessKeyId, 'Inactive')
    world.setKeyStatus(accessKeyId, 'Active')
    await audit('--org', '--ou', 'r-none00', '--json')
    const { output: report } = await audit('--org', '--json')
    expect(reportOf(report).findings).toMatchObject([
      { lastUsed: { kind: 'never' } },
      { accessKeyId, lastUsed: { kind: 'never' } },
    ])
    const { caller, inEachAccount } = auditOperations
    const allowed: readonly string[] = [
      ...caller.ownAccount,
      ...caller.organization,
      ...caller.otherAccounts,
      ...inEachAccount,
    ]
    expect(Object.keys(calls.toJSON()).toSorted()).toEqual([...allowed].toSorted())
    const { output } = await audit('--org', '--permissions')
    for (const action of allowed) expect(output).toContain(`"${action}"`)
  })

  it('narrows its sessions to reading, even if the role may do more', async () => {
    const { user, key, clock } = await startOrganization()
    user(payments, 'ann')
    key(payments, 'ann', 400)
    const { iam } = connectReader({
      region: 'us-east-1',
      clock: { now: () => epochMs(clock.now()), sleep: (ms) => clock.sleep(ms) },
      memberRoles: { reader: role, creator: role, reaper: role, organizationalUnits: [] },
      own: AccountId.parse(management),
    })
    expect(await iam.accessKeys(AccountId.parse(payments), 'ann')).toHaveLength(1)
    await expect(iam.user(AccountId.parse(payments), 'ann')).rejects.toMatchObject({
      code: 'KEYNAG_ACCESS_DENIED',
    })
  })

  it('reads the caller’s own account with the caller’s credentials', async () => {
    const { user, key, audit, calls } = await startOrganization()
    user(management, 'ann')
    key(management, 'ann', 400)
    const { exitCode, output } = await audit()
    expect(exitCode).toBe(2)
    expect(output).toContain('1 stale key under cis-rotation: 1 key of 1 user in 1 account read')
    expect(calls.toJSON()).not.toHaveProperty('sts:AssumeRole')
  })

  it('includes Inactive keys with --all, and uses the limits of --policy', async () => {
    const { user, key, audit } = await startOrganization()
    user(payments, 'ann')
    const inactive = key(payments, 'ann', 300, 'Inactive')
    const found = async (...words: readonly string[]) =>
      reportOf((await audit('--accounts', payments, '--json', ...words)).output).findings
    expect(await found()).toEqual([])
    expect(await found('--all')).toMatchObject([{ accessKeyId: inactive, status: 'Inactive' }])
    expect(await found('--policy', 'gentle-nag')).toHaveLength(1)
  })

  it('ends with 0 when no key is stale', async () => {
    const { user, key, audit } = await startOrganization()
    user(payments, 'ann')
    key(payments, 'ann', 10)
    const { exitCode, output } = await audit('--accounts', payments)
    expect(exitCode).toBe(0)
    expect(output).toContain('0 stale keys')
  })

  it('reports active root keys as a finding', async () => {
    const { world, audit } = await startOrganization()
    world.setRootKeys(payments, { keys: [{ active: true, createdAtMs: daysAgo(900) }] })
    const { exitCode, output } = await audit('--accounts', payments)
    expect(exitCode).toBe(2)
    expect(output).toContain(`${payments} has 1 active root access key`)
  })

  it('reports an account that could not be read as a finding', async () => {
    const { audit } = await startOrganization()
    const { exitCode, output } = await audit('--accounts', `${payments},${locked}`)
    expect(exitCode).toBe(2)
    expect(output).toContain('0 stale keys')
    expect(output).toContain(`${locked} was not read: KEYNAG_ROLE_UNREACHABLE`)
  })

  it('ends with 1 when no account could be read', async () => {
    const { audit } = await startOrganization()
    const { exitCode, output } = await audit('--accounts', locked)
    expect(exitCode).toBe(1)
    expect(output).toContain('KEYNAG_ROLE_UNREACHABLE')
  })

  it('retries after a temporary failure, and reports the account if the failure persists', async () => {
    const { user, key, audit, faults } = await startOrganization()
    user(payments, 'ann')
    key(payments, 'ann', 400)
    faults.add({ operation: 'iam:ListAccessKeys', error: '500', times: 6 })
    const passing = await audit('--accounts', payments, '--json')
    expect(reportOf(passing.output).findings).toHaveLength(1)
    faults.add({ operation: 'iam:GenerateCredentialReport', error: 'report-never-completes' })
    const lasting = await audit('--accounts', payments, '--json')
    expect(lasting.exitCode).toBe(1)
    expect(reportOf(lasting.output).accounts).toMatchObject([{ state: 'failed' }])
  })

  it('reads only the accounts below the unit of --ou', async () => {
    const { world, audit } = await startOrganization()
    const unit = world.addOu('elsewhere')
    world.addAccount({ id: '444444444444', name: 'far', parentOu: unit.id })
    const { output } = await audit('--ou', unit.id, '--json')
    expect(reportOf(output).accounts.map(({ accountId }) => accountId)).toEqual(['444444444444'])
  })
})

describe('keynag audit --sandbox', () => {
  it('audits the demo’s organization without an AWS account', async () => {
    const { shell, output } = recordingShell()
    const words = ['audit', '--sandbox', '--org', '--json']
    expect(await runKeynag(words, shell, { startSandboxAws: startFirstDay })).toBe(2)
    const { accounts, findings } = reportOf(output())
    expect(accounts.filter(({ state }) => state === 'scanned')).toHaveLength(9)
    expect(findings.length).toBeGreaterThan(20)
  })

  it('is refused outside a checkout', async () => {
    const { shell, remarks } = recordingShell()
    expect(await runKeynag(['audit', '--sandbox'], shell)).toBe(1)
    expect(remarks()).toContain('works only in a checkout')
  })
})
