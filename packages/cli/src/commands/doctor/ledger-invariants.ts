import { type Entry, type EntryState, type FactRecord, transition } from '@keynag/core'

/** Checks the invariants of docs/rotation.md that a key's timeline shows; names each broken one. */
export function brokenIn(entry: Entry, timeline: readonly FactRecord[]): readonly string[] {
  return [
    ...numbering(entry, timeline),
    ...transitions(timeline),
    ...deletion(timeline),
    ...warning(timeline),
  ]
}

/** I10: every change has its fact. */
function numbering(entry: Entry, timeline: readonly FactRecord[]): readonly string[] {
  const gap = timeline.findIndex(({ version }, index) => version !== index + 1)
  if (gap !== -1) return [`I10: fact ${gap + 1} is missing`]
  return timeline.length === entry.version
    ? []
    : [`I10: the entry has version ${entry.version}, and its last fact has ${timeline.length}`]
}

/** I10: every transition is a declared one. */
function transitions(timeline: readonly FactRecord[]): readonly string[] {
  let state: EntryState = 'nagging'
  for (const { fact, version } of timeline.slice(1)) {
    const next = transition(state, fact.kind)
    if (next === undefined) return [`I10: "${fact.kind}" (fact ${version}) while ${state}`]
    state = next
  }
  return []
}

/** I5: keynag deletes only a key that it has deactivated. */
function deletion(timeline: readonly FactRecord[]): readonly string[] {
  const deleted = timeline.findIndex(({ fact }) => fact.kind === 'deleted')
  if (deleted === -1) return []
  const before = timeline.slice(0, deleted)
  return before.some(({ fact }) => fact.kind === 'deactivated')
    ? []
    : ['I5: deleted without a deactivation']
}

/** I14: keynag deactivates only after a delivered message that had not come back by then. */
function warning(timeline: readonly FactRecord[]): readonly string[] {
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
    return isWarned ? [] : ['I14: deactivated without a delivered warning']
  })
}
