import { permanent, plusDays } from '@keynag/core'
import type { Command } from 'commander'
import { z } from 'zod'
import { withPlace } from '../../place/open-place.ts'
import { agreed } from '../../shell/ask.ts'
import { accessKeyIdOf, instant, readOptions } from '../../shell/options.ts'
import type { CommandContext } from '../../shell/shell.ts'
import {
  addDecisionOptions,
  decisionOptions,
  operatorOf,
  writeByHand,
} from '../operator-decision.ts'

const examples = `
Examples
  npx pnpm keynag exempt AKIA… --sandbox --until 2027-03-31 --approver "Security lead" \\
    --ticket SEC-1042 --why "vendor moves to roles in Q1"

The key is left alone until that day. Then the exemption lapses by itself and warnings begin anew.
One that is still in force is replaced; --until today ends it.`

const mostDays = 366

const ExemptOptions = z.object({
  ...decisionOptions,
  until: instant,
  approver: z.string({ error: 'is needed' }).trim().min(1).max(200),
  ticket: z.string().trim().min(1).max(100).optional(),
})

export const addExempt = (program: Command, context: CommandContext): void => {
  addDecisionOptions(
    program
      .command('exempt <access-key-id>')
      .description('Leaves a key alone until a date, with approver and reason.')
      .option('--until <date>', `the day it ends, UTC, at most ${mostDays} days away`)
      .option('--approver <name>', 'who answers for it')
      .option('--ticket <id>', 'where it was agreed')
      .addHelpText('after', examples),
  ).action((id: unknown, raw: unknown) => exempt(id, raw, context))
}

function exempt(id: unknown, raw: unknown, context: CommandContext): Promise<void> {
  const accessKeyId = accessKeyIdOf(id)
  const { why, by, yes, until, approver, ticket } = readOptions(ExemptOptions, raw)
  return withPlace(raw, context, async (place) => {
    const { shell } = context
    if (until > plusDays(place.clock.now(), mostDays)) {
      throw permanent('KEYNAG_OPTION_INVALID', `--until is more than ${mostDays} days away`)
    }
    const operator = await operatorOf(by, place)
    if (!yes && !(await agreed(shell, `Exempt ${accessKeyId} in ${place.name}?`))) return
    const fact = {
      kind: 'exempted',
      until,
      approver,
      why,
      ...(ticket === undefined ? {} : { ticket }),
    } as const
    const decide = () => ({ kind: 'fact', fact }) as const
    await writeByHand(place, { accessKeyId, operator, decide }, shell)
  })
}
