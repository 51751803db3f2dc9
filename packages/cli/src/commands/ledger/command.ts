import type { Command } from 'commander'
import { onlyGroups } from '../../shell/group.ts'
import type { CommandContext } from '../../shell/shell.ts'
import { addAccount } from './account.ts'
import { addExport } from './export.ts'
import { addList } from './list.ts'
import { addOwner } from './owner.ts'
import { addShow } from './show.ts'
import { addStats } from './stats.ts'

const examples = `
Examples
  npx pnpm keynag ledger list --sandbox --held              keys that wait for an operator
  npx pnpm keynag ledger show AKIA… --stage production      everything about one key
  npx pnpm keynag ledger stats --stage production --json

These commands only read; they never change anything. --sandbox reads the ledger that
\`npx pnpm demo\` left behind.
The exit code is 0, or 1 when an item of the ledger could not be read: the report then shows the
rest and says how many items it leaves out.`

export const addLedger = (program: Command, context: CommandContext): void => {
  const ledger = program
    .command('ledger')
    .description('Shows what the ledger knows: every key, what was done about it, and why.')
    .addHelpText('after', examples)
  onlyGroups(ledger)
  ledger.hook('preAction', () => context.onlyReads())
  addList(ledger, context)
  addShow(ledger, context)
  addOwner(ledger, context)
  addAccount(ledger, context)
  addStats(ledger, context)
  addExport(ledger, context)
}
