import {
  announcedDeed,
  announcementOf,
  decide,
  done,
  everyItem,
  isFinished,
  isoDay,
  isTakenAlong,
  isUnanswered,
  keyCard,
  KeynagError,
  makeEvent,
  maxWrites,
  next as goOn,
  type NoticeId,
  park,
  policyNamed,
  transition,
  waitsUntil,
  type AccessKeyId,
  type Actor,
  type Entry,
  type EpochMs,
  type EventOf,
  type Fact,
  type Notice,
  type Outcome,
  type Policies,
  type Route,
  type SaidOfKey,
  type Unanswered,
  type Write,
} from '@keynag/core'
import { actorOf } from '../actor-of.ts'
import { originOf, type Ports, type ReceivedMessage } from '../ports.ts'
import {
  claimNotice,
  delivered,
  finishNotice,
  sentMailWrites,
  undeliverable,
} from './claim-notice.ts'
import { recordDateRead, type DateRead } from './date-read.ts'
import { entryWrite } from '../record-fact.ts'
import { conflict, retryOnConflict } from '../retry-on-conflict.ts'
import { unreadIn } from '../unread-now.ts'
import { isToAudience, nagNoticeId } from './nag-notice.ts'
import { lastReminder, letWait } from './nag-period.ts'
import { isToOwner, nagRoutes, readersOf } from './routes.ts'
import { sendClaimed, type SentOrWaits } from './send-claimed.ts'

type NagPorts = Pick<Ports, 'clock' | 'ids' | 'ledger' | 'messenger' | 'organization' | 'source'>

type Received = Pick<ReceivedMessage, 'remainingMs'>

/**
 * Reminds an audience once in a nag period of all its keys, in as many messages as it takes to name each
 * of them. A reminder that comes due earlier waits, unless a date needs it; then the message takes along
 * what is due soon. A nag counts only for a key that the message named, and only once Slack or SES has
 * accepted the message.
 */
export const nag =
  (ports: NagPorts) =>
  async (event: EventOf<'key.stale'>, { remainingMs }: Received): Promise<Outcome> => {
    const now = ports.clock.now()
    const entry = await ports.ledger.entry(event.data.accessKeyId)
    if (entry === undefined) {
      return park('KEYNAG_KEY_UNKNOWN', `the ledger holds no key ${event.data.accessKeyId}`)
    }
    const { audience } = entry
    const actor = actorOf(event)
    const today = await countDelivered(ports, audience, actor, now)
    const members = await audienceMembers(ports, entry)
    const { policies } = ports.organization
    const unnamed = members.filter(({ accessKeyId }) => !today.named.has(accessKeyId))
    const due = unnamed.filter((member) => decide(member, policies, now).kind === 'nag')
    const along = unnamed.filter(
      (member) => !due.includes(member) && isTakenAlong(member, policies, now),
    )
    const isOnTime = (member: Entry) => waitsUntil('nag', member, policies, now) === undefined
    if (due.length === 0 && !(goesOn(today) && along.some(isOnTime))) {
      return done(`nothing more is due for ${audience}`)
    }
    if (!goesOn(today)) {
      const last = await lastReminder(ports, audience, due, now)
      if (last.kind === 'begun') return done(`another delivery is telling ${audience}`)
      if (last.kind === 'told' && (await letWait(ports, due, last.at, actor, now))) {
        return done(`${audience} had a message on ${isoDay(last.at)}: what is due waits`)
      }
    }
    if (today.next === undefined) return done(`${audience} has had its messages today`)
    const { noticeId, before } = today.next
    const named = [...due, ...along]
    const claimed = await claimNotice(ports, before, draft(noticeId, named, now), now)
    return claimed === undefined
      ? done(`another delivery is telling ${audience}, or its message waits`)
      : tell(ports, claimed, named, members, { actor, remainingMs })
  }

/** The messages that the audience has had today. */
interface Today {
  readonly named: ReadonlySet<AccessKeyId>
  /** The message to go on with; `undefined`: there is none more today. */
  readonly next: { readonly noticeId: NoticeId; readonly before: Notice | undefined } | undefined
}

