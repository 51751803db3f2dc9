/** A random number from 0 up to, but not including, 1. */
export type Random = () => number

/**
 * Exponential back-off with equal jitter, in milliseconds: half of the doubled pause is fixed and half
 * is random, so that accounts that AWS refused together do not try again together.
 *
 * @param tries how many tries came before, from 0
 */
export function backOffMs(
  tries: number,
  { firstMs, mostMs, random }: { firstMs: number; mostMs: number; random: Random },
): number {
  const full = Math.min(mostMs, firstMs * 2 ** tries)
  return Math.round(full / 2 + (full / 2) * random())
}
