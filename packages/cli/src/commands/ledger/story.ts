import {
  decide,
  isoTime,
  type Decision,
  type Entry,
  type EpochMs,
  type FactRecord,
  type Freeze,
  type Policies,
} from '@keynag/core'
import { decisionInWords } from './decision-words.ts'
import { entryJson } from './entry-row.ts'
import { actorInWords, factInWords } from './fact-words.ts'
import { withIsoTimes } from './times.ts'

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
