import { everyItem, isoTime } from '@keynag/core'
import { readOptions } from '../../options.ts'
import { withPlace } from '../../place-options.ts'
import { plural } from '../../plural.ts'
import type { CommandContext } from '../../command-context.ts'
import { Counts } from './counts.ts'
import { newestScans } from './newest-scans.ts'
import { JsonOption } from './options.ts'
import { renderStats, type Stats } from './render-stats.ts'
import { reportReading } from './report-reading.ts'

const progressEvery = 1_000

export function stats(raw: unknown, context: CommandContext): Promise<void> {
  const { shell } = context
  const { json } = readOptions(JsonOption, raw)
  return withPlace(raw, context, async (place) => {
    const now = place.clock.now()
    const reading = reportReading(place, context)
    const counts = new Counts(now)
    for await (const entry of everyItem((cursor) => reading.ledger.allEntries(cursor))) {
      if (shell.interrupted.aborted) return
      counts.add(entry)
      if (counts.keys % progressEvery === 0) shell.progress(`${plural(counts.keys, 'key')} so far`)
    }
    const freeze = await place.ledger.freeze()
    const result: Stats = {
      place: place.name,
      ...counts.toJSON(),
      freeze: freeze === undefined ? null : { ...freeze, since: isoTime(freeze.since) },
      coverage: (await newestScans(reading.ledger, now)) ?? null,
      unreadable: reading.unreadable(),
    }
    await shell.print(json ? JSON.stringify(result, undefined, 2) : renderStats(result, shell))
    reading.finish()
  })
}
