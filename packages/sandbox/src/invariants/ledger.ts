import { isDeletionAnnounced, transition, type EntryState } from '@keynag/core'
import type { Check } from './invariant.ts'

/** I10: every timeline is a walk through the transition table, without a gap. */
export const onlyDeclaredTransitions: Check = ({ timelines }) => {
  const violations: string[] = []
  for (const [accessKeyId, facts] of timelines) {
    let state: EntryState | undefined
    for (const [index, { fact, version }] of facts.entries()) {
      const next: EntryState | undefined =
        state === undefined
          ? fact.kind === 'found'
            ? 'nagging'
            : undefined
          : transition(state, fact.kind)
      if (next === undefined || version !== index + 1) {
        violations.push(`${accessKeyId}: "${fact.kind}" as fact ${version} while ${state ?? 'new'}`)
        break
      }
      state = next
    }
  }
  return violations
}

/** I9: a nag counts once in its period, for each person who is nagged. */
export const nagsKeepTheirDistance: Check = ({ timelines }) => {
  const violations: string[] = []
  for (const [accessKeyId, facts] of timelines) {
    const days = facts.flatMap(({ fact, at }) =>
      fact.kind === 'nagged' || fact.kind === 'posted'
        ? [`${new Date(at).toISOString().slice(0, 10)} ${fact.delivery.to}`]
        : [],
    )
    if (new Set(days).size < days.length) {
      violations.push(`${accessKeyId} was counted twice on one day`)
    }
  }
  return violations
}

/** I14: each deletion was announced with its date. */
export const deletionsWereAnnounced: Check = ({ timelines }) =>
  [...timelines].flatMap(([accessKeyId, facts]) =>
    facts
      .filter((record) => record.fact.kind === 'deleted' && !isDeletionAnnounced(facts, record))
      .map(() => `${accessKeyId} was deleted, and no delivered message named the date`),
  )