/** A message of today has left keys for a further one. */
const goesOn = ({ named, next }: Today): boolean => named.size > 0 && next !== undefined

/**
 * A delivery may have died between a message and its record. So what today's messages have named is
 * counted first, whatever the keys are by now: their reader has read the date.
 */
async function countDelivered(
  ports: NagPorts,
  audience: string,
  actor: Actor,
  now: EpochMs,
): Promise<Today> {
  const named = new Set<AccessKeyId>()
  for (let part = 1; ; part += 1) {
    const noticeId = nagNoticeId(audience, part, now)
    const before = await ports.ledger.notice(noticeId)
    if (before === undefined || !isFinished(before)) return { named, next: { noticeId, before } }
    for (const accessKeyId of before.accessKeyIds) named.add(accessKeyId)
    const entries = await ports.ledger.entries(before.accessKeyIds)
    const uncounted = entries.filter((entry) => nagFact(before, entry) !== undefined)
    if (uncounted.length > 0) await recordNags(ports, unchanged(before), uncounted, actor)
    if (before.continues !== true) return { named, next: undefined }
  }
}

/** Sends one message, counts the nag for the keys that it named, and goes on with the others. */
async function tell(
  ports: NagPorts,
  claimed: Notice,
  due: readonly Entry[],
  members: readonly Entry[],
  { actor, remainingMs }: Received & { readonly actor: Actor },
): Promise<Outcome> {
  const saidAt = ports.clock.now()
  const sent = await send(ports, claimed, due, members, saidAt, remainingMs)
  if (sent.kind === 'waits') return sent.outcome
  const now = ports.clock.now()
  // Nobody heard of any of them.
  const isNamed = new Set(sent.kind === 'delivered' ? sent.named : due.map(idOf))
  const named = due.filter(({ accessKeyId }) => isNamed.has(accessKeyId))
  const [next, ...others] = due.filter(({ accessKeyId }) => !isNamed.has(accessKeyId))
  const said = named.map((entry) => saidOf(entry, ports.organization.policies, saidAt))
  await recordNags(ports, finished(claimed, sent, said, next !== undefined, now), named, actor)
  const [{ audience } = { audience: 'nobody' }] = due
  if (sent.kind !== 'delivered') return done(`could not reach ${audience}: ${sent.why}`)
  const reason = `told ${audience} about ${named.length} keys`
  if (next === undefined) return done(reason)
  const { accessKeyId } = next
  return goOn(`${reason}; a further message names ${others.length + 1} more`, [
    makeEvent('key.stale', audience, { accessKeyId, audience }, originOf(ports, now)),
  ])
}

/**
 * Whether a message about the one reaches the reader of the other. The ledger has audiences as of the
 * last scan; the configuration may have changed since.
 */
const haveSameReaders = (one: Entry, other: Entry, { organization }: NagPorts): boolean =>
  readersOf(nagRoutes(one, organization)) === readersOf(nagRoutes(other, organization))

/** The keys of an audience that keynag knows enough of to speak about. */
async function audienceMembers(ports: NagPorts, entry: Entry): Promise<readonly Unanswered[]> {
  const ids = [entry.accessKeyId]
  for await (const member of everyItem((cursor) =>
    ports.ledger.entriesOfAudience(entry.audience, cursor),
  )) {
    ids.push(member.accessKeyId)
  }
  const members: Entry[] = []
  const unread = unreadIn(ports)
  for (const member of await ports.ledger.entries([...new Set(ids)])) {
    if ((await unread(member)) === undefined) members.push(member)
  }
  return members
    .filter((member) => member.audience === entry.audience && haveSameReaders(member, entry, ports))
    .filter(isUnanswered)
    .toSorted((a, b) => a.createdAt - b.createdAt || (a.accessKeyId < b.accessKeyId ? -1 : 1))
}

const idOf = ({ accessKeyId }: Entry): AccessKeyId => accessKeyId

/** No message names more keys, and no item of the ledger may grow with the number of keys. */
const mostKeys = 250

