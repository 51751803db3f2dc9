import { dayMs } from '@keynag/core'
import { keysHeld } from '../../estate.ts'
import { use } from '../../people.ts'
import { startsAt } from '../../scenario.ts'
import type { Simulation } from '../../simulation.ts'
import { after, ann } from './cues.ts'
import { enforcing } from './organizations.ts'
import { story, type Story } from './story.ts'

/** The owner read a date, and something comes in between. */
export const announcedDates: readonly Story[] = [
  story(
    'a second key waits for a key that is held',
    'Ann has two stale keys, and keynag holds the one that she uses: it cannot deactivate the other one on its date, and goes on reminding her with a new date.',
    {
      organization: enforcing('deactivate', { nag: { everyDays: 1 } }),
      begin: (simulation, user) => {
        simulation.estate.addKey(user, startsAt - 94 * dayMs, 'person')
        usedDaily(simulation)
      },
      holds: ['still-in-use'],
      never: ['nagging deactivated'],
    },
  ),
]

/** A program uses Ann's older key every day. */
function usedDaily(simulation: Simulation): void {
  for (let day = 0; day < 12; day += 1) {
    after(day, 0, (later) => use(later, keysHeld(ann(later))[0]))(simulation)
  }
}
