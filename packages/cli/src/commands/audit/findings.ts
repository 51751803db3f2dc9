import {
  type AccountScan,
  daysBetween,
  type Entry,
  type EpochMs,
  forecast,
  type Forecast,
  isoTime,
  type LastUsed,
  type Policies,
  type Unread,
} from '@keynag/core'
import type { Scanned } from './scan-accounts.ts'

/** One stale key, as the JSON of an audit prints it. */
export interface Finding {
  readonly accountId: string
  readonly userName: string
  readonly userId: string
  readonly accessKeyId: string
  readonly status: string
  readonly createdAt: string
  readonly ageDays: number
  readonly lastUsed:
    | { readonly kind: 'never' }
    | { readonly kind: 'at'; at: string; service?: string; region?: string }
    | { readonly kind: 'unknown'; why: string }
  readonly owner: string | null
  readonly ownerFoundBy: string
  readonly policy: string
  /** What keynag would do if it were deployed and armed today: the first time of each action. */
  readonly due: readonly { readonly action: string; readonly at: string; readonly rule: string }[]
}

interface AuditedAccount {
  readonly accountId: string
  readonly name: string
  readonly state: 'scanned' | 'failed' | 'skipped'
  readonly error?: string
  readonly code?: string
  readonly users?: number
  readonly keys?: number
  readonly rootKeys?: readonly { readonly slot: string; readonly changedAt?: string }[]
  /** What could not be looked at in a scanned account. */
  readonly unread?: readonly Unread[]
}

export interface AuditReport {
  readonly scannedAt: string
  readonly policies: readonly string[]
  readonly accounts: readonly AuditedAccount[]
  readonly findings: readonly Finding[]
}

const forecastDays = 120

/** Pure: makes the report of an audit from the scans. The oldest key comes first. */
export function reportOf(
  { scans, entries }: Scanned,
  policies: Policies,
  now: EpochMs,
): AuditReport {
  const ahead = Map.groupBy(
    forecast(entries, policies, now, forecastDays),
    ({ accessKeyId }) => accessKeyId,
  )
  return {
    scannedAt: isoTime(now),
    policies: policies.map(({ name }) => name),
    accounts: scans.map(auditedAccount).sort((a, b) => (a.accountId < b.accountId ? -1 : 1)),
    findings: entries
      .toSorted((a, b) => a.createdAt - b.createdAt || (a.accessKeyId < b.accessKeyId ? -1 : 1))
      .map((entry) => findingOf(entry, firstOfEach(ahead.get(entry.accessKeyId) ?? []), now)),
  }
}

const firstOfEach = (ahead: readonly Forecast[]): readonly Forecast[] =>
  ahead.filter(({ what }, index) => ahead.findIndex((other) => other.what === what) === index)

const findingOf = (entry: Entry, ahead: readonly Forecast[], now: EpochMs): Finding => ({
  accountId: entry.accountId,
  userName: entry.userName,
  userId: entry.userId,
  accessKeyId: entry.accessKeyId,
  status: entry.status,
  createdAt: isoTime(entry.createdAt),
  ageDays: daysBetween(entry.createdAt, now),
  lastUsed: lastUsedOf(entry.lastUsed),
  owner: entry.owner.email ?? null,
  ownerFoundBy: entry.owner.evidence,
  policy: entry.policy,
  due: ahead.map(({ what, at, rule }) => ({ action: what, at: isoTime(at), rule })),
})

const lastUsedOf = (used: LastUsed): Finding['lastUsed'] =>
  used.kind === 'at'
    ? {
        kind: 'at',
        at: isoTime(used.at),
        ...(used.service === undefined ? {} : { service: used.service }),
        ...(used.region === undefined ? {} : { region: used.region }),
      }
    : used

function auditedAccount({ account, result }: AccountScan): AuditedAccount {
  const { accountId, name } = account
  switch (result.kind) {
    case 'finished':
      return {
        accountId,
        name,
        state: 'scanned',
        users: result.counts.users,
        keys: result.counts.keys,
        rootKeys: result.rootKeys.map(({ slot, changedAt }) => ({
          slot,
          ...(changedAt === undefined ? {} : { changedAt: isoTime(changedAt) }),
        })),
        ...(result.unread === undefined ? {} : { unread: result.unread }),
      }
    case 'failed':
      return { accountId, name, state: 'failed', error: result.why, code: result.code }
    case 'skipped':
      return { accountId, name, state: 'skipped', error: result.why }
    case 'requested':
      return {
        accountId,
        name,
        state: 'failed',
        error: 'the audit was interrupted before it read this account',
      }
    default:
      return result satisfies never
  }
}
