/**
 * A number from 0 to 1 that depends only on the arguments. Each question has its own number, so a
 * run without one fault still has all the others: this is what makes shrinking possible.
 */
export function chance(seed: number, what: string, index: number): number {
  let hash = (seed ^ 0x9e3779b9) >>> 0
  for (let at = 0; at < what.length; at += 1) {
    hash = Math.imul(hash ^ what.charCodeAt(at), 0x01000193) >>> 0
  }
  hash = Math.imul(hash ^ index, 0x85ebca6b) >>> 0
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x27d4eb2f) >>> 0
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32
}

/** One of the items, by the seed. */
export function choose<T>(seed: number, what: string, index: number, from: readonly T[]): T {
  const item = from[Math.floor(chance(seed, what, index) * from.length)]
  if (item === undefined) throw new RangeError('there is nothing to choose from')
  return item
}
