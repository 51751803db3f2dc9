import { playSeed } from './jobs.ts'
import type { Played } from './play.ts'

/**
 * Drops faults, deeds, users and policies, as long as the seed still breaks the same invariant. It
 * drops many at once first, and then fewer, so that long runs are shortened quickly.
 */
export async function shrink(
  seed: number,
): Promise<{ played: Played; dropped: ReadonlySet<string> }> {
  let played = await playSeed(seed)
  const invariant = played.violations[0]?.invariant
  if (invariant === undefined) return { played, dropped: new Set() }
  let dropped: ReadonlySet<string> = new Set()
  for (let size = Math.ceil(played.incidents.length / 2); size > 0;) {
    let isShorter = false
    for (let end = played.incidents.length; end > 0; end -= size) {
      const some = played.incidents.slice(Math.max(0, end - size), end)
      const without = new Set([...dropped, ...some.map(({ kind, index }) => `${kind} ${index}`)])
      if (without.size === dropped.size) continue
      const shorter = await playSeed(seed, without)
      if (shorter.violations[0]?.invariant !== invariant) continue
      dropped = without
      played = shorter
      isShorter = true
    }
    // One by one, it goes on until nothing more can be dropped.
    if (size > 1) size = Math.floor(size / 2)
    else if (!isShorter) break
  }
  return { played, dropped }
}
