import { dayMs, policyNamed, type Entry } from '@keynag/core'
import {
  byKeynag,
  dayOf,
  isDeactivation,
  isReactivation,
  keyHistories,
  type Check,
  type Evidence,
  type KeyEvent,
} from './invariant.ts'

/** I4: under `rotate`, another Active key of the same user exists when the old one is switched off. */
export const replacedBeforeDeactivation: Check = (evidence) =>
  eachDeactivation(evidence, ({ event, entry, accessKeyId }) => {
    const enforce = policyNamed(evidence.organization.policies, entry.policy)?.enforce
    if (enforce?.kind !== 'rotate') return undefined
    const others = [...keyHistories(evidence.world)].filter(([id, events]) => {
      if (id === accessKeyId || !events.some((each) => each.userId === event.userId)) return false
      const before = events.filter((each) => each.seq < event.seq)
      const created = before.some((each) => each.kind === 'key-created')
      const last = before.findLast(
        (each) => each.kind !== 'key-used' && each.kind !== 'key-refused',
      )
      return (
        created && last?.kind !== 'key-deleted' && (last === undefined || !isDeactivation(last))
      )
    })
    return others.length > 0
      ? undefined
      : 'was deactivated although its user had no other Active key'
  })

/** Whether it was keynag who had switched the key off by then. */
export const wasOff = (events: readonly KeyEvent[], back: KeyEvent): boolean =>
  events.some((each) => each.seq < back.seq && isDeactivation(each) && byKeynag(each))

/** I6: a key that was switched on again is left alone until an operator has released it. */
export const reactivatedIsLeftAlone: Check = (evidence) =>
  eachDeactivation(evidence, ({ event, events, entry }) => {
    const since = events.findLast((each) => each.seq < event.seq && isReactivation(each))
    const timeline = evidence.timelines.get(entry.accessKeyId) ?? []
    if (since === undefined || !wasOff(events, since)) return undefined
    const released = timeline.some(
      ({ fact, at }) =>
        (fact.kind === 'released' || fact.kind === 'reactivation-accepted') &&
        at >= since.atMs &&
        at <= event.atMs,
    )
    return released
      ? undefined
      : `was deactivated again on ${dayOf(event.atMs)}, reactivated on ${dayOf(since.atMs)}`
  })

/** I7: under `hold`, a key that was used lately (and visibly so) is not touched. */
export const notLatelyUsed: Check = (evidence) =>
  eachDeactivation(evidence, ({ event, events, entry, accessKeyId }) => {
    const enforce = policyNamed(evidence.organization.policies, entry.policy)?.enforce
    if (enforce === undefined || enforce.kind === 'none') return undefined
    if (enforce.whenInUse === 'proceed') return undefined
    const since = event.atMs - enforce.inUseDays * dayMs
    const visible = event.atMs - evidence.world.settings.lastUsedLagMs
    const use = events.find(
      (each) => each.kind === 'key-used' && each.atMs > since && each.atMs <= visible,
    )
    return use === undefined
      ? undefined
      : `was deactivated on ${dayOf(event.atMs)} although ${accessKeyId} was used on ${dayOf(use.atMs)}`
  })

/** I13: exempt and protected users' keys are never touched. */
export const protectedAreUntouched: Check = ({ world, organization, entries }) => {
  const violations: string[] = []
  for (const [accessKeyId, events] of keyHistories(world)) {
    const touched = events.find(
      (event) => byKeynag(event) && (isDeactivation(event) || event.kind === 'key-deleted'),
    )
    if (touched === undefined) continue
    const entry = entries.find((each) => each.accessKeyId === accessKeyId)
    const isProtected = entry !== undefined && isKept(entry, organization.protected)
    const isExempt = entry?.exemption !== undefined && entry.exemption.until > touched.atMs
    if (isProtected || isExempt) {
      violations.push(`${accessKeyId} is exempt and was touched`)
    }
  }
  return violations
}

/** As a person reads the configuration, without keynag's code: names without case, paths with case. */
const isKept = (
  { userName, userPath }: Entry,
  { paths, userNames }: Evidence['organization']['protected'],
): boolean =>
  paths.some((path) => userPath.startsWith(path)) ||
  userNames.some((pattern) => asRegExp(pattern).test(userName))

const asRegExp = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll(/[.+]/g, '\\$&').replaceAll('*', '.*')}$`, 'i')

export interface Case {
  readonly accessKeyId: string
  readonly entry: Entry
  readonly event: KeyEvent
  readonly events: readonly KeyEvent[]
}

/** Goes through keynag's deactivations of keys that it did not make itself. */
export function eachDeactivation(
  evidence: Evidence,
  wrong: (each: Case) => string | undefined,
): readonly string[] {
  const violations: string[] = []
  for (const [accessKeyId, events] of keyHistories(evidence.world)) {
    if (events.some((event) => event.kind === 'key-created' && byKeynag(event))) continue
    const entry = evidence.entries.find((each) => each.accessKeyId === accessKeyId)
    for (const event of events) {
      if (!isDeactivation(event) || !byKeynag(event)) continue
      const sentence =
        entry === undefined
          ? 'was deactivated without a ledger entry'
          : wrong({ accessKeyId, entry, event, events })
      if (sentence !== undefined) violations.push(`${accessKeyId} ${sentence}`)
    }
  }
  return violations
}
