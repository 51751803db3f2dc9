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
import { entryWrite } from '../record-fact.ts'
import { conflict, retryOnConflict } from '../retry-on-conflict.ts'
import { isToOwner, nagRoutes, readersOf } from './routes.ts'

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
      return recordUncounted(ports, before, due, actor)
    }
    const claimed = await claimNotice(ports, before, draft(noticeId, due, now), now)
    if (claimed === undefined) return done(`${entry.audience} is being told by another delivery`)
    const sent = await send(ports, claimed, due, members, now)
    await recordNags(ports, finished(claimed, sent, ports.clock.now()), due, actor)
    return done(
      sent.kind === 'delivered'
        ? `told ${entry.audience} about ${due.length} keys`
        : `could not reach ${entry.audience}: ${sent.why}`,
    )
  }

/**
 * Whether a message about the one reaches the reader of the other. The ledger has audiences as of the
 * last scan; the configuration may have changed since.
 */
const haveSameReaders = (one: Entry, other: Entry, { organization }: NagPorts): boolean =>
  readersOf(nagRoutes(one, organization)) === readersOf(nagRoutes(other, organization))

async function audienceMembers(ports: NagPorts, entry: Entry): Promise<readonly Entry[]> {
  const ids = [entry.accessKeyId]
  for await (const member of everyItem((cursor) =>
    ports.ledger.entriesOfAudience(entry.audience, cursor),
  )) {
    ids.push(member.accessKeyId)
  }
  const members = await ports.ledger.entries([...new Set(ids)])
  return members
    .filter((member) => member.audience === entry.audience && haveSameReaders(member, entry, ports))
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

/** The keys of one owner may be under several policies: all their ways to the owner, each once. */
function routesOf(due: readonly Entry[], ports: NagPorts): readonly Route[] {
  const routes = due.flatMap((entry) => nagRoutes(entry, ports.organization))
  return [...new Map(routes.map((route) => [JSON.stringify(route), route])).values()]
}

/** The notice after it was sent, or after nobody could be reached. */
const finished = (before: Notice, sent: Sent, now: EpochMs): NoticeWrite =>
  sent.kind === 'delivered'
    ? {
        before,
        after: delivered(before, sent.delivery, now),
        mails: sentMailWrites(before, [sent.delivery], now),
      }
    : { before, after: undeliverable(before, sent.why), mails: [] }

/** A delivery died after the message went out: count the nag, send nothing. */
async function recordUncounted(
  ports: NagPorts,
  notice: Notice,
  due: readonly Entry[],
  actor: Actor,
): Promise<Outcome> {
  const named = due.filter((entry) => notice.accessKeyIds.includes(entry.accessKeyId))
  await recordNags(ports, unchanged(notice), named, actor)
  return done(
    named.length === 0
      ? 'the audience has had its message today'
      : `recorded a message of today for ${named.length} keys`,
  )
}

/** Entries that one commit takes beside the notice and its mail: each is an item and its fact. */
const entriesPerCommit = (maxWrites - 2) / 2

/** A write of the notice that counted facts stand on, and what belongs to it. */
interface NoticeWrite {
  readonly before: Notice
  readonly after: Notice
  readonly mails: readonly Write[]
}

const finishes = ({ before, after }: NoticeWrite): boolean =>
  isFinished(after) && !isFinished(before)

const unchanged = (before: Notice): NoticeWrite => ({
  before,
  after: { ...before, version: before.version + 1 },
  mails: [],
})

/**
 * Counts the nag for each key. Every commit stands on the notice as it was read, so that a bounce
 * finds all of it or nothing, and a mail that bounces meanwhile is not counted.
 *
 * @throws KeynagError transient `KEYNAG_UNAVAILABLE` when other writers were first again and again
 */
async function recordNags(
  ports: NagPorts,
  first: NoticeWrite,
  due: readonly Entry[],
  actor: Actor,
): Promise<void> {
  let notice = first
  for (let start = 0; start < due.length; start += entriesPerCommit) {
    let entries = due.slice(start, start + entriesPerCommit)
    await retryOnConflict(notice.after.noticeId, async () => {
      const facts = factWrites(ports, notice.after, entries, actor)
      if (facts.length === 0 && !finishes(notice)) return undefined
      const committed = await finishNotice(ports, notice, [...notice.mails, ...facts])
      if (committed.kind === 'committed') {
        notice = unchanged(notice.after)
        return undefined
      }
      notice = await noticeAsItIs(ports, notice)
      entries = await sameOwner(ports, entries)
      return conflict
    })
  }
}

/** After a lost race. The message is out, so its notice is finished before anything else. */
async function noticeAsItIs(ports: NagPorts, notice: NoticeWrite): Promise<NoticeWrite> {
  if (finishes(notice)) await finishNotice(ports, notice, notice.mails)
  return unchanged((await ports.ledger.notice(notice.after.noticeId)) ?? notice.after)
}

/** The entries as they are now, without those that have another owner by now: they were told nothing. */
async function sameOwner(ports: NagPorts, entries: readonly Entry[]): Promise<Entry[]> {
  const owners = new Map(entries.map(({ accessKeyId, owner }) => [accessKeyId, owner.id]))
  const fresh = await ports.ledger.entries([...owners.keys()])
  return fresh.filter(({ accessKeyId, owner }) => owners.get(accessKeyId) === owner.id)
}

/** Nothing is counted on a notice that another delivery is still sending. */
const factWrites = (ports: NagPorts, notice: Notice, due: readonly Entry[], actor: Actor) =>
  due.flatMap((entry): Write[] => {
    const fact = isFinished(notice) ? nagFact(ports, notice, entry) : undefined
    const at = notice.deliveredAt ?? ports.clock.now()
    return fact === undefined ? [] : [entryWrite(ports.organization, entry, fact, actor, at)]
  })

function nagFact(ports: NagPorts, notice: Notice, entry: Entry): Fact | undefined {
  if (entry.lastNoticeId === notice.noticeId) return undefined
  if (transition(entry.state, 'nagged') === undefined) return undefined
  const { noticeId } = notice
  if (notice.delivery === undefined || notice.withdrawn !== undefined) {
    const why = notice.undeliverable ?? notice.withdrawn?.why ?? 'unknown'
    return { kind: 'nag-undelivered', noticeId, why }
  }
  const policy = policyNamed(ports.organization.policies, entry.policy)
  // A message to a former owner told the present one nothing. One in a channel reminds, and warns nobody.
  const isInPerson = isToOwner(notice.delivery, entry.owner)
  if (!isInPerson && notice.delivery.channel !== 'slack-channel') return undefined
  const isWarning = policy?.mode === 'enforce' && isInPerson
  const announced = isWarning ? policy.enforce.kind : 'none'
  const count = entry.nagCount + 1
  const rule = `nag ${count} of policy ${entry.policy}`
  return { kind: 'nagged', noticeId, delivery: notice.delivery, announced, rule }
}
