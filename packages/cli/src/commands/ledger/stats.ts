import type { Command } from 'commander'
import { everyItem, isoTime, UnreadAccounts } from '@keynag/core'
import { plural, withIsoTimes } from '../../output/format.ts'
import { withPlace, addPlaceOptions, reportReading } from '../../place/open-place.ts'
import { JsonOption, readOptions } from '../../shell/options.ts'
import type { CommandContext } from '../../shell/shell.ts'
import { Counts } from './counts.ts'
import { newestScans } from './newest-scans.ts'
import { renderStats, type Stats } from './render-stats.ts'

const examples = `
Examples
  npx pnpm keynag ledger stats --sandbox
  npx pnpm keynag ledger stats --stage production --json | jq .coverage.notScanned`

export const addStats = (ledger: Command, context: CommandContext): void => {
  const command = ledger
    .command('stats')
    .description(
      'Counts keys by state, policy, age and hold, and names accounts not scanned or unread.',
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', examples)
  addPlaceOptions(command).action((raw: unknown) => stats(raw, context))
}

const progressEvery = 1_000

function stats(raw: unknown, context: CommandContext): Promise<void> {
  const { shell } = context
  const { json } = readOptions(JsonOption, raw)
  return withPlace(raw, context, async (place) => {
    const now = place.clock.now()
    const reading = reportReading(place, context)
    const counts = new Counts(now)
    const accounts = await reading.ledger.accounts()
    const unread = new UnreadAccounts(accounts, place.organization.policies, now)
    for await (const entry of everyItem((cursor) => reading.ledger.allEntries(cursor))) {
      if (shell.interrupted.aborted) return
      counts.add(entry)
      unread.add(entry)
      if (counts.keys % progressEvery === 0) shell.progress(`${plural(counts.keys, 'key')} so far`)
    }
    const result: Stats = {
      place: place.name,
      ...counts.toJSON(),
      freezes: (await place.ledger.freezes()).map((freeze) => ({
        ...freeze,
        since: isoTime(freeze.since),
      })),
      coverage: (await newestScans(reading.ledger, now)) ?? null,
      unread: unread.rows(),
      unreadable: reading.unreadable(),
    }
    await shell.print(
      json ? JSON.stringify(withIsoTimes(result), undefined, 2) : renderStats(result, shell),
    )
    reading.finish()
  })
}
