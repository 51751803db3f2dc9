import {
  type DeadLetter,
  decide,
  type Decision,
  type Entry,
  type EventType,
  freezeText,
  isFinished,
  type KeynagEvent,
  type Policies,
  type Replay,
} from '@keynag/core'
import type { MailEvent } from '@keynag/engine'
import type { Facts } from './look-up.ts'
import type { Reading } from './read-letter.ts'

/** What a replay does with a dead letter. Tables list the outcomes in this order. */
export const outcomes = ['replay', 'waits', 'obsolete', 'quarantined', 'invalid'] as const
export type Outcome = (typeof outcomes)[number]

export interface Verdict {
  readonly outcome: Outcome
  readonly why: string
}

interface Wishes {
  /** Also replay events that have nothing left to do. */
  readonly obsolete: boolean
  /** Also replay events that came back too often. */
  readonly quarantined: boolean
}

/** When an event comes back from this many replays, a person has to look at it. */
const mostReplays = 2

/** Pure: what a replay would do with this letter now, and why. */
export function judge(
  letter: Pick<DeadLetter, 'messageId'>,
  reading: Reading,
  facts: Facts,
  policies: Policies,
  wishes: Wishes,
): Verdict {
  if (reading.kind === 'unreadable') {
    return { outcome: 'invalid', why: `${reading.code}: ${reading.why}` }
  }
  const standing =
    reading.kind === 'mail'
      ? mailStanding(reading.event, facts)
      : standingOf(reading.event, facts, policies)
  if (standing.outcome === 'obsolete' && !wishes.obsolete) return standing
  if (!wishes.quarantined && hasFailedTwice(facts.replay, letter)) {
    const times = facts.replay?.count ?? 0
    return { outcome: 'quarantined', why: `it came back from ${times} replays` }
  }
  return standing.outcome === 'obsolete'
    ? { outcome: 'replay', why: `obsolete, but asked for: ${standing.why}` }
    : standing
}

/**
 * Whether this very message was counted as replayed and is still here: then the operator's command
 * died between the count and the deletion. A message that came back from a replay has another ID.
 */
export const isCounted = (
  replay: Replay | undefined,
  { messageId }: Pick<DeadLetter, 'messageId'>,
): boolean => replay !== undefined && !replay.quarantined && replay.lastMessageId === messageId

const hasFailedTwice = (
  replay: Replay | undefined,
  letter: Pick<DeadLetter, 'messageId'>,
): boolean =>
  replay !== undefined &&
  !isCounted(replay, letter) &&
  (replay.quarantined !== undefined || replay.count >= mostReplays)

const due = (why: string): Verdict => ({ outcome: 'replay', why })
const waits = (why: string): Verdict => ({ outcome: 'waits', why })
const obsolete = (why: string): Verdict => ({ outcome: 'obsolete', why })

/** Whether the event still has something to do, judged by what its consumer would read. */
function standingOf(event: KeynagEvent, facts: Facts, policies: Policies): Verdict {
  switch (event.type) {
    case 'scan.requested':
      return scanStanding(facts)
    case 'notice.due':
      return noticeStanding(facts)
    case 'key.stale':
    case 'nags.unanswered':
    case 'rotation.due':
      return keyStanding(event.type, facts, policies)
    default:
      return event satisfies never
  }
}

/** A bounce withdraws the delivery of a mail once, however many messages report it. */
function mailStanding(event: MailEvent, { sentMail }: Facts): Verdict {
  if (event.kind === 'other') return obsolete(`the message withdraws no delivery: ${event.what}`)
  return sentMail === undefined
    ? obsolete('keynag has no record of that mail')
    : due(`the ${event.how} of a mail to ${sentMail.to}`)
}

function scanStanding({ accountScan }: Facts): Verdict {
  if (accountScan === undefined) return obsolete("the account is not in that day's scan plan")
  return accountScan.result.kind === 'requested'
    ? due('the account has no scan result for that day')
    : obsolete(`the account has its scan result for that day: ${accountScan.result.kind}`)
}

function noticeStanding({ notice, now }: Facts): Verdict {
  if (notice === undefined) return obsolete('the ledger has no such notice')
  if (isFinished(notice)) {
    return obsolete(
      notice.deliveredAt === undefined
        ? 'keynag gave the notice up as undeliverable'
        : 'the notice was delivered',
    )
  }
  return notice.lease !== undefined && notice.lease.until > now
    ? waits('a consumer is delivering the notice, or waits after a failed try')
    : due('the notice was not delivered')
}

type KeyEvent = Exclude<EventType, 'scan.requested' | 'notice.due'>

/** The decisions that each consumer acts on. For any other decision the sweeper sends another event. */
const actsOn = {
  'key.stale': ['nag'],
  'nags.unanswered': ['escalate', 'hold', 'call-off'],
  'rotation.due': ['enforce'],
} as const satisfies Record<KeyEvent, readonly Decision['kind'][]>

function keyStanding(type: KeyEvent, { entries, freeze, now }: Facts, policies: Policies): Verdict {
  const [entry] = entries
  if (entry === undefined) return obsolete('the ledger does not have the key')
  const decision = decide(entry, policies, now)
  const { postponed } = entry
  // Reminders go on meanwhile, so the decision alone does not tell.
  if (type === 'rotation.due' && postponed !== undefined && postponed.until > now) {
    return waits(`enforcement is postponed: ${postponed.why}`)
  }
  if (decision.kind === 'wait') {
    return isPaused(entry, decision) ? waits(decision.rule) : obsolete(settled(entry, decision))
  }
  const acted: readonly Decision['kind'][] = actsOn[type]
  if (!acted.includes(decision.kind)) {
    return obsolete(`something else is due for the key now: ${decision.kind}`)
  }
  if (decision.kind === 'enforce' && freeze !== undefined) {
    return waits(freezeText(freeze))
  }
  return due(decision.kind === 'hold' ? `a hold is due: ${decision.code}` : decision.rule)
}

/** Whether a hold, an unread account, or a condition that ends by itself, only puts the next step off. */
function isPaused(entry: Entry, { until }: Extract<Decision, { kind: 'wait' }>): boolean {
  const { hold, exemption, snooze, postponed, unread } = entry
  if (hold !== undefined || unread !== undefined) return true
  const lapses = [exemption?.until, snooze?.until, postponed?.until]
  return until !== undefined && lapses.includes(until)
}

const settled = ({ state }: Entry, { rule }: Extract<Decision, { kind: 'wait' }>): string =>
  state === 'resolved' || state === 'deleted'
    ? `the key is ${state}`
    : `nothing is due now: ${rule}`
