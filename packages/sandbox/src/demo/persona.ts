/**
 * The behaviours of the people and programs of the demo:
 *
 * - `prompt` replaces the key after the second reminder, or installs keynag's replacement
 * - `taker` ignores reminders, and installs keynag's replacement
 * - `idle` reads no messages and does not use the key
 * - `busy` reads no messages, and its program continues to use the old key
 * - `reactivator` reactivates a key that keynag deactivated
 * - `by-hand` creates a second key, does not use it, and keeps the first
 * - `leaver` has left the company, so the key has no owner
 * - `break-glass` keeps a key for emergencies, which is exempt until a date
 * - `fleet` is one of many programs that all belong to one owner, who installs keynag's replacements
 * - `tidy` replaces keys before they become stale
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
/** More keys than one message can name. */
const fleetSize = 70

export type Persona = (typeof personas)[number] | 'fleet'

/** The share of each persona in percent. All other users are `tidy`. */
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

/**
 * The persona of the nth user. The first users take all personas in turn, twice, so that even a
 * small demo has each of them. Of the later users every third belongs to the fleet, until it is
 * complete; the others follow the shares.
 */
export function personaOf(index: number, random: () => number): Persona {
  const certain = index < 2 * personas.length ? personas[index % personas.length] : undefined
  if (certain !== undefined) return certain
  const rest = index - 2 * personas.length
  if (rest % 3 === 0 && rest / 3 < fleetSize) return 'fleet'
  let drawn = random() * 100
  for (const [persona, share] of shares) {
    if (drawn < share) return persona
    drawn -= share
  }
  return 'tidy'
}
