import {
  dayMs,
  estateOf,
  isoDay,
  maxWrites,
  plusDays,
  transient,
  type Account,
  type AccountScan,
  type EpochMs,
  type Estate,
  type KeynagError,
  type ScanDay,
  type Write,
} from '@keynag/core'
import type { Ports } from '../ports.ts'
import { isUnreadable, ledgerItemUnreadable } from '../unreadable-item.ts'
import { endOldScans, mostDaysBack } from './end-old-scans.ts'
import { compareAccounts } from './note-accounts.ts'
import { requestScans } from './request-scans.ts'

type PlannerPorts = Pick<
  Ports,
  'accounts' | 'clock' | 'ids' | 'ledger' | 'organization' | 'publisher' | 'source' | 'telemetry'
>

/**
 * Plans the scan of the UTC day: one message for each account that can be read, and one for each
 * account that is over, so that the scanner ends its keys. It may run again on the same day: then it
 * requests only the accounts that have no result yet. If it cannot send the messages after it has
 * written the plan, the sweeper sends them.
 */
export async function plan(ports: PlannerPorts): Promise<{ date: string; requested: number }> {
  const now = ports.clock.now()
  const date = isoDay(now)
  const withUnits = ports.organization.policies.some(
    (policy) => policy.match.organizationalUnits !== undefined,
  )
  const accounts = await ports.accounts.accounts({ withUnits })
  const known = new Set(
    (await ports.ledger.accountScans(date)).map((scan) => scan.account.accountId),
  )
  const fresh = accounts
    .filter((account) => !known.has(account.accountId))
    .map((account) => newScan(account, date, now, ports.organization.fullWalkEveryDays))
  await endOldScans(ports, now)
  await writeEach(ports, await compareAccounts(ports, accounts, now))
  await writeEach(
    ports,
    fresh.map((after) => ({ kind: 'account-scan', before: undefined, after })),
  )
  const day = await writeDay(ports, date, accounts, now)
  const requested = await requestScans(ports, day)
  ports.telemetry.info('scan planned', { date, accounts: accounts.length, requested })
  return { date, requested }
}

const isReadable = (account: Account): boolean => account.state === 'ACTIVE'

function newScan(account: Account, date: string, now: EpochMs, walkEveryDays: number): AccountScan {
  return {
    date,
    account,
    requestedAt: now,
    fullWalk: isWalkDay(account, now, walkEveryDays),
    result: isReadable(account)
      ? { kind: 'requested' }
      : { kind: 'skipped', why: `the account is ${account.state}` },
    version: 1,
  }
}

/** Spreads the full walks of the accounts over the days. */
function isWalkDay(account: Account, now: EpochMs, walkEveryDays: number): boolean {
  const day = Math.floor(now / dayMs)
  return (day + Number(account.accountId.slice(-4))) % walkEveryDays === 0
}

type AccountWrite = Extract<Write, { kind: 'account' | 'account-scan' }>

/**
 * Writes the documents of many accounts. An item that cannot be read refuses its write, and stops no
 * other account.
 *
 * @throws KeynagError transient when another planner was first, after all the others are written
 */
async function writeEach(
  { ledger, telemetry }: PlannerPorts,
  writes: readonly AccountWrite[],
): Promise<void> {
  let isOvertaken = false
  for (let start = 0; start < writes.length; start += maxWrites) {
    const chunk = writes.slice(start, start + maxWrites)
    if ((await ledger.commit(chunk)).kind === 'committed') continue
    for (const write of chunk) {
      if ((await ledger.commit([write])).kind === 'committed') continue
      try {
        await readAgain(ledger, write)
        isOvertaken = true
      } catch (error) {
        if (!isUnreadable(error)) throw error
        ledgerItemUnreadable(telemetry)(error)
      }
    }
  }
  if (isOvertaken) throw overtaken()
}

const readAgain = (ledger: PlannerPorts['ledger'], write: AccountWrite): Promise<unknown> =>
  write.kind === 'account'
    ? ledger.account(write.after.accountId)
    : ledger.accountScan(write.after.date, write.after.account.accountId)

const overtaken = (): KeynagError =>
  transient('KEYNAG_UNAVAILABLE', 'another planner wrote the plan of the same day at the same time')

async function writeDay(
  ports: PlannerPorts,
  date: string,
  accounts: readonly Account[],
  now: EpochMs,
): Promise<ScanDay> {
  const before = await ports.ledger.scanDay(date)
  const accountIds = accounts.filter(isReadable).map((account) => account.accountId)
  const all = [...new Set([...(before?.accountIds ?? []), ...accountIds])]
  const estate = before?.estate ?? (await newestEstate(ports, now))
  const isKnown = before !== undefined && all.length === before.accountIds.length
  if (isKnown && estate?.date === before.estate?.date) return before
  const after: ScanDay = {
    date,
    plannedAt: before?.plannedAt ?? now,
    accountIds: all,
    ...(estate === undefined ? {} : { estate }),
    version: (before?.version ?? 0) + 1,
  }
  const committed = await ports.ledger.commit([{ kind: 'scan-day', before, after }])
  if (committed.kind !== 'committed') throw overtaken()
  return after
}

/** The number of keys by the newest complete scan of the last days, for caps by share. */
async function newestEstate({ ledger }: PlannerPorts, now: EpochMs): Promise<Estate | undefined> {
  const oldest = isoDay(plusDays(now, -mostDaysBack))
  for (let daysBack = 1; daysBack <= mostDaysBack; daysBack += 1) {
    const day = await ledger.scanDay(isoDay(plusDays(now, -daysBack)))
    if (day === undefined) continue
    const estate = estateOf(day, await ledger.accountScans(day.date)) ?? day.estate
    return estate === undefined || estate.date < oldest ? undefined : estate
  }
  return undefined
}
