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
  type Write,
} from '@keynag/core'
import { actorOf } from '../actor-of.ts'
import type { Ports } from '../ports.ts'
import {
  claimNotice,
  delivered,
  finishNotice,
  isFinished,
  releaseNotice,
  sentMailWrites,
  undeliverable,
} from './claim-notice.ts'
import { entryWrite } from '../entry-write.ts'
import { nagRoutes } from './routes.ts'

type NagPorts = Pick<Ports, 'clock' | 'ids' | 'ledger' | 'messenger' | 'organization'>

/**
 * One message to an audience about all its keys that are due, at most one a day. The nag counts
 * only once the message has been taken by Slack or SES.
 */
export const nag =
  (ports: NagPorts) =>
  async (event: EventOf<'key.stale'>): Promise<Outcome> => {
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
    const actor = actorOf(event)
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
  const mails = sent.kind === 'delivered' ? sentMailWrites(claimed, [sent.delivery], now) : []
  // The nags are counted with the notice, so that a bounce finds all of it or nothing.
  const first = due.slice(0, together)
  const writes = factWrites(ports, after, first, actor)
  const committed = await finishNotice(ports, claimed, after, [...mails, ...writes])
  if (committed.kind === 'committed') return recordAll(ports, after, due.slice(together), actor)
  // An entry has changed since it was read: the notice first, then each entry as it is now.
  await finishNotice(ports, claimed, after, mails)
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

/** Entries that one transaction takes beside the notice and its mail: each is two items. */
const together = (maxWrites - 2) / 2

/**
 * Together where nothing has changed since they were read, one by one where something has. Each
 * commit stands on the notice as it was read: a mail that bounces meanwhile is not counted.
 */
async function recordAll(
  ports: NagPorts,
  notice: Notice,
  due: readonly Entry[],
  actor: Actor,
): Promise<void> {
  let current = notice
  for (let start = 0; start < due.length; start += together) {
    const chunk = due.slice(start, start + together)
    const writes = factWrites(ports, current, chunk, actor)
    if (writes.length === 0) continue
    const { before, after } = unchanged(current)
    const committed = await finishNotice(ports, before, after, writes)
    if (committed.kind === 'committed') current = after
    else current = await recordEach(ports, current, chunk, actor)
  }
}

const factWrites = (ports: NagPorts, notice: Notice, due: readonly Entry[], actor: Actor) =>
  due.flatMap((entry): Write[] => {
    const fact = nagFact(ports, notice, entry)
    const at = notice.deliveredAt ?? ports.clock.now()
    return fact === undefined ? [] : [entryWrite(ports.organization, entry, fact, actor, at)]
  })

const unchanged = (before: Notice) => ({
  before,
  after: { ...before, version: before.version + 1 },
})

const tries = 5

async function recordEach(
  ports: NagPorts,
  notice: Notice,
  due: readonly Entry[],
  actor: Actor,
): Promise<Notice> {
  let current = notice
  for (const { accessKeyId, audience } of due) {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      current = (await ports.ledger.notice(notice.noticeId)) ?? current
      const entry = await ports.ledger.entry(accessKeyId)
      // A key that has another owner by now: they were told nothing.
      const writes =
        entry?.audience !== audience || !isFinished(current)
          ? []
          : factWrites(ports, current, [entry], actor)
      if (writes.length === 0) break
      const { before, after } = unchanged(current)
      const committed = await finishNotice(ports, before, after, writes)
      if (committed.kind === 'committed') break
    }
  }
  return (await ports.ledger.notice(notice.noticeId)) ?? current
}

function nagFact(ports: NagPorts, notice: Notice, entry: Entry): Fact | undefined {
  if (entry.lastNoticeId === notice.noticeId) return undefined
  if (transition(entry.state, 'nagged') === undefined) return undefined
  const { noticeId } = notice
  if (notice.delivery === undefined || notice.withdrawn !== undefined) {
    const why = notice.undeliverable ?? notice.withdrawn?.why ?? 'unknown'
    return { kind: 'nag-undelivered', noticeId, why }
  }
  const policy = policyNamed(ports.organization.policies, entry.policy)
  const announced = policy?.mode === 'enforce' ? policy.enforce.kind : 'none'
  const count = entry.nagCount + 1
  const rule = `nag ${count} of policy ${entry.policy}`
  return { kind: 'nagged', noticeId, delivery: notice.delivery, announced, rule }
}
