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
  type KeynagEvent,
} from '@keynag/core'
import { dueEvent, oneForEachAudience, rotationDue } from '../due-event.ts'
import { noticeDue } from '../outbox.ts'
import { entryWrite } from '../record-fact.ts'
import { originOf, type Ports } from '../ports.ts'
import { inFairOrder } from './fair-order.ts'

type SweeperPorts = Pick<
  Ports,
  'clock' | 'ids' | 'ledger' | 'organization' | 'publisher' | 'source' | 'telemetry'
>

/** How many entries one strongly consistent read gets. */
const batchSize = 100
/** About how many messages one run publishes. The next run, five minutes later, finds the rest. */
const maxEvents = 5_000

/**
 * Publishes a message for everything that has come due. The messages are hints: the consumer reads
 * the ledger again and decides.
 */
export async function sweep(ports: SweeperPorts): Promise<{ published: number }> {
  const now = ports.clock.now()
  const events: KeynagEvent[] = []
  let stuck = 0
  for (let shard = 0; shard < dueShards; shard += 1) {
    const keys: AccessKeyId[] = []
    for await (const due of everyItem((cursor) => ports.ledger.due(shard, now, cursor))) {
      if (due.kind === 'entry') keys.push(due.accessKeyId)
      else {
        const { noticeId } = due
        events.push(noticeDue(noticeId, originOf(ports, now)))
      }
      if (keys.length + events.length >= maxEvents) break
    }
    for (let start = 0; start < keys.length; start += batchSize) {
      const entries = await ports.ledger.entries(keys.slice(start, start + batchSize))
      stuck += entries.filter((entry) => isStuck(entry, now)).length
      for (const entry of inFairOrder(entries)) {
        const event = await hintFor(ports, entry, now)
        if (event !== undefined) events.push(event)
      }
    }
  }
  const published = oneForEachAudience(events)
  await ports.publisher.publish(published)
  ports.telemetry.count('ReplacementsStuck', stuck)
  await countCaps(ports, now)
  ports.telemetry.info('swept', { published: published.length })
  return { published: published.length }
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

async function hintFor(
  ports: SweeperPorts,
  entry: Entry,
  now: EpochMs,
): Promise<KeynagEvent | undefined> {
  const { policies } = ports.organization
  const event = dueEvent(entry, policies, originOf(ports, now))
  if (event?.type === 'rotation.due') return event
  // What was begun is settled first, whatever the policy says by now.
  const rotation = await ports.ledger.rotation(entry.accountId, entry.userId)
  if (openIntent(rotation, entry) !== undefined) {
    return rotationDue(entry.accessKeyId, originOf(ports, now))
  }
  if (event === undefined) await reschedule(ports, entry, now)
  return event
}

/** Corrects `dueAt` of an entry that is no longer due, because its policy has changed since. */
async function reschedule(ports: SweeperPorts, entry: Entry, now: EpochMs): Promise<void> {
  const { policies } = ports.organization
  const decision = decide(entry, policies, now)
  if (decision.kind !== 'wait' || decision.until === entry.dueAt) return
  const fact = { kind: 'rescheduled', why: decision.rule } as const
  const actor = { kind: 'delivery', event: 'sweep', eventId: ports.ids.uuid() } as const
  await ports.ledger.commit([entryWrite(ports.organization, entry, fact, actor, now)])
}
