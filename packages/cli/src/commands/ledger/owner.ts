import type { Command } from 'commander'
import { type Entry, everyItem } from '@keynag/core'
import { plural } from '../../output/format.ts'
import { tableOf } from '../../output/table.ts'
import { withPlace, addPlaceOptions, reportReading } from '../../place/open-place.ts'
import { JsonOption, ownerIdOf, readOptions } from '../../shell/options.ts'
import type { CommandContext } from '../../shell/shell.ts'
import { entryColumns, entryJson, entryRow } from './entry-row.ts'

const examples = `
Examples
  npx pnpm keynag ledger owner ann@example.com --stage production
  npx pnpm keynag ledger owner arn:aws:iam::111122223333:user/etl --stage production

Where keynag found no owner for a user, give the ARN of that user.`

export const addOwner = (ledger: Command, context: CommandContext): void => {
  const command = ledger
    .command('owner <address>')
    .description("Lists one owner's keys in all accounts.")
    .option('--json', 'print one JSON object')
    .addHelpText('after', examples)
  addPlaceOptions(command).action((owner: unknown, raw: unknown) => showOwner(owner, raw, context))
}

function showOwner(address: unknown, raw: unknown, context: CommandContext): Promise<void> {
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
      await shell.print(`The ledger of ${place.name} has no key of ${owner}.`)
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
