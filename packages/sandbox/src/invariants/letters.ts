import { dayMs, policyNamed } from '@keynag/core'
import { announcementsOf } from '@keynag/oracle'
import { eachDeactivation, wasOff } from './deactivations.ts'
import {
  byKeynag,
  dayOf,
  isDeactivation,
  isReactivation,
  keyHistories,
  type Check,
  type KeyEvent,
} from './invariant.ts'
import { ownerAt } from './owner-at.ts'

/**
 * I14: the owner read which key is deactivated and when, at least the installation grace before, and no
 * later message took that back.
 */
export const warnedBeforeDeactivation: Check = (evidence) =>
  eachDeactivation(evidence, ({ event, events, entry, accessKeyId }) => {
    const enforce = policyNamed(evidence.organization.policies, entry.policy)?.enforce
    if (enforce === undefined || enforce.kind === 'none') return 'was deactivated under no policy'
    const announced = announcementsOf(
      {
        accessKeyId,
        deed: 'deactivate',
        at: event.atMs,
        owner: ownerAt(evidence, event),
        graceMs: enforce.installationGraceDays * dayMs,
        isReplaced: enforce.kind === 'rotate',
        since: lastReactivation(event, events),
        seenUntil: event.atMs,
      },
      evidence.letters,
    )
    return announced.length > 0
      ? undefined
      : `was deactivated on ${dayOf(event.atMs)}, and its owner had not read that in time`
  })

/**
 * I14: the owner read that the key is deactivated, and when it is deleted, a recovery grace before. A
 * deletion within a day of the deactivation was told an installation grace before.
 */
export const deletionsWereTold: Check = (evidence) => {
  const violations: string[] = []
  for (const [accessKeyId, events] of keyHistories(evidence.world)) {
    const deletion = events.find((event) => event.kind === 'key-deleted' && byKeynag(event))
    // A key that keynag made itself, and that was active, is a matter of I5.
    if (deletion === undefined || !isSwitchedOffByKeynag(deletion, events)) continue
    const entry = evidence.entries.find((each) => each.accessKeyId === accessKeyId)
    const enforce = policyNamed(evidence.organization.policies, entry?.policy ?? '')?.enforce
    if (enforce === undefined || !('recoveryGraceDays' in enforce)) continue
    const change = {
      accessKeyId,
      deed: 'delete',
      at: deletion.atMs,
      owner: ownerAt(evidence, deletion),
      since: lastReactivation(deletion, events),
      seenUntil: deletion.atMs,
    } as const
    const isTold = (graceDays: number, isFinal = false): boolean =>
      announcementsOf({ ...change, graceMs: graceDays * dayMs, isFinal }, evidence.letters).length >
      0
    const { installationGraceDays, recoveryGraceDays } = enforce
    const isForetold = recoveryGraceDays >= 1 || isTold(installationGraceDays, true)
    if (isForetold && isTold(recoveryGraceDays)) continue
    const day = dayOf(deletion.atMs)
    violations.push(`${accessKeyId} was deleted on ${day}, and its owner had not read that in time`)
  }
  return violations
}

/** I14: readers understand each sentence about a key, and no message contradicts itself. */
export const lettersAreUnderstood: Check = ({ letters }) => [
  ...new Set(
    letters.flatMap(({ reading, to }) =>
      reading.doubts.map((doubt) => `a message to ${to}: ${doubt}`),
    ),
  ),
]

/** What was said before the key was switched on again was about the deactivation before. */
function lastReactivation({ seq }: KeyEvent, events: readonly KeyEvent[]): number {
  const back = events.findLast(
    (each) => each.seq < seq && isReactivation(each) && wasOff(events, each),
  )
  return back === undefined ? -Infinity : back.atMs - 1
}

function isSwitchedOffByKeynag({ seq }: KeyEvent, events: readonly KeyEvent[]): boolean {
  const isOwn = events.some((event) => event.kind === 'key-created' && byKeynag(event))
  const last = events.findLast(
    (event) => event.seq < seq && (isDeactivation(event) || isReactivation(event)),
  )
  return !isOwn && last !== undefined && isDeactivation(last) && byKeynag(last)
}
