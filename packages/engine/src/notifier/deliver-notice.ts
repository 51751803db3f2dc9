import {
  done,
  finality,
  isFinished,
  isoDay,
  makeEvent,
  next,
  NoticeId,
  park,
  plusDays,
  transition,
  unreadText,
  waitsUntil,
  type Actor,
  type Entry,
  type EpochMs,
  type EventOf,
  type Fact,
  type Message,
  type Notice,
  type Outcome,
  type Write,
} from '@keynag/core'
import { actorOf } from '../actor-of.ts'
import { sendDigest } from '../digest/digest.ts'
import { dueEvent } from '../due-event.ts'
import { entryWrite } from '../record-fact.ts'
import { noticeDue, noticeOfNext } from '../outbox.ts'
import { originOf, type Ports, type ReceivedMessage } from '../ports.ts'
import { unreadNow } from '../unread-now.ts'
import {
  claimNotice,
  delivered,
  finishNotice,
  releaseNotice,
  sentMailWrites,
  undeliverable,
  unheard,
} from './claim-notice.ts'
import { composeNotice } from './compose-notice.ts'
import { dateNotTakenBack, recordDateRead, type DateRead } from './date-read.ts'
import { sendClaimed, type SentOrWaits } from './send-claimed.ts'

type NoticePorts = Pick<
  Ports,
  'clock' | 'ids' | 'ledger' | 'messenger' | 'organization' | 'source' | 'telemetry'
>

type Received = Pick<ReceivedMessage, 'remainingMs'>

/** Delivers one message of the outbox, and records what its delivery means for the key. */
export const deliverNotice =
  (ports: NoticePorts) =>
  async (event: EventOf<'notice.due'>, { remainingMs }: Received): Promise<Outcome> => {
    const now = ports.clock.now()
    const { noticeId } = event.data
    const notice = await ports.ledger.notice(noticeId)
    if (notice === undefined) {
      return park('KEYNAG_KEY_UNKNOWN', `the ledger holds no notice ${noticeId}`)
    }
    if (isFinished(notice)) return done('delivered before')
    if (notice.kind === 'digest') return digestAgain(ports, notice, now)
    const [accessKeyId] = notice.accessKeyIds
    if (notice.kind === 'nag' || accessKeyId === undefined) {
      return retryNag(ports, notice, now)
    }
    const entry = await ports.ledger.entry(accessKeyId)
    if (entry === undefined) {
      return park('KEYNAG_KEY_UNKNOWN', `the ledger holds no key ${accessKeyId}`)
    }
    const quietUntil = waitsUntil(notice.kind, entry, ports.organization.policies, now)
    if (quietUntil !== undefined) return putOff(ports, notice, quietUntil, 'it is quiet time')
    const composed = composeNotice(notice, entry, ports.organization, now)
    if (composed === undefined) {
      const why = `no longer true: the key is ${entry.state}`
      const fact = dateNotTakenBack(notice, entry)
      const change = fact && entryWrite(ports.organization, entry, fact, actorOf(event), now)
      const after = undeliverable(notice, why)
      // Where the entry has changed meanwhile, the notice stays due, and is looked at again.
      await finishNotice(ports, { before: notice, after }, change === undefined ? [] : [change])
      return done(why)
    }
    const unread = isAboutTheKey(notice) ? await unreadNow(ports, entry) : undefined
    if (unread !== undefined) {
      return putOff(ports, notice, plusDays(now, 1), `the account is ${unreadText(unread)}`)
    }
    const claimed = await claimNotice(ports, notice, notice, now)
    if (claimed === undefined) return done('another delivery is sending it, or it waits')
    const sent = await sendClaimed(ports, claimed, composed.message, composed.routes, remainingMs)
    if (sent.kind === 'waits') return sent.outcome
    return record(ports, claimed, entry, composed.message, sent, actorOf(event))
  }

/** The sweeper finds the notice again at that time, unless another delivery is sending it. */
async function putOff(
  ports: NoticePorts,
  before: Notice,
  dueAt: EpochMs,
  why: string,
): Promise<Outcome> {
  if (before.dueAt !== undefined && before.dueAt > ports.clock.now()) {
    return done('another delivery is sending it, or it waits')
  }
  const after = { ...before, dueAt, version: before.version + 1 }
  await finishNotice(ports, { before, after }, [])
  return done(`put off: ${why}`)
}

/** What keynag has done is true however old its knowledge is. All else is said of the key as it is now. */
const isAboutTheKey = ({ kind }: Notice): boolean => kind !== 'deactivated' && kind !== 'deleted'

/** The digest of today could not be sent, or its run died. Yesterday's is of no use any more. */
async function digestAgain(ports: NoticePorts, notice: Notice, now: EpochMs): Promise<Outcome> {
  if (isoDay(notice.createdAt) !== isoDay(now)) return dayIsOver(ports, notice)
  const { sent } = await sendDigest(ports)
  return done(sent === 0 ? 'the digest waits' : 'sent the digest')
}

async function dayIsOver(ports: NoticePorts, notice: Notice): Promise<Outcome> {
  const why = 'its day is over'
  await finishNotice(ports, { before: notice, after: undeliverable(notice, why) }, [])
  return done(why)
}

