import {
  type DeadLetter,
  decide,
  type Decision,
  type Entry,
  type EventType,
  type KeynagEvent,
  type Policies,
  type Replay,
} from '@keynag/core'
import type { MailEvent } from '@keynag/engine'
import type { Facts } from './look-up.ts'
import type { Reading } from './read-letter.ts'

/** What a replay does with a dead letter, best first. */
export const outcomes = ['replay', 'waits', 'obsolete', 'quarantined', 'invalid'] as const
export type Outcome = (typeof outcomes)[number]

export interface Verdict {
  readonly outcome: Outcome
  readonly why: string
}

interface Wishes {
  /** Send also what has nothing left to do. */
  readonly obsolete: boolean
  /** Send also what came back too often. */
  readonly quarantined: boolean
}

/** Replays of one event after which its next return is a person's matter. */
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
 * Counted before and still here: the operator's command died between the count and the deletion.
 * A message that came back from a replay has another message ID.
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

/** Whether the event still has something to do, by what its consumer would find in the ledger. */
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

/** Taking back what a mail counted as is done once, however often it is asked for. */
function mailStanding(event: MailEvent, { sentMail }: Facts): Verdict {
  if (event.kind === 'other') return obsolete(`there is nothing to take back: ${event.what}`)
  return sentMail === undefined
    ? obsolete('keynag has no such mail on record')
    : due(`the ${event.how} of a mail to ${sentMail.to}`)
}

function scanStanding({ accountScan }: Facts): Verdict {
  if (accountScan === undefined) return obsolete("the account is not in that day's plan")
  return accountScan.result.kind === 'requested'
    ? due('the account has no result of that day')
    : obsolete(`the account has its result of that day: ${accountScan.result.kind}`)
}

function noticeStanding({ notice, now }: Facts): Verdict {
  if (notice === undefined) return obsolete('the ledger holds no such notice')
  if (notice.deliveredAt !== undefined) return obsolete('the notice is delivered')
  if (notice.undeliverable !== undefined) return obsolete('the notice is given up')
  return notice.lease !== undefined && notice.lease.until > now
    ? waits('a delivery has the notice, or it waits after one that failed')
    : due('the notice is not delivered')
}

type KeyEvent = Exclude<EventType, 'scan.requested' | 'notice.due'>

/** The decisions that each consumer acts on; for any other the sweeper sends another event. */
const actsOn = {
  'key.stale': ['nag'],
  'nags.unanswered': ['escalate', 'hold'],
  'rotation.due': ['enforce'],
} as const satisfies Record<KeyEvent, readonly Decision['kind'][]>

function keyStanding(type: KeyEvent, { entries, freeze, now }: Facts, policies: Policies): Verdict {
  const [entry] = entries
  if (entry === undefined) return obsolete('the ledger does not know the key')
  const decision = decide(entry, policies, now)
  if (decision.kind === 'wait') {
    return isPaused(entry, decision) ? waits(decision.rule) : obsolete(settled(entry, decision))
  }
  const acted: readonly Decision['kind'][] = actsOn[type]
  if (!acted.includes(decision.kind)) {
    return obsolete(`what is due for the key now is another event: ${decision.kind}`)
  }
  if (decision.kind === 'enforce' && freeze !== undefined) {
    return waits(`frozen by ${freeze.by}: ${freeze.why}`)
  }
  return due(decision.kind === 'hold' ? `to be held: ${decision.code}` : decision.rule)
}

/** Held, or under a condition that lapses: what is due is only put off. */
function isPaused(entry: Entry, { until }: Extract<Decision, { kind: 'wait' }>): boolean {
  const { hold, exemption, snooze, postponed } = entry
  if (hold !== undefined) return true
  const lapses = [exemption?.until, snooze?.until, postponed?.until]
  return until !== undefined && lapses.includes(until)
}

const settled = ({ state }: Entry, { rule }: Extract<Decision, { kind: 'wait' }>): string =>
  state === 'resolved' || state === 'deleted'
    ? `the key is ${state}`
    : `nothing is due now: ${rule}`
