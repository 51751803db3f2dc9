import {
  decide,
  done,
  everyItem,
  isoDay,
  keyCard,
  maxWrites,
  NoticeId,
  park,
  policyNamed,
  transition,
  type Actor,
  type Entry,
  type EpochMs,
  type EventOf,
  type Fact,
  type Notice,
  type Outcome,
  type Route,
  type Sent,
} from '@keynag/core'
import type { Delivery, Ports } from '../ports.ts'
import {
  claimNotice,
  delivered,
  finishNotice,
  isFinished,
  releaseNotice,
  undeliverable,
} from './claim-notice.ts'
import { entryWrite } from '../entry-write.ts'
import { recordFact } from '../record-fact.ts'
import { nagRoutes } from './routes.ts'

type NagPorts = Pick<Ports, 'clock' | 'ids' | 'ledger' | 'messenger' | 'organization'>

/**
 * One message to an audience about all its keys that are due, at most one a day. The nag counts
 * only once the message has been taken by Slack or SES.
 */
export const nag =
  (ports: NagPorts) =>
  async (event: EventOf<'key.stale'>, delivery: Delivery): Promise<Outcome> => {
    const now = ports.clock.now()
    const entry = await ports.ledger.entry(event.data.accessKeyId)
    if (entry === undefined) {
      return park('KEYNAG_KEY_UNKNOWN', `the ledger holds no key ${event.data.accessKeyId}`)
    }
    const members = await audienceMembers(ports, entry)
    const due = members.filter(
      (member) => decide(member, ports.organization.policies, now).kind === 'nag',
    )
    if (due.length === 0) return done(`nothing is due for ${entry.audience}`)
    const actor: Actor = { kind: 'delivery', event: event.type, eventId: delivery.eventId }
    const noticeId = NoticeId.parse(`nag/${isoDay(now)}/${entry.audience}`)
    const before = await ports.ledger.notice(noticeId)
    if (before !== undefined && isFinished(before)) {
      return recordMissed(ports, before, due, actor)
    }
    const claimed = await claimNotice(ports, before, draft(noticeId, due, now), now)
    if (claimed === undefined) return done(`${entry.audience} is being told by another delivery`)
    const sent = await send(ports, claimed, due, members, now)
    await record(ports, claimed, due, sent, actor)
    return done(
      sent.kind === 'delivered'
        ? `told ${entry.audience} about ${due.length} keys`
        : `could not reach ${entry.audience}: ${sent.why}`,
    )
  }

async function audienceMembers(ports: NagPorts, entry: Entry): Promise<readonly Entry[]> {
  const ids = [entry.accessKeyId]
  for await (const member of everyItem((cursor) =>
    ports.ledger.entriesOfAudience(entry.audience, cursor),
  )) {
    ids.push(member.accessKeyId)
  }
  const members = await ports.ledger.entries([...new Set(ids)])
  return members
    .filter((member) => member.audience === entry.audience)
    .filter((member) => member.state === 'nagging' || member.state === 'escalated')
    .toSorted((a, b) => a.createdAt - b.createdAt || (a.accessKeyId < b.accessKeyId ? -1 : 1))
}

const draft = (noticeId: NoticeId, due: readonly Entry[], now: EpochMs): Notice => ({
  noticeId,
  kind: 'nag',
  accessKeyIds: due.map((entry) => entry.accessKeyId),
  createdAt: now,
  attempts: 0,
  version: 0,
})

async function send(
  ports: NagPorts,
  claimed: Notice,
  due: readonly Entry[],
  members: readonly Entry[],
  now: EpochMs,
): Promise<Sent> {
  const { policies } = ports.organization
  const card = (entry: Entry) => keyCard(entry, policies, now)
  const isDue = new Set(due.map((entry) => entry.accessKeyId))
  const message = {
    kind: 'nag',
    noticeId: claimed.noticeId,
    now,
    keys: due.map(card),
    alsoOpen: members.filter((entry) => !isDue.has(entry.accessKeyId)).map(card),
  } as const
  try {
    return await ports.messenger.send(message, routesOf(due, ports))
  } catch (error) {
    await releaseNotice(ports, claimed, now, error)
    throw error
  }
}

/** An audience may be under several policies: all their ways, each once. */
function routesOf(due: readonly Entry[], ports: NagPorts): readonly Route[] {
  const routes = due.flatMap((entry) => nagRoutes(entry, ports.organization))
  return [...new Map(routes.map((route) => [JSON.stringify(route), route])).values()]
}

async function record(
  ports: NagPorts,
  claimed: Notice,
  due: readonly Entry[],
  sent: Sent,
  actor: Actor,
): Promise<void> {
  const now = ports.clock.now()
  const after =
    sent.kind === 'delivered'
      ? delivered(claimed, sent.delivery, now)
      : undeliverable(claimed, sent.why)
  await finishNotice(ports, claimed, after, [])
  await recordAll(ports, after, due, actor)
}

/** A delivery died after the message went out: count the nag, send nothing. */
async function recordMissed(
  ports: NagPorts,
  notice: Notice,
  due: readonly Entry[],
  actor: Actor,
): Promise<Outcome> {
  const told = due.filter((entry) => notice.accessKeyIds.includes(entry.accessKeyId))
  await recordAll(ports, notice, told, actor)
  return done(
    told.length === 0
      ? 'the audience has had its message today'
      : `recorded a message of today for ${told.length} keys`,
  )
}

/** Entries that one transaction takes: each is two items, itself and its fact. */
const together = maxWrites / 2

/** Together where nothing has changed since they were read, one by one where something has. */
async function recordAll(
  ports: NagPorts,
  notice: Notice,
  due: readonly Entry[],
  actor: Actor,
): Promise<void> {
  const at = notice.deliveredAt ?? ports.clock.now()
  const factFor = (entry: Entry): Fact | undefined => nagFact(ports, notice, entry)
  for (let start = 0; start < due.length; start += together) {
    const chunk = due.slice(start, start + together)
    const writes = chunk.flatMap((entry) => {
      const fact = factFor(entry)
      return fact === undefined ? [] : [entryWrite(ports.organization, entry, fact, actor, at)]
    })
    if (writes.length === 0) continue
    const committed = await ports.ledger.commit(writes)
    if (committed.kind === 'committed') continue
    for (const { accessKeyId } of chunk) await recordFact(ports, accessKeyId, factFor, actor, at)
  }
}

function nagFact(ports: NagPorts, notice: Notice, entry: Entry): Fact | undefined {
  if (entry.lastNoticeId === notice.noticeId) return undefined
  if (transition(entry.state, 'nagged') === undefined) return undefined
  const { noticeId } = notice
  if (notice.delivery === undefined) {
    return { kind: 'nag-undelivered', noticeId, why: notice.undeliverable ?? 'unknown' }
  }
  const policy = policyNamed(ports.organization.policies, entry.policy)
  const announced = policy?.mode === 'enforce' ? policy.enforce.kind : 'none'
  const count = entry.nagCount + 1
  const rule = `nag ${count} of policy ${entry.policy}`
  return { kind: 'nagged', noticeId, delivery: notice.delivery, announced, rule }
}