/** A nag that died before it was sent: its keys are still due, so begin it anew. */
async function retryNag(ports: NoticePorts, notice: Notice, now: EpochMs): Promise<Outcome> {
  const [accessKeyId] = notice.accessKeyIds
  const entry = accessKeyId === undefined ? undefined : await ports.ledger.entry(accessKeyId)
  if (entry === undefined || isoDay(notice.createdAt) !== isoDay(now)) {
    return dayIsOver(ports, notice)
  }
  const quietUntil = waitsUntil('nag', entry, ports.organization.policies, now)
  if (quietUntil !== undefined) return putOff(ports, notice, quietUntil, 'it is quiet time')
  const { audience } = entry
  return next('begin the nag anew', [
    makeEvent(
      'key.stale',
      audience,
      { accessKeyId: entry.accessKeyId, audience },
      originOf(ports, now),
    ),
  ])
}

async function record(
  ports: NoticePorts,
  claimed: Notice,
  entry: Entry,
  message: Message,
  sent: Exclude<SentOrWaits, { kind: 'waits' }>,
  actor: Actor,
): Promise<Outcome> {
  const now = ports.clock.now()
  if (sent.kind === 'delivered') {
    const after = delivered(claimed, sent.delivery, now)
    const fact = factOfDelivery(message, entry, sent)
    const change = fact && entryWrite(ports.organization, entry, fact, actor, now)
    const mails = sentMailWrites(claimed, [sent.delivery], now)
    const isRecorded = await commitOrRetry(ports, claimed, after, [
      ...mails,
      ...(change === undefined ? [] : [change]),
    ])
    const read = isRecorded ? undefined : dateReadIn(message, sent)
    if (read !== undefined) await recordDateRead(ports, read, entry, actor)
    const reason = `delivered ${claimed.kind} by ${sent.delivery.channel}`
    if (change === undefined) return done(reason)
    // Where a grace is zero, the next step is due at once, and its window may be short.
    const due = dueEvent(change.after, ports.organization.policies, originOf(ports, now))
    return due?.type === 'rotation.due' ? next(reason, [due]) : done(reason)
  }
  const after = unheard(claimed, sent.why, now)
  if (!isDeedBoundBy(message) || entry.hold !== undefined) {
    await commitOrRetry(ports, claimed, after, [])
    return done(`could not deliver ${claimed.kind}: ${sent.why}`)
  }
  const fact: Fact = { kind: 'held', code: 'owner-unreachable', why: sent.why }
  const notice = noticeOfNext('held', entry, now)
  await commitOrRetry(ports, claimed, after, [
    entryWrite(ports.organization, entry, fact, actor, now),
    notice,
  ])
  return next(`the owner could not be told: ${claimed.kind}`, [
    noticeDue(notice.after.noticeId, originOf(ports, now)),
  ])
}

/**
 * A deed stands on this message: the deactivation on the news of the replacement, the deletion on
 * the news of the deactivation. Where the owner cannot be told, the key is held.
 */
const isDeedBoundBy = ({ kind }: Message): boolean =>
  kind === 'replacement-issued' || kind === 'replacement-found' || kind === 'deactivated'

/** What a delivery means for the key: a grace begins with it. */
function factOfDelivery(
  message: Message,
  entry: Entry,
  { delivery }: Extract<SentOrWaits, { kind: 'delivered' }>,
): Fact | undefined {
  const noticeId = NoticeId.parse(message.noticeId)
  switch (message.kind) {
    case 'replacement-issued':
    case 'replacement-found': {
      if (transition(entry.state, 'replacement-delivered') === undefined) return undefined
      const { deactivatesAt, isFinal } = message
      const news = { kind: 'replacement-delivered', noticeId, delivery, deactivatesAt } as const
      return { ...news, ...finality(isFinal) }
    }
    case 'deactivated': {
      const { deletesAt } = message
      const announced = deletesAt === undefined ? {} : { deletesAt }
      return { kind: 'deactivation-delivered', noticeId, delivery, ...announced }
    }
    case 'called-off': {
      const { deed, date, because } = message
      // A former owner read it. What the present owner was told stands.
      if (because.kind === 'owner-changed') return undefined
      const movedTo = because.kind === 'moved' ? because.to : undefined
      // The message says how things are when it is sent, which may differ from what was recorded.
      if (movedTo === entry.shown?.calledOff?.movedTo) return undefined
      const moved = movedTo === undefined ? {} : { movedTo }
      return { kind: 'called-off', noticeId, deed, date, ...moved, why: 'as the message says it' }
    }
    default:
      return undefined
  }
}

/** The date that a delivered message showed, if it went to the owner of the key. */
function dateReadIn(
  message: Message,
  { delivery }: Extract<SentOrWaits, { kind: 'delivered' }>,
): DateRead | undefined {
  const noticeId = NoticeId.parse(message.noticeId)
  switch (message.kind) {
    case 'replacement-issued':
    case 'replacement-found':
      return { noticeId, delivery, deed: 'deactivate', date: message.deactivatesAt }
    case 'deactivated':
      return message.deletesAt === undefined
        ? undefined
        : { noticeId, delivery, deed: 'delete', date: message.deletesAt }
    case 'called-off':
      return message.because.kind === 'moved'
        ? { noticeId, delivery, deed: message.deed, date: message.because.to }
        : undefined
    default:
      return undefined
  }
}

/**
 * The message is out. If the entry changed meanwhile, the notice is given back: it is delivered
 * once more rather than a grace begun on a delivery that is not recorded. The answer tells whether the
 * delivery is recorded.
 */
async function commitOrRetry(
  ports: NoticePorts,
  claimed: Notice,
  after: Notice,
  writes: readonly Write[],
): Promise<boolean> {
  const committed = await finishNotice(ports, { before: claimed, after }, writes)
  const isRecorded = committed.kind === 'committed'
  if (!isRecorded) await releaseNotice(ports, claimed, ports.clock.now())
  return isRecorded
}
