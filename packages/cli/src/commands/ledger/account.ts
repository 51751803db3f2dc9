import { readOptions } from '../../options.ts'
import { withPlace } from '../../place-options.ts'
import type { CommandContext } from '../../command-context.ts'
import { viewOf } from './account-view.ts'
import { accountJson, renderAccount } from './render-account.ts'
import { AccountOptions, accountIdOf } from './options.ts'
import { reportReading } from './report-reading.ts'

export function showAccount(id: unknown, raw: unknown, context: CommandContext): Promise<void> {
  const { shell } = context
  const accountId = accountIdOf(id)
  const { json, days } = readOptions(AccountOptions, raw)
  return withPlace(raw, context, async (place) => {
    const reading = reportReading(place, context)
    const view = await viewOf(reading.ledger, accountId, days, place.clock.now())
    await shell.print(
      json ? JSON.stringify(accountJson(view), undefined, 2) : renderAccount(view, shell),
    )
    reading.finish()
  })
}
