import {
  coverage,
  daysBetween,
  dueShards,
  type Entry,
  type EpochMs,
  everyItem,
  freezeScopeText,
  hourMs,
  isoDay,
  isoTime,
  type KeynagError,
  type Ledger,
  minuteMs,
  plusDays,
  type Rotation,
  UnreadAccounts,
  unreadText,
} from '@keynag/core'
import { plural } from '../../output/format.ts'
import type { Place } from '../../place/place.ts'
import { type Finding, wrong } from './finding.ts'
import { brokenIn, secondReplacement } from './ledger-invariants.ts'

/** A day, and two hours for the scan itself. The alarm waits as long. */
const newestScanMs = 26 * hourMs
/** Six sweeps. */
const backlogMs = 30 * minuteMs
const holdDays = 14
/** Three leases of six minutes each. */
const intentMs = 18 * minuteMs
/** How many keys one finding names. */
const mostNamed = 5

/** The checks that need only the ledger. */
export async function checkLedger(place: Place): Promise<readonly Finding[]> {
  const now = place.clock.now()
  const findings: Finding[] = []
  const ledger = place.reportLedger((error: KeynagError) => {
    findings.push(wrong('item-unreadable', 'ledger', error.message))
  })
  const unread = new UnreadAccounts(await ledger.accounts(), place.organization.policies, now)
  const { found, rotating } = await walk(ledger, unread, now)
  findings.push(
    ...(await scanFindings(ledger, now)),
    ...unreadFindings(unread),
    // A demo ended between two sweeps, so work that is due there says nothing about its sweeper.
    ...(place.aws === undefined ? [] : await backlogFindings(ledger, now)),
    ...found,
    ...rotating,
    ...(await freezeFindings(ledger)),
  )
  return findings
}

async function scanFindings(ledger: Ledger, now: EpochMs): Promise<readonly Finding[]> {
  const today = isoDay(now)
  const yesterday = isoDay(plusDays(now, -1))
  const day = (await ledger.scanDay(today)) ?? (await ledger.scanDay(yesterday))
  if (day === undefined || now - day.plannedAt > newestScanMs) {
    const newest =
      day === undefined ? 'none today or yesterday' : `the last one at ${isoTime(day.plannedAt)}`
    return [wrong('scan-missing', 'scan', `no scan was planned in the last 26 hours (${newest})`)]
  }
  const scans = await ledger.accountScans(day.date)
  const { open } = coverage(day, scans)
  const isLate = now - day.plannedAt > 2 * hourMs
  return [
    ...(open.length > 0 && isLate
      ? [
          wrong(
            'scan-incomplete',
            `scan of ${day.date}`,
            `accounts without a result after two hours: ${named(open)}`,
          ),
        ]
      : []),
    ...scans.flatMap(({ account, result }) =>
      result.kind === 'failed'
        ? [wrong('account-failed', `${account.accountId} (${account.name})`, result.why)]
        : [],
    ),
  ]
}

/** An account without keys that wait needs nobody's help, or is named as one that could not be read. */
const unreadFindings = (unread: UnreadAccounts): readonly Finding[] =>
  unread.rows().flatMap(({ accountId, name, keys, ...because }) => {
    if (keys === 0) return []
    const sentence = `${plural(keys, 'key')} left alone, ${unreadText(because)}`
    return [wrong('account-unread', `${accountId} (${name})`, sentence)]
  })

/** Finds the key or notice that has been due the longest. */
async function backlogFindings(ledger: Ledger, now: EpochMs): Promise<readonly Finding[]> {
  let oldest: { readonly what: string; readonly at: EpochMs } | undefined
  for (let shard = 0; shard < dueShards; shard += 1) {
    const [due] = (await ledger.due(shard, now)).items
    if (due === undefined) continue
    const { dueAt } =
      (due.kind === 'entry'
        ? await ledger.entry(due.accessKeyId)
        : await ledger.notice(due.noticeId)) ?? {}
    const what = due.kind === 'entry' ? due.accessKeyId : due.noticeId
    if (dueAt !== undefined && (oldest === undefined || dueAt < oldest.at)) {
      oldest = { what, at: dueAt }
    }
  }
  return oldest === undefined || now - oldest.at < backlogMs
    ? []
    : [
        wrong(
          'backlog-old',
          oldest.what,
          `due since ${isoTime(oldest.at)}, and no consumer has acted on it`,
        ),
      ]
}

/** Reads every entry, and the timeline of every key that keynag has acted upon. */
async function walk(ledger: Ledger, unread: UnreadAccounts, now: EpochMs) {
  const held = new Map<string, Entry[]>()
  const issuing = new Map<string, Entry>()
  const found: Finding[] = []
  const rotating: Finding[] = []
  for await (const entry of everyItem((cursor) => ledger.allEntries(cursor))) {
    unread.add(entry)
    const { hold, accessKeyId } = entry
    if (hold !== undefined && daysBetween(hold.since, now) >= holdDays) {
      held.set(hold.code, [...(held.get(hold.code) ?? []), entry])
    }
    if (isActedUpon(entry)) {
      const broken = brokenIn(entry, await ledger.timeline(accessKeyId))
      found.push(...broken.map((sentence) => wrong('invariant-broken', accessKeyId, sentence)))
    }
    if (entry.state === 'issuing') {
      const user = `${entry.accountId}/${entry.userId}`
      const other = issuing.get(user)
      if (other !== undefined) {
        found.push(wrong('invariant-broken', accessKeyId, secondReplacement(other)))
      }
      issuing.set(user, entry)
    }
    if (hold === undefined && mayHaveIntent(entry)) {
      const rotation = await ledger.rotation(entry.accountId, entry.userId)
      rotating.push(...intentFindings(entry, rotation, now))
    }
  }
  for (const [code, entries] of held) {
    const names = named(entries.map(({ accessKeyId }) => accessKeyId))
    const sentence = `${plural(entries.length, 'key')} on hold for ${holdDays} days or longer: ${names}`
    found.push(wrong('hold-old', code, sentence))
  }
  return { found, rotating }
}

const isActedUpon = ({ state }: Entry): boolean =>
  state === 'issued' || state === 'deactivated' || state === 'deleted'

const mayHaveIntent = ({ state }: Entry): boolean => state !== 'deleted' && state !== 'resolved'

function intentFindings(
  { accessKeyId }: Entry,
  rotation: Rotation | undefined,
  now: EpochMs,
): readonly Finding[] {
  if (rotation === undefined || rotation.accessKeyId !== accessKeyId) return []
  const { phase } = rotation
  if (!('intendedAt' in phase) || now - phase.intendedAt < intentMs) return []
  const sentence = `keynag recorded the intent "${phase.kind}" at ${isoTime(phase.intendedAt)} and has not recorded that it is done`
  return [wrong('intent-old', accessKeyId, sentence)]
}

async function freezeFindings(ledger: Ledger): Promise<readonly Finding[]> {
  return (await ledger.freezes()).map(({ scope, since, by, why }) =>
    wrong('frozen', freezeScopeText(scope), `frozen since ${isoTime(since)} by ${by}: ${why}`),
  )
}

const named = (names: readonly string[]): string =>
  names.length <= mostNamed
    ? names.join(', ')
    : `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more`
