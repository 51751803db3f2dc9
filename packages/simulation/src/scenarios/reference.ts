import { addStaleUser, scenario } from './estate-of.ts'

/**
 * The usual rotation of one stale key: keynag finds it, nags, issues a replacement that the owner
 * picks up, deactivates and deletes the old key, and retires the hand-over secret.
 */
export const reference = scenario('reference', {
  begin: (simulation) => {
    addStaleUser(simulation, 'ann')
  },
})
