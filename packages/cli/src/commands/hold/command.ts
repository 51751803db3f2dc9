import type { Command } from 'commander'
import type { CommandContext } from '../../shell/shell.ts'
import { addDecisionOptions } from '../operator-decision.ts'
import { placeHold } from './place-hold.ts'
import { releaseHold } from './release-hold.ts'

const examples = `
Examples
  npx pnpm keynag ledger list --sandbox --held
  npx pnpm keynag hold release AKIA… --sandbox --why "the batch job moved to a role"
  npx pnpm keynag hold place AKIA… --stage production --why "month-end close"

A hold stops automation for one key. Released, the key goes on where it stood: what is due is done at
the next sweep, behind the same checks as before.`

export const addHold = (program: Command, context: CommandContext): void => {
  const hold = program
    .command('hold')
    .description('Answers holds: places one on a key, or releases it.')
    .addHelpText('after', examples)
  hold.action(() => hold.help())
  addDecisionOptions(
    hold.command('release <access-key-id>').description('Lets automation go on for this key.'),
  ).action((id: unknown, raw: unknown) => releaseHold(id, raw, context))
  addDecisionOptions(
    hold.command('place <access-key-id>').description('Stops automation for this key.'),
  ).action((id: unknown, raw: unknown) => placeHold(id, raw, context))
}
