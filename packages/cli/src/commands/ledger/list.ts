import type { Entry, EpochMs } from '@keynag/core'
import { csvLine } from '../../csv.ts'
import { readOptions } from '../../options.ts'
import { withPlace } from '../../place-options.ts'
import { plural } from '../../plural.ts'
import type { CommandContext } from '../../command-context.ts'
import type { Shell } from '../../shell.ts'
import { tableInParts } from '../../table.ts'
import { entryColumns, entryCsv, entryJson, entryRow } from './entry-row.ts'
import { ListOptions } from './options.ts'
import { reportReading } from './report-reading.ts'
import { selectEntries } from './select-entries.ts'

/** So many are in memory and in one table at a time. */
const partSize = 100

export function list(raw: unknown, context: CommandContext): Promise<void> {
  const { shell } = context
  const options = readOptions(ListOptions, raw)
  return withPlace(raw, context, async (place) => {
    const now = place.clock.now()
    const reading = reportReading(place, context)
    const limit = options.all ? Infinity : options.limit
    const print = printer(options, shell, now)
    let shown = 0
    let part: Entry[] = []
    let more = false
    for await (const entry of selectEntries(reading.ledger, options, now)) {
      if (shell.interrupted.aborted) return
      if (shown === limit) {
        more = true
        break
      }
      shown += 1
      part.push(entry)
      if (part.length === partSize) {
        await print(part)
        part = []
        shell.progress(`${plural(shown, 'key')} so far`)
      }
    }
    if (part.length > 0 || (shown === 0 && options.csv)) await print(part)
    if (shown === 0) shell.remark('No key fits.')
    if (more) {
      shell.remark(`These are the first ${plural(shown, 'key')}: --all shows all, --limit so many.`)
    }
    reading.finish()
  })
}

function printer(
  { json, csv }: Pick<ListOptions, 'json' | 'csv'>,
  shell: Shell,
  now: EpochMs,
): (entries: readonly Entry[]) => Promise<void> {
  if (json) {
    return (entries) =>
      shell.print(entries.map((entry) => JSON.stringify(entryJson(entry, now))).join('\n'))
  }
  if (csv) {
    let titles = [csvLine(entryCsv.titles)]
    return async (entries) => {
      const lines = entries.map((entry) => csvLine(entryCsv.cells(entry, now)))
      await shell.print([...titles, ...lines].join('\n'))
      titles = []
    }
  }
  const table = tableInParts(entryColumns, shell)
  return (entries) => shell.print(table(entries.map((entry) => entryRow(entry, now))))
}
