import { isoTime } from '@keynag/core'
import type { Command } from 'commander'
import { z } from 'zod'
import { addPlaceOptions, withPlace } from '../../place/open-place.ts'
import { agreed } from '../../shell/ask.ts'
import { readOptions } from '../../shell/options.ts'
import { onlyGroups } from '../../shell/group.ts'
import type { CommandContext } from '../../shell/shell.ts'
import { addDecisionOptions, decisionOptions, operatorOf } from '../operator-decision.ts'

const examples = `
Examples
  npx pnpm keynag freeze start --stage production --why "incident INC-7"
  npx pnpm keynag freeze show --stage production
  npx pnpm keynag freeze end --stage production

During a freeze keynag starts no change to any key in any account. A key that it is creating at that
moment is still stored; every other change waits until the freeze ends. It goes on scanning and
sending reminders. start and end ask for confirmation.`

export const addFreeze = (program: Command, context: CommandContext): void => {
  const freeze = program
    .command('freeze')
    .description('Stops every change to every key until the freeze ends.')
    .addHelpText('after', examples)
  onlyGroups(freeze)
  addDecisionOptions(freeze.command('start').description('Starts a freeze.')).action(
    (raw: unknown) => startFreeze(raw, context),
  )
  addPlaceOptions(
    freeze.command('end').description('Ends the freeze: keynag may change keys again.'),
  )
    .option('--yes', 'do not ask for confirmation')
    .action((raw: unknown) => endFreeze(raw, context))
  addPlaceOptions(
    freeze
      .command('show')
      .description('Shows whether a freeze is on, since when, by whom and why.'),
  )
    .hook('preAction', () => context.onlyReads())
    .action((raw: unknown) => showFreeze(raw, context))
}

const FreezeOptions = z.object(decisionOptions)
const EndOptions = FreezeOptions.pick({ yes: true })

function startFreeze(raw: unknown, context: CommandContext): Promise<void> {
  const { why, by, yes } = readOptions(FreezeOptions, raw)
  return withPlace(raw, context, async (place) => {
    const { shell } = context
    const operator = await operatorOf(by, place)
    if (!yes && !(await agreed(shell, `Stop every change to every key of ${place.name}?`))) return
    await place.ledger.setFreeze({ since: place.clock.now(), by: operator, why })
    await shell.print(`${place.name} is frozen: keynag starts no change to any key`)
  })
}

function endFreeze(raw: unknown, context: CommandContext): Promise<void> {
  const { yes } = readOptions(EndOptions, raw)
  return withPlace(raw, context, async (place) => {
    const { shell } = context
    const freeze = await place.ledger.freeze()
    if (freeze === undefined) {
      await shell.print(`${place.name} is not frozen`)
      return
    }
    const question = `End the freeze of ${place.name}, started at ${isoTime(freeze.since)} by ${freeze.by} (${freeze.why})?`
    if (!yes && !(await agreed(shell, question))) return
    await place.ledger.setFreeze(undefined)
    await shell.print(`${place.name} is no longer frozen: the next sweep does what is due`)
  })
}

function showFreeze(raw: unknown, context: CommandContext): Promise<void> {
  return withPlace(raw, context, async ({ name, ledger }) => {
    const freeze = await ledger.freeze()
    await context.shell.print(
      freeze === undefined
        ? `${name} is not frozen`
        : `${name} is frozen since ${isoTime(freeze.since)} by ${freeze.by}: ${freeze.why}`,
    )
  })
}
