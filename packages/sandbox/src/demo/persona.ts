/**
 * How the people and programs of the demo behave:
 *
 * - `prompt` replaces the key after the second reminder, or installs what keynag hands over
 * - `taker` ignores reminders and installs the replacement that keynag hands over
 * - `idle` never reads, and nothing uses the key
 * - `busy` never reads, while a program goes on using the old key
 * - `reactivator` switches a deactivated key on again
 * - `by-hand` makes a second key, never uses it and goes on with the first
 * - `leaver` has left: nobody answers for the key
 * - `break-glass` keeps a key for emergencies, exempt until a date
 * - `tidy` replaces keys in time, so that none gets stale
 */
const personas = [
  'prompt',
  'taker',
  'idle',
  'busy',
  'reactivator',
  'by-hand',
  'leaver',
  'break-glass',
  'tidy',
] as const
export type Persona = (typeof personas)[number]

/** Of every hundred users so many; whoever is left is tidy. */
const shares: readonly (readonly [Persona, number])[] = [
  ['prompt', 9],
  ['taker', 7],
  ['idle', 7],
  ['busy', 2],
  ['reactivator', 2],
  ['by-hand', 2],
  ['leaver', 2],
  ['break-glass', 2],
]

/** The persona of the nth user: each appears among the first two dozen, then by its share. */
export function personaOf(index: number, random: () => number): Persona {
  const certain = index < 2 * personas.length ? personas[index % personas.length] : undefined
  if (certain !== undefined) return certain
  let drawn = random() * 100
  for (const [persona, share] of shares) {
    if (drawn < share) return persona
    drawn -= share
  }
  return 'tidy'
}
