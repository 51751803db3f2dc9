import { dayMs, type AccessKeyId, type Entry, type FactRecord } from '@keynag/core'
import type { Change } from './changes.ts'
import { fleetOwner } from './names.ts'
import { startAt, type Story } from './story.ts'

const dayOf = (at: number): number => Math.floor((at - startAt) / dayMs) + 1

/** A box of the inbox to look at: from which day on, and why. */
export type LookUp = Change

/** The changes, the owner with the most keys, and an owner who did not install a replacement. */
export function lookUpsOf(
  { changes }: Story,
  entries: readonly Entry[],
  timelines: ReadonlyMap<AccessKeyId, readonly FactRecord[]>,
): readonly LookUp[] {
  const found = [...changes]
  const nagged = entries
    .filter(({ owner }) => owner.email === fleetOwner)
    .flatMap(({ userId, accessKeyId }) => {
      const first = timelines.get(accessKeyId)?.find(({ fact }) => fact.kind === 'nagged')
      return first === undefined ? [] : [{ userId, at: first.at }]
    })
  if (nagged.length > 0) {
    const keys = new Set(nagged.map(({ userId }) => userId)).size
    const day = dayOf(Math.min(...nagged.map(({ at }) => at)))
    const what = `owns ${keys} stale keys: each of them is named, over several messages`
    found.push({ day, reader: fleetOwner, what })
  }
  const uninstalled = entries.find(
    ({ hold, handover, owner }) =>
      hold?.code === 'still-in-use' && handover !== undefined && owner.email !== undefined,
  )
  if (uninstalled?.hold !== undefined) {
    const { accessKeyId, hold, owner } = uninstalled
    const what = `did not install the replacement of ${accessKeyId}, which is in use and held`
    found.push({ day: dayOf(hold.since), ...(owner.email && { reader: owner.email }), what })
  }
  return found.toSorted((a, b) => a.day - b.day)
}
