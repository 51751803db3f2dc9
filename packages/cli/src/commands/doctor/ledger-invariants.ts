import {
  isDeletionAnnounced,
  transition,
  type Entry,
  type EntryState,
  type FactRecord,
} from '@keynag/core'
import { invariantTitle, type InvariantId } from '@keynag/core/invariants'

/** Finds what breaks one invariant in the timeline of one key: a sentence for each case. */
type TimelineCheck = (entry: Entry, timeline: readonly FactRecord[]) => readonly string[]

const timelineChecks = [
  ['I10', numbering],
  ['I10', transitions],
  ['I5', deletion],
  ['I14', warning],
  ['I14', announcement],
] as const satisfies readonly (readonly [InvariantId, TimelineCheck])[]

/** Found while the doctor walks over all entries. */
const oneReplacement: InvariantId = 'I8'

/** What the doctor checks. */
export const doctorInvariants: ReadonlySet<InvariantId> = new Set([
  ...timelineChecks.map(([invariant]) => invariant),
  oneReplacement,
])

/** What breaks an invariant in the timeline of a key, with the invariant's number and sentence. */
export const brokenIn: TimelineCheck = (entry, timeline) =>
  timelineChecks.flatMap(([invariant, check]) =>
    check(entry, timeline).map((sentence) => `${invariantTitle(invariant)}: ${sentence}`),
  )

/** What is wrong when two keys of one user are `issuing`. */
export const secondReplacement = (other: Entry): string =>
  `${invariantTitle(oneReplacement)}: keynag is making two replacements for one user at once, the other one for ${other.accessKeyId}`

/** I10: every change has its fact. */
function numbering(entry: Entry, timeline: readonly FactRecord[]): readonly string[] {
  const gap = timeline.findIndex(({ version }, index) => version !== index + 1)
  if (gap !== -1) return [`fact ${gap + 1} is missing`]
  return timeline.length === entry.version
    ? []
    : [`the entry has version ${entry.version}, and its last fact has ${timeline.length}`]
}

/** I10: every transition is a declared one. */
function transitions(_: Entry, timeline: readonly FactRecord[]): readonly string[] {
  let state: EntryState = 'nagging'
  for (const { fact, version } of timeline.slice(1)) {
    const next = transition(state, fact.kind)
    if (next === undefined) return [`"${fact.kind}" (fact ${version}) while ${state}`]
    state = next
  }
  return []
}

/** I5: keynag deletes only a key that it has deactivated. */
function deletion(_: Entry, timeline: readonly FactRecord[]): readonly string[] {
  const deleted = timeline.findIndex(({ fact }) => fact.kind === 'deleted')
  if (deleted === -1) return []
  const before = timeline.slice(0, deleted)
  return before.some(({ fact }) => fact.kind === 'deactivated')
    ? []
    : ['deleted without a deactivation']
}

/** I14: keynag deactivates only after a delivered message that had not come back by then. */
function warning(_: Entry, timeline: readonly FactRecord[]): readonly string[] {
  return timeline.flatMap(({ fact }, index) => {
    if (fact.kind !== 'deactivated') return []
    const before = timeline.slice(0, index).map((record) => record.fact)
    const cameBack = new Set(
      before.flatMap((each) => (each.kind === 'delivery-withdrawn' ? [each.noticeId] : [])),
    )
    const isWarned = before.some(
      (each) =>
        (each.kind === 'replacement-delivered' ||
          (each.kind === 'nagged' && each.announced !== 'none')) &&
        !cameBack.has(each.noticeId),
    )
    return isWarned ? [] : ['deactivated without a delivered warning']
  })
}

/** I14: keynag deletes only what it announced with a date. Release 0.1.0 recorded no dates. */
function announcement(_: Entry, timeline: readonly FactRecord[]): readonly string[] {
  const hasDates = timeline.some(
    ({ fact }) => fact.kind === 'nagged' && fact.notBefore !== undefined,
  )
  const deletion = timeline.find(({ fact }) => fact.kind === 'deleted')
  if (!hasDates || deletion === undefined || isDeletionAnnounced(timeline, deletion)) return []
  return ['deleted without a delivered message that named the date']
}
