import { byKeynag, keyHistories, type Check } from './invariant.ts'

/** I1: the replacement can be fetched until somebody uses it, or is gone. */
export const replacementsAreStored: Check = ({ world }) => {
  const violations = []
  for (const [accessKeyId, events] of keyHistories(world)) {
    if (!events.some((event) => event.kind === 'key-created' && byKeynag(event))) continue
    const isGone = events.some((event) => event.kind === 'key-deleted')
    const pickedUp = events.some((event) => event.kind === 'key-used' && event.service !== 'sts')
    const isStored = world.holdingsOf(accessKeyId).some((holding) => holding.retrievable)
    if (!isGone && !pickedUp && !isStored) {
      violations.push(`nobody can fetch ${accessKeyId} any more`)
    }
  }
  return violations
}

/** I2: no secret in anything that was written or sent. */
export const noSecretIsWritten: Check = ({ world, writings }) =>
  writings.flatMap(({ what, text }) =>
    world.keysLeakedIn(text).map((id) => `the secret of ${id} stands in ${what}`),
  )
