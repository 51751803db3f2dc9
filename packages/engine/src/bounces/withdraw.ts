import {
  done,
  isToldUntilHeard,
  minuteMs,
  plusDays,
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

/** A mail may bounce before keynag has recorded that it sent it, but at most this long before. */
const recordedWithinMs = 15 * minuteMs

/**
 * Takes a delivery back when SES reports a bounce, a complaint or a rejection of its mail. The next
 * decision about the key then follows from the ledger: no enforcement, another reminder, or a hold.
 *
 * @throws KeynagError permanent `KEYNAG_MESSAGE_INVALID`; transient `KEYNAG_UNAVAILABLE` when the
 * mail is not recorded yet, or other writers were first too often
 */
export const withdraw =
  (ports: WithdrawPorts) =>
  async (body: string, messageId: string): Promise<Outcome> => {
    const event = readSesEvent(body)
    if (event.kind === 'other') return done(`SES reports no failed delivery: ${event.what}`)
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
    return done(
      `${event.how} of ${notice.noticeId} to ${mail.to}: no longer delivered for ${keys} keys`,
    )
  }

function unknownMail({ messageId, sentAt }: Withdrawn, now: EpochMs): Outcome {
  if (sentAt < now - recordedWithinMs) return done(`keynag did not send the mail ${messageId}`)
  throw transient('KEYNAG_UNAVAILABLE', `the ledger does not know the mail ${messageId} yet`)
}

/**
 * Marks the notice before the entries. A delivery that is still recording the mail as delivered
 * then sees the mark. A notice that has to be heard is due again the next day, unless another
 * delivery has taken the place of this one.
 */
function mark(
  ports: WithdrawPorts,
  noticeId: NoticeId,
  { how, why, messageId }: Withdrawn,
  now: EpochMs,
): Promise<Notice> {
  return retryOnConflict(noticeId, async () => {
    const before = await ports.ledger.notice(noticeId)
    if (before === undefined)
      throw new Error(`${noticeId}: the ledger has its mail but not the notice`)
    if (before.withdrawn !== undefined) return before
    if (isToldUntilHeard(before) && before.delivery?.messageId !== messageId) return before
    const again = isToldUntilHeard(before) ? { dueAt: plusDays(now, 1) } : {}
    const withdrawn = { at: now, how, why }
    const after = { ...before, ...again, withdrawn, version: before.version + 1 }
    const committed = await ports.ledger.commit([{ kind: 'notice', before, after }])
    return committed.kind === 'committed' ? after : conflict
  })
}

/** `undefined` when the delivery changed nothing in this entry, or was taken back before. */
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
    // A later rotation of the key may have its own hand-over, with its own delivery.
    const isStill = entry.handover?.deliveredAt === notice.deliveredAt
    return isStill ? 'replacement' : undefined
  }
  if (notice.kind === 'called-off') {
    const { movedTo, noticeId } = entry.shown?.calledOff ?? {}
    return movedTo !== undefined && noticeId === notice.noticeId ? 'call-off' : undefined
  }
  // The message about the deactivation is also the warning of the deletion.
  const isDeactivation = notice.kind === 'deactivated' && entry.state === 'deactivated'
  const standing = entry.deletionAnnounced?.noticeId ?? notice.noticeId
  const isStanding = isDeactivation && standing === notice.noticeId
  return isStanding || about.some(({ kind }) => kind === 'date-read') ? 'nothing' : undefined
}