/** The notice of a message that is not out yet, with the first keys of those that it may name. */
const draft = (noticeId: NoticeId, due: readonly Entry[], now: EpochMs): Notice => ({
  noticeId,
  kind: 'nag',
  accessKeyIds: due.slice(0, mostKeys).map(idOf),
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
  remainingMs: () => number,
): Promise<SentOrWaits> {
  const { policies } = ports.organization
  const card = (entry: Entry) => keyCard(entry, policies, now)
  const isDue = new Set(due.map(idOf))
  const message = {
    kind: 'nag',
    noticeId: claimed.noticeId,
    now,
    keys: due.map(card),
    alsoOpen: members
      .filter((entry) => !isDue.has(entry.accessKeyId) && !wasNaggedToday(entry, now))
      .filter((entry) => isNamed(entry, policies))
      .map(card),
  } as const
  const sent = await sendClaimed(ports, claimed, message, routesOf(due, ports), remainingMs)
  return sent.kind === 'delivered' && sent.named.length === 0
    ? { kind: 'undeliverable', why: 'the message that was sent names none of the keys' }
    : sent
}

/** Another message of the same day has named it. */
const wasNaggedToday = ({ lastNaggedAt }: Entry, now: EpochMs): boolean =>
  lastNaggedAt !== undefined && isoDay(lastNaggedAt) === isoDay(now)

/** Nobody hears of a key whose policy is in dry run. */
const isNamed = ({ policy }: Entry, policies: Policies): boolean =>
  policyNamed(policies, policy)?.mode !== 'dry-run'

/** The keys of one owner may be under several policies: all their ways to the owner, each once. */
function routesOf(due: readonly Entry[], ports: NagPorts): readonly Route[] {
  const routes = due.flatMap((entry) => nagRoutes(entry, ports.organization))
  return [...new Map(routes.map((route) => [JSON.stringify(route), route])).values()]
}

/** What the message said of the key, from the entry and at the time that its card was made from. */
const saidOf = (entry: Entry, policies: Policies, now: EpochMs): SaidOfKey => ({
  ...announcementOf(entry, policies, now),
  accessKeyId: entry.accessKeyId,
  policy: entry.policy,
})

/** The notice after it was sent, or after nobody could be reached. */
function finished(
  before: Notice,
  sent: Exclude<SentOrWaits, { kind: 'waits' }>,
  said: readonly SaidOfKey[],
  continues: boolean,
  now: EpochMs,
): NoticeWrite {
  if (sent.kind !== 'delivered')
    return { before, after: undeliverable(before, sent.why), mails: [] }
  const after = {
    ...delivered(before, sent.delivery, now),
    accessKeyIds: said.map(({ accessKeyId }) => accessKeyId),
    said: [...said],
    ...(continues ? { continues: true as const } : {}),
  }
  return { before, after, mails: sentMailWrites(before, [sent.delivery], now) }
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
 * finds all of it or nothing, and a mail that bounces meanwhile is not counted. Where a commit of many
 * keys loses its race, each key is counted by itself: one contended key never stops the others.
 *
 * @throws KeynagError transient `KEYNAG_CONTENDED` for a key that could not be counted, after all
 * the others
 */
async function recordNags(
  ports: NagPorts,
  first: NoticeWrite,
  due: readonly Entry[],
  actor: Actor,
): Promise<void> {
  let notice = first
  const isCommitted = async (entries: readonly Entry[]): Promise<boolean> => {
    const facts = factWrites(ports, notice.after, entries, actor)
    if (facts.length === 0 && !finishes(notice)) return true
    const committed = await finishNotice(ports, notice, [...notice.mails, ...facts])
    if (committed.kind === 'committed') notice = unchanged(notice.after)
    return committed.kind === 'committed'
  }
  const lost: KeynagError[] = []
  for (let start = 0; start < due.length; start += entriesPerCommit) {
    const chunk = due.slice(start, start + entriesPerCommit)
    if (await isCommitted(chunk)) continue
    for (const entry of chunk) {
      try {
        await retryOnConflict(entry.accessKeyId, async () => {
          notice = await noticeAsItIs(ports, notice)
          return (await isCommitted(await sameOwner(ports, entry))) ? undefined : conflict
        })
        const read = dateReadIn(notice.after, entry)
        if (read !== undefined) await recordDateRead(ports, read, entry, actor)
      } catch (error) {
        if (!(error instanceof KeynagError) || error.errorClass !== 'transient') throw error
        lost.push(error)
      }
    }
  }
  const [contended] = lost
  if (contended !== undefined) throw contended
}

/** After a lost race. The message is out, so its notice is finished before anything else. */
async function noticeAsItIs(ports: NagPorts, notice: NoticeWrite): Promise<NoticeWrite> {
  if (finishes(notice)) await finishNotice(ports, notice, notice.mails)
  return unchanged((await ports.ledger.notice(notice.after.noticeId)) ?? notice.after)
}

/** The entry as it is now; none if the key has another owner by now, who was told nothing. */
async function sameOwner(ports: NagPorts, { accessKeyId, owner }: Entry): Promise<Entry[]> {
  const fresh = await ports.ledger.entry(accessKeyId)
  return fresh?.owner.id === owner.id ? [fresh] : []
}

/** Nothing is counted on a notice that another delivery is still sending. */
const factWrites = (ports: NagPorts, notice: Notice, due: readonly Entry[], actor: Actor) =>
  due.flatMap((entry): Write[] => {
    const at = notice.deliveredAt ?? ports.clock.now()
    const fact = isFinished(notice) ? nagFact(notice, entry) : undefined
    return fact === undefined ? [] : [entryWrite(ports.organization, entry, fact, actor, at)]
  })

function nagFact(notice: Notice, entry: Entry): Fact | undefined {
  if (entry.lastNoticeId === notice.noticeId) return undefined
  if (transition(entry.state, 'nagged') === undefined) return undefined
  const { noticeId, delivery } = notice
  if (delivery === undefined || notice.withdrawn !== undefined) {
    const why = notice.undeliverable ?? notice.withdrawn?.why ?? 'unknown'
    return { kind: 'nag-undelivered', noticeId, why }
  }
  if (delivery.channel === 'slack-channel') {
    const isNews = isToAudience(notice, entry.audience) && !isPosted(notice, entry)
    return isNews ? { kind: 'posted', noticeId, delivery } : undefined
  }
  // A message to a former owner told the present one nothing.
  if (!isToOwner(delivery, entry.owner)) return undefined
  const count = entry.nagCount + 1
  const rule = `nag ${count} of policy ${entry.policy}`
  return { kind: 'nagged', noticeId, delivery, ...announcedIn(notice, entry), rule }
}

const nothing = { announced: 'none' } as const

/** Whether the post was recorded before: it is dated as its notice. */
const isPosted = ({ deliveredAt }: Notice, { lastNaggedAt }: Entry): boolean =>
  deliveredAt !== undefined && lastNaggedAt !== undefined && lastNaggedAt >= deliveredAt

/**
 * What the message said of the key, whatever the key and the configuration are by now. What it said
 * under another policy is no warning under this one, but its reader has read the date.
 */
function announcedIn({ said = [] }: Notice, entry: Entry): ReturnType<typeof announcementOf> {
  const ofKey = said.find(({ accessKeyId }) => accessKeyId === entry.accessKeyId)
  if (ofKey === undefined) return nothing
  const { accessKeyId: _, ...announcement } = ofKey
  return announcement
}

/** The date that a delivered reminder showed for the key. A post in a channel tells no owner anything. */
function dateReadIn(notice: Notice, entry: Entry): DateRead | undefined {
  const { noticeId, delivery, withdrawn } = notice
  const { announced, notBefore: date } = announcedIn(notice, entry)
  return delivery === undefined ||
    withdrawn !== undefined ||
    delivery.channel === 'slack-channel' ||
    announced === 'none' ||
    date === undefined
    ? undefined
    : { noticeId, delivery, deed: announcedDeed(announced), date }
}
