import {
  done,
  isoDay,
  makeEvent,
  next,
  park,
  transition,
  type Actor,
  type Entry,
  type EpochMs,
  type EventOf,
  type Fact,
  type Notice,
  type Outcome,
  type Sent,
  type Write,
} from '@keynag/core'
import { actorOf } from '../actor-of.ts'
import { entryWrite } from '../record-fact.ts'
import { noticeDue, noticeOfNext } from '../outbox.ts'
import { originOf, type Ports } from '../ports.ts'
import {
  claimNotice,
  delivered,
  finishNotice,
  isFinished,
  releaseNotice,
  sentMailWrites,
  undeliverable,
} from './claim-notice.ts'
import { composeNotice, type Composed } from './compose-notice.ts'

type NoticePorts = Pick<Ports, 'clock' | 'ids' | 'ledger' | 'messenger' | 'organization' | 'source'>

/** Delivers one message of the outbox, and records what its delivery means for the key. */
export const deliverNotice =
  (ports: NoticePorts) =>
  async (event: EventOf<'notice.due'>): Promise<Outcome> => {
    const now = ports.clock.now()
    const { noticeId } = event.data
    const notice = await ports.ledger.notice(noticeId)
    if (notice === undefined) {
      return park('KEYNAG_KEY_UNKNOWN', `the ledger holds no notice ${noticeId}`)
    }
    if (isFinished(notice)) return done('delivered before')
    const [accessKeyId] = notice.accessKeyIds
    if (notice.kind === 'nag' || accessKeyId === undefined) {
      return retryNag(ports, notice, now)
    }
    const entry = await ports.ledger.entry(accessKeyId)
    if (entry === undefined) {
      return park('KEYNAG_KEY_UNKNOWN', `the ledger holds no key ${accessKeyId}`)
    }
    const composed = composeNotice(notice, entry, ports.organization, now)
    if (composed === undefined) {
      const why = `no longer true: the key is ${entry.state}`
      await finishNotice(ports, { before: notice, after: undeliverable(notice, why) }, [])
      return done(why)
    }
    const claimed = await claimNotice(ports, notice, notice, now)
    if (claimed === undefined) return done('another delivery is sending it')
    const sent = await send(ports, claimed, composed, now)
    return record(ports, claimed, entry, sent, actorOf(event))
  }

/** A nag that died before it was sent: its keys are still due, so begin it anew. */
async function retryNag(ports: NoticePorts, notice: Notice, now: EpochMs): Promise<Outcome> {
  const [accessKeyId] = notice.accessKeyIds
  const entry = accessKeyId === undefined ? undefined : await ports.ledger.entry(accessKeyId)
  if (entry === undefined || isoDay(notice.createdAt) !== isoDay(now)) {
    const after = undeliverable(notice, 'its day is over')
    await finishNotice(ports, { before: notice, after }, [])
    return done('its day is over')
  }
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

async function send(
  ports: NoticePorts,
  claimed: Notice,
  { message, routes }: Composed,
  now: EpochMs,
): Promise<Sent> {
  try {
    return await ports.messenger.send(message, routes)
  } catch (error) {
    await releaseNotice(ports, claimed, now, error)
    throw error
  }
}

async function record(
  ports: NoticePorts,
  claimed: Notice,
  entry: Entry,
  sent: Sent,
  actor: Actor,
): Promise<Outcome> {
  const now = ports.clock.now()
  if (sent.kind === 'delivered') {
    const after = delivered(claimed, sent.delivery, now)
    const fact = factOfDelivery(claimed, entry, sent)
    const writes =
      fact === undefined ? [] : [entryWrite(ports.organization, entry, fact, actor, now)]
    const mails = sentMailWrites(claimed, [sent.delivery], now)
    await commitOrRetry(ports, claimed, after, [...mails, ...writes])
    return done(`delivered ${claimed.kind} by ${sent.delivery.channel}`)
  }
  const after = undeliverable(claimed, sent.why)
  if (!isAboutReplacement(claimed)) {
    await commitOrRetry(ports, claimed, after, [])
    return done(`could not deliver ${claimed.kind}: ${sent.why}`)
  }
  const fact: Fact = { kind: 'held', code: 'owner-unreachable', why: sent.why }
  const notice = noticeOfNext('held', entry, now)
  await commitOrRetry(ports, claimed, after, [
    entryWrite(ports.organization, entry, fact, actor, now),
    notice,
  ])
  return next('the owner could not be told of the replacement', [
    noticeDue(notice.after.noticeId, originOf(ports, now)),
  ])
}

const isAboutReplacement = (notice: Notice): boolean =>
  notice.kind === 'replacement-issued' || notice.kind === 'replacement-found'

/** Only the news of a replacement changes a key's life: its installation grace begins with it. */
function factOfDelivery(
  notice: Notice,
  entry: Entry,
  sent: Extract<Sent, { kind: 'delivered' }>,
): Fact | undefined {
  if (!isAboutReplacement(notice)) return undefined
  if (transition(entry.state, 'replacement-delivered') === undefined) return undefined
  return {
    kind: 'replacement-delivered',
    noticeId: notice.noticeId,
    delivery: sent.delivery,
  }
}

/**
 * The message is out. If the entry changed meanwhile, the notice is given back: it is delivered
 * once more rather than a grace begun on a delivery that is not recorded.
 */
async function commitOrRetry(
  ports: NoticePorts,
  claimed: Notice,
  after: Notice,
  writes: readonly Write[],
): Promise<void> {
  const committed = await finishNotice(ports, { before: claimed, after }, writes)
  if (committed.kind !== 'committed') await releaseNotice(ports, claimed, ports.clock.now())
}
