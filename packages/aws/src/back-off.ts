/** Chance as a number from 0 up to, not including, 1. */
export type Random = () => number

/**
 * Exponential back-off with equal jitter, in milliseconds: half of the doubled pause is certain,
 * half is chance, so that accounts that were refused together do not come back together.
 *
 * @param tries how often it was tried before, from 0
 */
export function backOffMs(
  tries: number,
  { firstMs, mostMs, random }: { firstMs: number; mostMs: number; random: Random },
): number {
  const full = Math.min(mostMs, firstMs * 2 ** tries)
  return Math.round(full / 2 + (full / 2) * random())
}
