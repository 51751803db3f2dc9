import {
  decide,
  type Decision,
  type EnforcementStep,
  type Entry,
  type EpochMs,
  type FactRecord,
  type Freeze,
  isoTime,
  type Policies,
} from '@keynag/core'
import { minuteOf, withIsoTimes } from '../../output/format.ts'
import { announcementsOf, type Announcement } from './announcements.ts'
import { entryJson } from './entry-row.ts'
import { actorInWords, factInWords } from './fact-words.ts'

/** One key: its entry, its next step, and everything that happened to it. */
export interface Story {
  readonly entry: Entry
  readonly next: Decision
  readonly freeze: Freeze | undefined
  /** What people were told that keynag does, and what became of it. */
  readonly announcements: readonly Announcement[]
  readonly timeline: readonly FactRecord[]
  readonly now: EpochMs
}

export const storyOf = (
  entry: Entry,
  timeline: readonly FactRecord[],
  { freeze, policies, now }: { freeze: Freeze | undefined; policies: Policies; now: EpochMs },
): Story => ({
  entry,
  next: decide(entry, policies, now),
  freeze,
  announcements: announcementsOf(timeline),
  timeline,
  now,
})

/** The story as JSON for other programs. */
export function storyJson({ entry, next, freeze, announcements, timeline, now }: Story): object {
  const { what, rule } = decisionInWords(next)
  return {
    entry: entryJson(entry, now),
    next: {
      kind: next.kind,
      what,
      rule,
      ...(next.kind === 'wait' && next.until !== undefined ? { until: isoTime(next.until) } : {}),
    },
    ...(freeze === undefined ? {} : { freeze: withIsoTimes(freeze) }),
    announcements: announcements.map((each) => withIsoTimes(each)),
    timeline: timeline.map((record) => {
      const words = factInWords(record.fact)
      return {
        at: isoTime(record.at),
        version: record.version,
        what: words.what,
        rule: words.why ?? null,
        by: actorInWords(record.actor),
        actor: record.actor,
        fact: withIsoTimes(record.fact),
      }
    }),
  }
}

/** What keynag does next by itself, and the rule behind it. */
export function decisionInWords(decision: Decision): { what: string; rule: string } {
  switch (decision.kind) {
    case 'wait':
      return {
        what:
          decision.until === undefined
            ? 'nothing by itself'
            : `nothing before ${minuteOf(decision.until)}`,
        rule: decision.rule,
      }
    case 'nag':
      return { what: 'a reminder, at the next sweep', rule: decision.rule }
    case 'escalate':
      return { what: `tell ${decision.rung.to}, at the next sweep`, rule: decision.rule }
    case 'enforce':
      return { what: `${stepInWords[decision.step]}, at the next sweep`, rule: decision.rule }
    case 'call-off':
      return { what: 'tell the owner that a date is off, at the next sweep', rule: decision.rule }
    case 'hold':
      return { what: `a hold that an operator must release: ${decision.code}`, rule: decision.why }
    default:
      return decision satisfies never
  }
}

const stepInWords: Readonly<Record<EnforcementStep, string>> = {
  rotate: 'make a replacement',
  deactivate: 'deactivate the key',
  delete: 'delete the key',
  abandon: 'give up the rotation',
  tell: 'tell the owner of the replacement again',
  settle: 'find out whether it has changed the key: an answer of AWS was lost',
  'retire-secret': "delete the replacement's secret from Secrets Manager",
}
