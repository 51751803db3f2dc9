import { operate } from '../../operator.ts'
import type { Cue } from '../../scenario.ts'
import type { Simulation } from '../../simulation.ts'
import { givenAwayWhile } from './bounces.ts'
import { after, does } from './cues.ts'
import { enforcing } from './organizations.ts'
import { story, type Story } from './story.ts'

/** The user deletes the key, and a scan sees that, while keynag sends this message. */
const goneWhile = (nth: number): Cue<Simulation> => ({
  at: 'notify messenger.send',
  nth,
  deed: async (simulation) => {
    await does('deletes the old key')(simulation)
    const [entry] = simulation.books.entries.values()
    if (entry === undefined) return
    const open = simulation.books.rotationOf(entry)?.rotationId
    await operate(simulation, entry.accessKeyId, () => ({
      kind: 'resolved',
      how: 'deleted-by-owner',
      ...(open === undefined ? {} : { open }),
    }))
  },
})

/** A message with a date is on its way, and the key moves on before keynag can record the message. */
export const datesInFlight: readonly Story[] = [
  story(
    'a key is gone while its owner is warned',
    'Ann deletes the key while keynag sends her the first nag: keynag tells her that the date in it is off.',
    {
      organization: enforcing('deactivate'),
      script: [goneWhile(1)],
      days: 20,
      facts: ['resolved date-read', 'resolved called-off'],
    },
  ),
  story(
    'a key is gone while its owner is told of the replacement',
    'Ann deletes the old key while keynag tells her where its replacement is: keynag tells her that the date in the message is off.',
    {
      script: [goneWhile(2)],
      days: 20,
      facts: ['resolved date-read', 'resolved called-off'],
    },
  ),
  story(
    'a key gets another owner while the one before is warned, and is gone before it is off',
    'keynag could not record that Ann was warned, because the key has another owner by then: it tells her that the date is off.',
    {
      organization: enforcing('deactivate'),
      script: [givenAwayWhile('owner:other@example.com')],
      begin: after(0, 12, does('deletes the old key')),
      days: 20,
      never: ['nagging deactivated'],
    },
  ),
]
