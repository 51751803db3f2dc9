import {
  done,
  minuteMs,
  transient,
  type Actor,
  type Entry,
  type EpochMs,
  type Fact,
  type FactRecord,
  type Notice,
  type NoticeId,
  type Outcome,
} from '@keynag/core'
import { recordFact } from '../record-fact.ts'
import { conflict, retryOnConflict } from '../retry-on-conflict.ts'
import type { Ports } from '../ports.ts'
import { readSesEvent, type MailEvent } from './ses-event.ts'

type WithdrawPorts = Pick<Ports, 'clock' | 'ledger' | 'organization' | 'telemetry'>
type Withdrawn = Extract<MailEvent, { kind: 'withdrawn' }>

/** A mail can bounce before its delivery is on record, but not much before. */
const onRecordWithinMs = 15 * minuteMs

/**
 * Takes back what a mail counted as, once SES says that it came back or was called spam. What
 * follows from it is the ledger's decision: no enforcement, another reminder, or a hold.
 *
 * @throws KeynagError permanent `KEYNAG_MESSAGE_INVALID`, transient `KEYNAG_UNAVAILABLE`
 */
export const withdraw =
  (ports: WithdrawPorts) =>
  async (body: string, messageId: string): Promise<Outcome> => {
    const event = readSesEvent(body)
    if (event.kind === 'other') return done(`nothing to take back: ${event.what}`)
    const now = ports.clock.now()
    const mail = await ports.ledger.sentMail(event.messageId)
    if (mail === undefined) return unknownMail(event, now)
    const notice = await mark(ports, mail.noticeId, event, now)
    ports.telemetry.count('MailWithdrawn', 1)
    const actor: Actor = { kind: 'delivery', event: `mail.${event.how}`, eventId: messageId }
    let keys = 0
    for (const accessKeyId of notice.accessKeyIds) {
      const factOf = async (entry: Entry): Promise<Fact | undefined> =>
        factFor(entry, await ports.ledger.timeline(accessKeyId), notice, event)
      if (await recordFact(ports, accessKeyId, factOf, actor)) keys += 1
    }
    return done(`${event.how} of ${notice.noticeId} to ${mail.to}: taken back for ${keys} keys`)
  }

function unknownMail({ messageId, sentAt }: Withdrawn, now: EpochMs): Outcome {
  if (sentAt < now - onRecordWithinMs) return done(`no mail of ours: ${messageId}`)
  throw transient('KEYNAG_UNAVAILABLE', `the mail ${messageId} is not on record, or not yet`)
}

/** On the notice first: whoever is still recording what it counted as sees that it does not. */
function mark(
  ports: WithdrawPorts,
  noticeId: NoticeId,
  { how, why }: Withdrawn,
  now: EpochMs,
): Promise<Notice> {
  return retryOnConflict(noticeId, async () => {
    const before = await ports.ledger.notice(noticeId)
    if (before === undefined) throw new Error(`${noticeId}: a mail without its notice`)
    if (before.withdrawn !== undefined) return before
    const after = { ...before, withdrawn: { at: now, how, why }, version: before.version + 1 }
    const committed = await ports.ledger.commit([{ kind: 'notice', before, after }])
    return committed.kind === 'committed' ? after : conflict
  })
}

/** `undefined` where the delivery counted as nothing, or was taken back before. */
function factFor(
  entry: Entry,
  timeline: readonly FactRecord[],
  notice: Notice,
  { how, why }: Withdrawn,
): Fact | undefined {
  const { noticeId } = notice
  const about = timeline.map(({ fact }) => fact).filter((fact) => isAbout(fact, noticeId))
  if (about.some(({ kind }) => kind === 'delivery-withdrawn')) return undefined
  const counted = countedAs(entry, notice, about)
  return counted === undefined
    ? undefined
    : { kind: 'delivery-withdrawn', noticeId, how, why, counted }
}

const isAbout = (fact: Fact, noticeId: NoticeId): boolean =>
  'noticeId' in fact && fact.noticeId === noticeId

function countedAs(entry: Entry, notice: Notice, about: readonly Fact[]) {
  if (about.some(({ kind }) => kind === 'nagged')) return 'nag'
  if (about.some(({ kind }) => kind === 'replacement-delivered')) {
    // The hand-over of another rotation has its own delivery.
    const isStill = entry.handover?.deliveredAt === notice.deliveredAt
    return isStill ? 'replacement' : undefined
  }
  // What told of the deactivation announced the deletion.
  return notice.kind === 'deactivated' && entry.state === 'deactivated' ? 'nothing' : undefined
}
