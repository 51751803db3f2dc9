import type { Command } from 'commander'
import { onlyGroups } from '../../shell/group.ts'
import type { CommandContext } from '../../shell/shell.ts'
import { addDecisionOptions } from '../operator-decision.ts'
import { placeHold } from './place-hold.ts'
import { releaseHold } from './release-hold.ts'

const examples = `
Examples
  npx pnpm keynag ledger list --sandbox --held
  npx pnpm keynag hold release AKIA… --sandbox --why "the batch job moved to a role"
  npx pnpm keynag hold place AKIA… --stage production --why "month-end close"

While a key is on hold, keynag does nothing to it. When you release the hold, keynag goes on where it
stopped: it does at the next sweep what is due, after the same checks as before. Both commands ask
for confirmation, record who decided and why, and print when keynag looks at the key next.`

export const addHold = (program: Command, context: CommandContext): void => {
  const hold = program
    .command('hold')
    .description('Places a hold on a key, or releases one.')
    .addHelpText('after', examples)
  onlyGroups(hold)
  addDecisionOptions(
    hold
      .command('release <access-key-id>')
      .description('Releases the hold on a key: keynag goes on with it.'),
  ).action((id: unknown, raw: unknown) => releaseHold(id, raw, context))
  addDecisionOptions(
    hold
      .command('place <access-key-id>')
      .description('Places a hold on a key: keynag does nothing more to it.'),
  ).action((id: unknown, raw: unknown) => placeHold(id, raw, context))
}
