import { readFile } from 'node:fs/promises'
import {
  everyItem,
  isoDay,
  epochMs,
  type AccessKeyId,
  type Entry,
  type FactRecord,
} from '@keynag/core'
import { violationsIn, type Violation } from '../invariants/index.ts'
import { lookUpsOf, type LookUp } from './look-ups.ts'
import type { Story, StoryOptions } from './story.ts'

/** The results, counted from the ledger, the simulated AWS and its call counters. */
interface Summary {
  readonly days: number
  readonly accounts: number
  readonly users: number
  readonly keys: number
  readonly scans: {
    readonly requested: number
    readonly complete: number
    readonly accountsFailed: number
  }
  readonly stale: number
  readonly nags: number
  readonly ownersNagged: number
  /** Posts in a Slack channel, counted per key. */
  readonly posts: number
  /** Reminders and hand-overs whose mail bounced. A mail about two keys counts twice. */
  readonly withdrawn: number
  readonly escalations: number
  readonly rotations: { readonly issued: number; readonly completed: number }
  readonly deactivated: number
  readonly deleted: number
  readonly resolvedByOwner: number
  readonly held: number
  readonly exempt: number
  readonly deadLettered: number
  readonly lookUps: readonly LookUp[]
  readonly apiCalls: Readonly<Record<string, number>>
  readonly invariantViolations: readonly Violation[]
}

/** More detail than the summary, for the table. */
export interface Findings {
  readonly summary: Summary
  /** The reminders in the ledger's entries, as `keynag ledger stats` counts them. */
  readonly nagsThatCount: number
  readonly holds: Readonly<Record<string, number>>
  readonly notScanned: readonly { readonly account: string; readonly why: string }[]
  readonly deadLetters: Readonly<Record<string, number>>
  readonly rootKeyAccounts: readonly string[]
  /** Keys for the commands that the demo suggests: a held one, and a rotated one. */
  readonly examples: { readonly held?: string; readonly deleted?: string }
}

export async function findingsOf(
  story: Story,
  options: StoryOptions,
  calls: Readonly<Record<string, number>>,
): Promise<Findings> {
  const { sandbox } = story
  const { ledger } = sandbox.ports
  const entries: Entry[] = []
  for await (const entry of everyItem((cursor) => ledger.allEntries(cursor))) entries.push(entry)
  entries.sort((a, b) => (a.accessKeyId < b.accessKeyId ? -1 : 1))
  const timelines = new Map<AccessKeyId, readonly FactRecord[]>()
  for (const { accessKeyId } of entries) {
    timelines.set(accessKeyId, await ledger.timeline(accessKeyId))
  }
  const scans = await scansOf(story, options.days)
  const deadLetters = sandbox.sqs.deadLetters()
  const facts = [...timelines.values()].flat()
  const count = (kind: FactRecord['fact']['kind']): number =>
    facts.filter(({ fact }) => fact.kind === kind).length
  const nagged = new Set(
    entries.filter(({ nagCount }) => nagCount > 0).map(({ owner }) => owner.id),
  )
  const held = entries.filter(({ hold }) => hold !== undefined)
  const writings = await writingsOf(story, options, entries, timelines)
  const summary: Summary = {
    days: options.days,
    accounts: options.accounts,
    users: options.users,
    keys: keysEver(story),
    scans: scans.counts,
    stale: entries.length,
    nags: count('nagged'),
    ownersNagged: nagged.size,
    posts: count('posted'),
    withdrawn: count('delivery-withdrawn'),
    escalations: count('escalated'),
    rotations: {
      issued: count('replacement-issued'),
      completed: entries.filter(
        ({ state, handover }) => handover?.secretArn !== undefined && state === 'deleted',
      ).length,
    },
    deactivated: count('deactivated'),
    deleted: count('deleted'),
    resolvedByOwner: facts.filter(
      ({ fact }) => fact.kind === 'resolved' && fact.how !== 'no-longer-in-policy',
    ).length,
    held: held.length,
    exempt: entries.filter(({ exemption }) => exemption !== undefined).length,
    deadLettered: deadLetters.length,
    lookUps: lookUpsOf(story, entries, timelines),
    apiCalls: calls,
    invariantViolations: violationsIn({
      world: sandbox.world,
      organization: story.organization,
      letters: story.reader.understood,
      entries,
      timelines,
      writings,
    }),
  }
  return {
    summary,
    nagsThatCount: entries.reduce((sum, { nagCount }) => sum + nagCount, 0),
    holds: tally(held.map(({ hold }) => hold?.code ?? 'none')),
    notScanned: scans.notScanned,
    deadLetters: tally(
      deadLetters.map(
        ({ messageAttributes }) => messageAttributes['code']?.StringValue ?? 'deliveries-used-up',
      ),
    ),
    rootKeyAccounts: scans.rootKeyAccounts,
    examples: examplesOf(entries),
  }
}

function examplesOf(entries: readonly Entry[]): Findings['examples'] {
  const held =
    entries.find(({ hold }) => hold?.code === 'still-in-use') ?? entries.find(({ hold }) => hold)
  const deleted = entries.find(({ state }) => state === 'deleted')
  return {
    ...(held === undefined ? {} : { held: held.accessKeyId }),
    ...(deleted === undefined ? {} : { deleted: deleted.accessKeyId }),
  }
}

async function scansOf({ sandbox }: Story, days: number) {
  const counts = { requested: 0, complete: 0, accountsFailed: 0 }
  const notScanned = new Map<string, string>()
  const rootKeyAccounts = new Set<string>()
  const firstDay = sandbox.clock.now() - (days - 1) * 86_400_000
  for (let day = 0; day < days; day += 1) {
    const scans = await sandbox.ports.ledger.accountScans(
      isoDay(epochMs(firstDay + day * 86_400_000)),
    )
    for (const { account, result } of scans) {
      if (result.kind !== 'skipped') counts.requested += 1
      if (result.kind === 'finished') {
        counts.complete += 1
        if (result.rootKeys.length > 0) rootKeyAccounts.add(account.name)
        notScanned.delete(account.name)
        continue
      }
      if (result.kind === 'failed') counts.accountsFailed += 1
      notScanned.set(account.name, result.kind === 'requested' ? 'no result' : result.why)
    }
  }
  return {
    counts,
    rootKeyAccounts: [...rootKeyAccounts],
    notScanned: [...notScanned].map(([account, why]) => ({ account, why })),
  }
}

/** The number of keys that existed at any time. */
function keysEver({ sandbox }: Story): number {
  let keys = 0
  for (const account of sandbox.world.organization.accounts.values()) {
    for (const user of account.users.sorted) keys += user.keysEver
  }
  return keys
}

/** Everything that keynag wrote or sent, for the search for secrets. */
async function writingsOf(
  { sandbox }: Story,
  { logPath }: StoryOptions,
  entries: readonly Entry[],
  timelines: ReadonlyMap<AccessKeyId, readonly FactRecord[]>,
) {
  return [
    { what: 'a Slack message', text: JSON.stringify(sandbox.slack.messages) },
    { what: 'a mail', text: JSON.stringify(sandbox.ses.mails) },
    { what: 'a dead letter', text: JSON.stringify(sandbox.sqs.deadLetters()) },
    { what: 'the ledger', text: JSON.stringify([entries, [...timelines]]) },
    ...(logPath === undefined ? [] : [{ what: 'the log', text: await readFile(logPath, 'utf8') }]),
  ]
}

const tally = (names: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
