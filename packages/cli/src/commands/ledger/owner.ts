import { type Entry, everyItem } from '@keynag/core'
import { readOptions } from '../../options.ts'
import { withPlace } from '../../place-options.ts'
import { plural } from '../../plural.ts'
import type { CommandContext } from '../../command-context.ts'
import { tableOf } from '../../table.ts'
import { entryColumns, entryJson, entryRow } from './entry-row.ts'
import { JsonOption, ownerIdOf } from './options.ts'
import { reportReading } from './report-reading.ts'

export function showOwner(address: unknown, raw: unknown, context: CommandContext): Promise<void> {
  const { shell } = context
  const owner = ownerIdOf(address)
  const { json } = readOptions(JsonOption, raw)
  return withPlace(raw, context, async (place) => {
    const now = place.clock.now()
    const reading = reportReading(place, context)
    const entries: Entry[] = []
    for await (const entry of everyItem((cursor) => reading.ledger.entriesOfOwner(owner, cursor))) {
      entries.push(entry)
    }
    if (json) {
      const keys = entries.map((entry) => entryJson(entry, now))
      await shell.print(JSON.stringify({ owner, keys }, undefined, 2))
    } else if (entries.length === 0) {
      await shell.print(`The ledger of ${place.name} holds no key of ${owner}.`)
    } else {
      const accounts = new Set(entries.map(({ accountId }) => accountId)).size
      const rows = entries.map((entry) => entryRow(entry, now))
      const columns = entryColumns.filter(({ title }) => title !== 'owner')
      await shell.print(tableOf(rows, columns, shell))
      await shell.print(
        `\n${plural(entries.length, 'key')} of ${owner} in ${plural(accounts, 'account')}`,
      )
    }
    reading.finish()
  })
}
