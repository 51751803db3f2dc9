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
import { entryJson } from './entry-row.ts'
import { actorInWords, factInWords } from './fact-words.ts'

/** One key: what the ledger holds, what comes next, and everything that happened. */
export interface Story {
  readonly entry: Entry
  readonly next: Decision
  readonly freeze: Freeze | undefined
  readonly timeline: readonly FactRecord[]
  readonly now: EpochMs
}

export const storyOf = (
  entry: Entry,
  timeline: readonly FactRecord[],
  { freeze, policies, now }: { freeze: Freeze | undefined; policies: Policies; now: EpochMs },
): Story => ({ entry, next: decide(entry, policies, now), freeze, timeline, now })

/** The story for other programs. */
export function storyJson({ entry, next, freeze, timeline, now }: Story): object {
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
    timeline: timeline.map((record) => {
      const told = factInWords(record.fact)
      return {
        at: isoTime(record.at),
        version: record.version,
        what: told.what,
        rule: told.why ?? null,
        by: actorInWords(record.actor),
        actor: record.actor,
        fact: withIsoTimes(record.fact),
      }
    }),
  }
}

/** What keynag does next by itself, and the rule that says so. */
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
    case 'hold':
      return { what: `a hold for an operator: ${decision.code}`, rule: decision.why }
    default:
      return decision satisfies never
  }
}

const stepInWords: Readonly<Record<EnforcementStep, string>> = {
  rotate: 'make a replacement',
  deactivate: 'deactivate the key',
  delete: 'delete the key',
  abandon: 'give the rotation up',
  tell: 'tell the owner of the replacement again',
  'retire-secret': "take the replacement's secret out of Secrets Manager",
}
