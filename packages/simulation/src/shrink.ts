import { playSeed } from './jobs.ts'
import type { Played } from './play.ts'

/** Drops faults and deeds one by one, as long as the seed still breaks the same invariant. */
export async function shrink(
  seed: number,
): Promise<{ played: Played; dropped: ReadonlySet<string> }> {
  let played = await playSeed(seed)
  const invariant = played.violations[0]?.invariant
  if (invariant === undefined) return { played, dropped: new Set() }
  const dropped = new Set<string>()
  for (let isShrinking = true; isShrinking;) {
    isShrinking = false
    for (const { kind, index } of played.incidents.toReversed()) {
      const each = `${kind} ${index}`
      if (dropped.has(each)) continue
      const without = await playSeed(seed, new Set([...dropped, each]))
      if (without.violations[0]?.invariant !== invariant) continue
      dropped.add(each)
      played = without
      isShrinking = true
    }
  }
  return { played, dropped }
}
