import type { Command } from 'commander'
import { addPlaceOptions } from '../../place/open-place.ts'
import { onlyGroups } from '../../shell/group.ts'
import { readOptions } from '../../shell/options.ts'
import type { CommandContext } from '../../shell/shell.ts'
import { addDecisionOptions } from '../operator-decision.ts'
import { endTheFreeze } from './end-freeze.ts'
import { FreezeOptions, ShowOptions } from './options.ts'
import { showFreezes } from './show-freezes.ts'
import { startTheFreeze } from './start-freeze.ts'

const examples = `
Examples
  npx pnpm keynag freeze start --stage production --why "incident INC-7"
  npx pnpm keynag freeze start --stage production --account 111122223333 --why "incident INC-7"
  npx pnpm keynag freeze start --stage production --policy ci-keys --why "month-end close"
  npx pnpm keynag freeze show --stage production
  npx pnpm keynag freeze end --stage production --why "INC-7 is over"

A freeze is the emergency stop. Without --account and --policy it stops every change to every key. A key
that keynag is creating at that moment is still stored; every other change waits until the freeze ends.
keynag goes on scanning and sending reminders. The command needs the table and nothing else: no
configuration file and no call of STS. start and end ask for confirmation; the ledger keeps who began and
ended each freeze, when and why. docs/runbook.md has a command for a machine that has only the AWS CLI.`

export const addFreeze = (program: Command, context: CommandContext): void => {
  const freeze = program
    .command('freeze')
    .description('Stops every change to every key, or to those of an account or a policy.')
    .addHelpText('after', examples)
  onlyGroups(freeze)
  addFreezeOptions(freeze.command('start').description('Starts a freeze.')).action((raw: unknown) =>
    startTheFreeze(readOptions(FreezeOptions, raw), raw, context),
  )
  addFreezeOptions(
    freeze.command('end').description('Ends a freeze: keynag may change those keys again.'),
  ).action((raw: unknown) => endTheFreeze(readOptions(FreezeOptions, raw), raw, context))
  addPlaceOptions(
    freeze
      .command('show')
      .description('Shows the freezes that are on: since when, by whom and why.'),
  )
    .option('--ended', 'show the freezes that are over as well')
    .option('--json', 'print one JSON object; it has the freezes that are over')
    .hook('preAction', () => context.onlyReads())
    .action((raw: unknown) => showFreezes(readOptions(ShowOptions, raw), raw, context))
}

const addFreezeOptions = (command: Command): Command =>
  addDecisionOptions(command)
    .option('--account <id>', 'only the keys in this account')
    .option('--policy <name>', 'only the keys under this policy')
    .option('--json', 'print one JSON object')
