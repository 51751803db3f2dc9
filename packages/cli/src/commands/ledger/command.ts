import type { Command } from 'commander'
import { addPlaceOptions } from '../../place-options.ts'
import type { CommandContext } from '../../command-context.ts'
import { showAccount } from './account.ts'
import { exportLedger } from './export.ts'
import { list } from './list.ts'
import { showOwner } from './owner.ts'
import { show } from './show.ts'
import { stats } from './stats.ts'

const examples = `
Examples
  npx pnpm keynag ledger list --sandbox --held              what waits for an operator
  npx pnpm keynag ledger show AKIA… --stage production      one key's story
  npx pnpm keynag ledger stats --stage production --json

It reads and never changes anything. --sandbox looks at what \`npx pnpm demo\` left.
Ends with 0, or with 1 when something could not be read: reports show the rest and say what is
left out.`

const listExamples = `
Examples
  npx pnpm keynag ledger list --sandbox --state escalated --older-than 180
  npx pnpm keynag ledger list --sandbox --owner ann@example.com
  npx pnpm keynag ledger list --stage production --due-before 2026-12-01 --all
  npx pnpm keynag ledger list --stage production --held still-in-use --json | jq .hold.why

Filters add up. Soonest due first with --state or --due-before. --json is one object a line.`

const showExamples = `
Examples
  npx pnpm keynag ledger show AKIA… --sandbox
  npx pnpm keynag ledger show AKIA… --stage production --json | jq '.timeline[].rule'

What the ledger holds of the key, what comes next and by which rule, then all that happened: when,
what, the rule behind it, who did it, and the provider's ID of each message that was delivered.`

const ownerExamples = `
Examples
  npx pnpm keynag ledger owner ann@example.com --sandbox
  npx pnpm keynag ledger owner arn:aws:iam::111122223333:user/etl --stage production

Keys whose owner was not found go by the ARN of their user.`

const accountExamples = `
Examples
  npx pnpm keynag ledger account 300000002019 --sandbox
  npx pnpm keynag ledger account 111122223333 --stage production --days 30 --json`

const statsExamples = `
Examples
  npx pnpm keynag ledger stats --sandbox
  npx pnpm keynag ledger stats --stage production --json | jq .coverage.notScanned`

const exportExamples = `
Examples
  npx pnpm keynag ledger export --sandbox --facts --out ledger.jsonl
  npx pnpm keynag ledger export --stage production --csv > keys.csv

JSON, the default, is one object a line, with "type" entry or fact. CSV has one kind of line: the
entries, or with --facts the facts. A file is written whole or not at all.`

export const addLedger = (program: Command, context: CommandContext): void => {
  const ledger = program
    .command('ledger')
    .description('Looks into the ledger: every key, what was done about it, and by which rule.')
    .addHelpText('after', examples)
  ledger.action(() => ledger.help())
  ledger.hook('preAction', () => context.onlyReads())
  addList(ledger, context)
  addShow(ledger, context)
  addOwner(ledger, context)
  addAccount(ledger, context)
  addStats(ledger, context)
  addExport(ledger, context)
}

function addList(ledger: Command, context: CommandContext): void {
  const command = ledger
    .command('list')
    .description('Lists keys.')
    .option(
      '--state <state>',
      'nagging, escalated, issuing, issued, deactivated, deleted, resolved',
    )
    .option('--account <id>', 'of this account')
    .option('--owner <address>', 'of this owner')
    .option('--policy <name>', 'under this policy')
    .option('--older-than <days>', 'at least so many days old')
    .option('--younger-than <days>', 'less than so many days old')
    .option('--due-before <date>', 'due before this day or time, UTC')
    .option('--held [code]', 'held for an operator, for any reason or this one')
    .option('--exempt', 'exempt now')
    .option('--limit <n>', 'at most so many (default: 100)')
    .option('--all', 'without a limit')
    .option('--json', 'one JSON object a line')
    .option('--csv', 'comma-separated values')
    .addHelpText('after', listExamples)
  addPlaceOptions(command).action((raw: unknown) => list(raw, context))
}

function addShow(ledger: Command, context: CommandContext): void {
  const command = ledger
    .command('show <access-key-id>')
    .description('Tells the story of one key.')
    .option('--json', 'one JSON object')
    .addHelpText('after', showExamples)
  addPlaceOptions(command).action((id: unknown, raw: unknown) => show(id, raw, context))
}

function addOwner(ledger: Command, context: CommandContext): void {
  const command = ledger
    .command('owner <address>')
    .description("Lists an owner's keys in all accounts.")
    .option('--json', 'one JSON object')
    .addHelpText('after', ownerExamples)
  addPlaceOptions(command).action((owner: unknown, raw: unknown) => showOwner(owner, raw, context))
}

function addAccount(ledger: Command, context: CommandContext): void {
  const command = ledger
    .command('account <id>')
    .description("An account's keys, scans, root keys and open rotations.")
    .option('--days <n>', 'so many days of scans (default: 7)')
    .option('--json', 'one JSON object')
    .addHelpText('after', accountExamples)
  addPlaceOptions(command).action((id: unknown, raw: unknown) => showAccount(id, raw, context))
}

function addStats(ledger: Command, context: CommandContext): void {
  const command = ledger
    .command('stats')
    .description('Counts keys by state, policy, hold and age, and accounts not scanned.')
    .option('--json', 'one JSON object')
    .addHelpText('after', statsExamples)
  addPlaceOptions(command).action((raw: unknown) => stats(raw, context))
}

function addExport(ledger: Command, context: CommandContext): void {
  const command = ledger
    .command('export')
    .description('Writes out every entry, and every fact if wanted.')
    .option('--facts', 'what happened as well')
    .option('--json', 'one JSON object a line; the default')
    .option('--csv', 'comma-separated values')
    .option('--out <file>', 'into a file instead of standard output')
    .addHelpText('after', exportExamples)
  addPlaceOptions(command).action((raw: unknown) => exportLedger(raw, context))
}
