import { permanent, plusDays } from '@keynag/core'
import type { Command } from 'commander'
import { z } from 'zod'
import { dayOf } from '../../output/format.ts'
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

keynag does nothing to the key until that day. Then the exemption ends by itself, and keynag reminds
the owner from the beginning. A second exemption replaces the first; --until with today's date ends
it. The command asks for confirmation and prints when keynag looks at the key next.`

const mostDays = 366

const approverLength = 'must have 1 to 200 characters'

const ExemptOptions = z.object({
  ...decisionOptions,
  until: instant,
  approver: z
    .string({ error: 'is needed: name the person who approved the exemption' })
    .trim()
    .min(1, approverLength)
    .max(200, approverLength),
  ticket: z.string().trim().min(1).max(100).optional(),
})

export const addExempt = (program: Command, context: CommandContext): void => {
  addDecisionOptions(
    program
      .command('exempt <access-key-id>')
      .description('Makes keynag leave a key alone until a date, with an approver and a reason.')
      .option(
        '--until <date>',
        `the day in UTC on which the exemption ends, at most ${mostDays} days away`,
      )
      .option('--approver <name>', 'the person who approved the exemption')
      .option('--ticket <id>', 'the ticket in which it was agreed')
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
    const recorded = `Recorded the exemption of ${accessKeyId} until ${dayOf(until)}`
    const decide = () => ({ kind: 'fact', fact }) as const
    await writeByHand(place, { accessKeyId, operator, decide, recorded }, shell)
  })
}
