import type { DeadLetter } from '@keynag/core'
import type { Place } from '../../place/place.ts'
import type { Shell } from '../../shell/shell.ts'
import { isAbout, isWanted } from './filter.ts'
import { type Facts, lookUp } from './look-up.ts'
import type { Filters } from './options.ts'
import { type Reading, readLetter } from './read-letter.ts'
import type { Walk } from './walk.ts'

export interface Found {
  readonly letter: DeadLetter
  readonly reading: Reading
  /** What the ledger said when the letter was received. */
  readonly facts: Facts
}

/** The letters that match the filters, one by one, until Ctrl-C. */
export async function* eachLetter(
  walk: Walk,
  { ledger, clock }: Pick<Place, 'ledger' | 'clock'>,
  { interrupted, progress }: Pick<Shell, 'interrupted' | 'progress'>,
  filters: Filters,
): AsyncGenerator<Found> {
  for await (const round of walk.rounds()) {
    progress(`looked at ${walk.looked} dead letters`)
    const now = clock.now()
    const wanted = round
      .map((letter) => ({ letter, reading: readLetter(letter) }))
      .filter(({ letter, reading }) => isWanted(letter, reading, now, filters))
    const found = await Promise.all(
      wanted.map(async ({ letter, reading }) => ({
        letter,
        reading,
        facts: await lookUp(ledger, reading, now),
      })),
    )
    for (const each of found) {
      if (interrupted.aborted) return
      if (isAbout(each.reading, each.facts, filters)) yield each
    }
  }
}
