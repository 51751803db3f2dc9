import { addStaleUser, scenario } from './estate-of.ts'

/**
 * One user, one key past its limit: found, nagged, replaced, the replacement picked up, the old key
 * deactivated and deleted, the hand-over secret retired.
 */
export const reference = scenario('reference', {
  begin: (simulation) => {
    addStaleUser(simulation, 'ann')
  },
})
