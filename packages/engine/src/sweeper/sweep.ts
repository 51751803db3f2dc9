import {
  decide,
  dueShards,
  everyItem,
  isoDay,
  minuteMs,
  openIntent,
  type AccessKeyId,
  type Entry,
  type EpochMs,
  type Fact,
  type KeynagEvent,
} from '@keynag/core'
import { dueEvent, oneForEachAudience, rotationDue } from '../due-event.ts'
import { noticeDue } from '../outbox.ts'
import { entryWrite } from '../record-fact.ts'
import { unreadIn } from '../unread-now.ts'
import { isUnreadable, ledgerItemUnreadable } from '../unreadable-item.ts'
import { requestAgain } from '../planner/request-scans.ts'
import { originOf, type Ports } from '../ports.ts'
import { recordConfiguration } from './record-configuration.ts'
import { ProviderGate } from './provider-gate.ts'
import { inFairOrder } from './fair-order.ts'

type SweeperPorts = Pick<
  Ports,
  'clock' | 'ids' | 'ledger' | 'organization' | 'publisher' | 'source' | 'telemetry'
>

/** How many entries one strongly consistent read gets. */
const batchSize = 100
/**
 * About how many messages one run publishes. The next run, five minutes later, finds the rest. Each shard
 * has its share, so that none keeps the others waiting.
 */
const maxEvents = 5_000

/**
 * Publishes a message for everything that has come due. The messages are hints: the consumer reads
 * the ledger again and decides. At its end, it sends the messages of a scan that the planner could not
 * send: if it dies of them, all else is published.
 */
export async function sweep(ports: SweeperPorts): Promise<{ published: number }> {
  const now = ports.clock.now()
  const unread = unreadIn(ports)
  const events: KeynagEvent[] = []
  const keys: AccessKeyId[] = []
  for (let shard = 0; shard < dueShards; shard += 1) {
    let left = maxEvents / dueShards
    for await (const due of everyItem((cursor) => ports.ledger.due(shard, now, cursor))) {
      if (due.kind === 'entry') keys.push(due.accessKeyId)
      else {
        const { noticeId } = due
        events.push(noticeDue(noticeId, originOf(ports, now)))
      }
      left -= 1
      if (left <= 0) break
    }
  }
  const entries: Entry[] = []
  for (let start = 0; start < keys.length; start += batchSize) {
    entries.push(...(await ports.ledger.entries(keys.slice(start, start + batchSize))))
  }
  const stuck = entries.filter((entry) => isStuck(entry, now)).length
  for (const entry of inFairOrder(entries)) {
    const event = await orSkip(ports, () => hintFor(ports, entry, unread, now))
    if (event !== undefined) events.push(event)
  }
  const gate = await ProviderGate.open(ports.ledger, now)
  const published: KeynagEvent[] = []
  for (const event of oneForEachAudience(events)) {
    if ((await orSkip(ports, () => gate.admits(event))) === true) published.push(event)
  }
  published.push(...gate.tries())
  await ports.publisher.publish(published)
  ports.telemetry.count('ProvidersDown', gate.countDown)
  ports.telemetry.count('ReplacementsStuck', stuck)
  await countCaps(ports, now)
  await orSkip(ports, () => recordConfiguration(ports))
  await orSkip(ports, () => requestAgain(ports, isoDay(now)))
  ports.telemetry.info('swept', { published: published.length })
  return { published: published.length }
}

/** One item that cannot be read stops nothing but itself. */
async function orSkip<T>(
  { telemetry }: SweeperPorts,
  look: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await look()
  } catch (error) {
    if (!isUnreadable(error)) throw error
    ledgerItemUnreadable(telemetry)(error)
    return undefined
  }
}

/** Three leases of six minutes each: by then, three deliveries in a row have died or failed. */
const stuckAfterMs = 3 * 6 * minuteMs

const isStuck = ({ state, dueAt }: Entry, now: EpochMs): boolean =>
  state === 'issuing' && dueAt !== undefined && now - dueAt > stuckAfterMs

/** Reports the fullest cap of the day, in percent, which an alarm watches. */
async function countCaps(ports: SweeperPorts, now: EpochMs): Promise<void> {
  let percent = 0
  for (const { name, mode, caps } of ports.organization.policies) {
    if (mode !== 'enforce' || caps.perDay === 0) continue
    const used = await ports.ledger.capUsed({ date: isoDay(now), scope: `policy/${name}` })
    percent = Math.max(percent, (100 * used) / caps.perDay)
  }
  ports.telemetry.count('CapUsedPercent', Math.round(percent))
}

/**
 * The message for one entry. A key of an unread account gets none: it waits, and one fact says so,
 * until a scan has read the account.
 */
async function hintFor(
  ports: SweeperPorts,
  entry: Entry,
  unread: ReturnType<typeof unreadIn>,
  now: EpochMs,
): Promise<KeynagEvent | undefined> {
  const { policies } = ports.organization
  const { accessKeyId } = entry
  const origin = originOf(ports, now)
  const event = dueEvent(entry, policies, origin)
  const isForRotator = event?.type === 'rotation.due' || (await hasIntent(ports, entry))
  const hint = isForRotator ? rotationDue(accessKeyId, origin) : event
  if (hint === undefined) {
    await reschedule(ports, entry, now)
    return undefined
  }
  const because = await unread(entry)
  if (because === undefined) return hint
  const { since, why } = because
  // Without a date, the next run of the planner is near.
  if (since !== undefined) await record(ports, entry, { kind: 'account-unread', since, why }, now)
  return undefined
}

/** What was begun is settled first, whatever the policy says by now. */
async function hasIntent({ ledger }: SweeperPorts, entry: Entry): Promise<boolean> {
  const rotation = await ledger.rotation(entry.accountId, entry.userId)
  return openIntent(rotation, entry) !== undefined
}

/** Corrects `dueAt` of an entry that is no longer due, because its policy has changed since. */
async function reschedule(ports: SweeperPorts, entry: Entry, now: EpochMs): Promise<void> {
  const { policies } = ports.organization
  const decision = decide(entry, policies, now)
  if (decision.kind !== 'wait' || decision.until === entry.dueAt) return
  await record(ports, entry, { kind: 'rescheduled', why: decision.rule }, now)
}

async function record(ports: SweeperPorts, entry: Entry, fact: Fact, now: EpochMs): Promise<void> {
  const actor = { kind: 'delivery', event: 'sweep', eventId: ports.ids.uuid() } as const
  await ports.ledger.commit([entryWrite(ports.organization, entry, fact, actor, now)])
}
