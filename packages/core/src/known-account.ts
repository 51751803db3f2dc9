import { z } from 'zod'
import { AccountId } from './ids.ts'
import { Account } from './key/access-key.ts'
import { isoTime, plusDays, EpochMs } from './time.ts'

const Since = z.object({ since: EpochMs, why: z.string() })

/**
 * What keynag knows of one account, and how old that is. Everything that keynag knows of a key is as
 * old as `readAt` of its account.
 */
export const KnownAccount = z.object({
  accountId: AccountId,
  name: z.string(),
  /** As the newest complete list of the Organization shows it. `UNLISTED`: the list lacks it. */
  state: z.enum([...Account.shape.state.options, 'UNLISTED']),
  /** When a list showed it for the first time. */
  listedAt: EpochMs,
  /** When the last finished scan read it. Absent: no scan has finished. */
  readAt: EpochMs.optional(),
  /** Since when every scan has failed, and why the newest of them did. */
  failing: Since.optional(),
  /** Since when keynag leaves the account alone. It lasts until a scan has read an ACTIVE account. */
  stopped: Since.optional(),
  /** keynag has ended the stories of all its keys. */
  endedAt: EpochMs.optional(),
  version: z.number().int().min(1),
})
export type KnownAccount = z.infer<typeof KnownAccount>

/** An account that no list has shown for this long does not come back (the time is AWS's for a closure). */
const goneAfterDays = 90

/** The account after a complete list of the Organization; `undefined` when the list tells nothing new. */
export function afterList(
  before: KnownAccount | undefined,
  { accountId, name, state }: Pick<KnownAccount, 'accountId' | 'name' | 'state'>,
  now: EpochMs,
): KnownAccount | undefined {
  if (before?.state === state && before.name === name) return undefined
  if (before?.state === state) return { ...before, name, version: before.version + 1 }
  const { endedAt: _, ...rest } = before ?? { accountId, listedAt: now, version: 0 }
  const after = { ...rest, name, state, version: rest.version + 1 }
  if (state !== 'ACTIVE') return { ...after, stopped: { since: now, why: whyStopped(state) } }
  if (before === undefined) return after
  const since = before.stopped?.since ?? now
  return { ...after, stopped: { since, why: 'no scan has read the account since it came back' } }
}

const whyStopped = (state: Exclude<KnownAccount['state'], 'ACTIVE'>): string =>
  state === 'UNLISTED'
    ? 'the list of the Organization does not have the account'
    : `the account is ${state}`

/**
 * The account after a scan that read it. `dealtWith` is the stop that the scan found at its start and
 * has told every key of: only a scan of an ACTIVE account ends it.
 */
export function afterRead(
  before: KnownAccount,
  dealtWith: KnownAccount['stopped'],
  at: EpochMs,
): KnownAccount {
  const { failing: _failing, stopped, ...rest } = before
  const isOver = before.state === 'ACTIVE' && stopped?.since === dealtWith?.since
  const after = { ...rest, readAt: at, version: before.version + 1 }
  return isOver || stopped === undefined ? after : { ...after, stopped }
}

/** The account after a scan that failed; `undefined` when the ledger says the same already. */
export function afterFailure(
  before: KnownAccount,
  why: string,
  at: EpochMs,
): KnownAccount | undefined {
  if (before.failing?.why === why) return undefined
  const since = before.failing?.since ?? at
  return { ...before, failing: { since, why }, version: before.version + 1 }
}

/** Whether the account is over for good, as far as anybody can tell. */
export const isOver = ({ state, stopped }: KnownAccount, now: EpochMs): boolean =>
  state === 'CLOSED' ||
  (state === 'UNLISTED' && stopped !== undefined && plusDays(stopped.since, goneAfterDays) <= now)

/** Since when nothing new is known of an account's keys, and why. Without a date, nothing ever was. */
export interface UnreadAccount {
  readonly since?: EpochMs
  readonly why: string
}

/**
 * Why keynag says and does nothing about the account's keys now; `undefined` when it knows enough.
 * An account that no scan has finished yet counts from the day on which a list first showed it.
 */
export function unreadAccount(
  account: KnownAccount | undefined,
  staleSightingDays: number,
  now: EpochMs,
): UnreadAccount | undefined {
  if (account === undefined) return { why: 'keynag has not listed the accounts yet' }
  const { stopped, failing, listedAt, readAt } = account
  if (stopped !== undefined) return stopped
  const since = readAt ?? listedAt
  if (now <= plusDays(since, staleSightingDays)) return undefined
  return { since, why: failing?.why ?? 'no scan of the account has finished since then' }
}

/** For people: `unread since 2026-01-05T05:00:00Z: the account is SUSPENDED`. */
export const unreadText = ({ since, why }: UnreadAccount): string =>
  since === undefined ? `unread: ${why}` : `unread since ${isoTime(since)}: ${why}`
