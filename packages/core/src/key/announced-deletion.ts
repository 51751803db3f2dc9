import type { FactRecord } from './fact.ts'

/**
 * Whether the timeline before a deletion says that the owner was told its date: by a delivered message
 * since the deactivation that was not withdrawn, and that no release or exemption made void.
 */
export function isDeletionAnnounced(
  timeline: readonly FactRecord[],
  deletion: FactRecord,
): boolean {
  const before = timeline.filter(({ version }) => version < deletion.version)
  const from = before.findLastIndex(
    ({ fact }) =>
      fact.kind === 'deactivated' ||
      fact.kind === 'released' ||
      fact.kind === 'exempted' ||
      (fact.kind === 'observed' && fact.anew === true),
  )
  const since = before.slice(from + 1).map(({ fact }) => fact)
  const cameBack = new Set(
    since.flatMap((fact) => (fact.kind === 'delivery-withdrawn' ? [fact.noticeId] : [])),
  )
  return since.some(
    (fact) =>
      fact.kind === 'deactivation-delivered' &&
      fact.deletesAt !== undefined &&
      fact.deletesAt <= deletion.at &&
      !cameBack.has(fact.noticeId),
  )
}
