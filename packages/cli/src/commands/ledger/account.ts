import type { Command } from 'commander'
import { withPlace, addPlaceOptions, reportReading } from '../../place/open-place.ts'
import { accountIdOf, readOptions, JsonOption, wholeNumber } from '../../shell/options.ts'
import type { CommandContext } from '../../shell/shell.ts'
import { viewOf } from './account-view.ts'
import { accountJson, renderAccount } from './render-account.ts'

const examples = `
Examples
  npx pnpm keynag ledger account 300000002019 --sandbox
  npx pnpm keynag ledger account 111122223333 --stage production --days 30 --json

Prints the account's state, its active root access keys, its keys in the ledger, its open rotations
and the result of each day's scan. It says since when keynag leaves an unread account alone, and why.`

export const addAccount = (ledger: Command, context: CommandContext): void => {
  const command = ledger
    .command('account <id>')
    .description("Shows one account's keys, scans, root access keys and open rotations.")
    .option('--days <n>', 'show the scans of this many days (default: 7)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', examples)
  addPlaceOptions(command).action((id: unknown, raw: unknown) => showAccount(id, raw, context))
}

const AccountOptions = JsonOption.extend({ days: wholeNumber(1, 366).default(7) })

function showAccount(id: unknown, raw: unknown, context: CommandContext): Promise<void> {
  const { shell } = context
  const accountId = accountIdOf(id)
  const { json, days } = readOptions(AccountOptions, raw)
  return withPlace(raw, context, async (place) => {
    const reading = reportReading(place, context)
    const { policies } = place.organization
    const view = await viewOf(reading.ledger, policies, accountId, days, place.clock.now())
    await shell.print(
      json ? JSON.stringify(accountJson(view), undefined, 2) : renderAccount(view, shell),
    )
    reading.finish()
  })
}
