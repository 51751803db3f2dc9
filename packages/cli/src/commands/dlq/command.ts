import type { Command } from 'commander'
import { addPlaceOptions, withPlace } from '../../place/open-place.ts'
import { readOptions } from '../../shell/options.ts'
import type { CommandContext } from '../../shell/shell.ts'
import { discard } from './discard.ts'
import { list } from './list.ts'
import {
  addChangingOptions,
  addFilterOptions,
  addReadingOptions,
  DiscardOptions,
  ListOptions,
  ReplayOptions,
  ShowOptions,
} from './options.ts'
import { replay } from './replay.ts'
import { show } from './show.ts'

const examples = `
Examples
  npx pnpm keynag dlq list --stage production
  npx pnpm keynag dlq show 6d1e… --stage production
  npx pnpm keynag dlq replay --stage production --reason KEYNAG_ACCESS_DENIED --dry-run
  npx pnpm keynag dlq discard --stage production --outcome obsolete

While a command looks at a message, SQS hides it from others; what stays in its queue is visible
again when the command ends, and after 15 minutes at the latest if it was killed.`

const listExamples = `
Examples
  npx pnpm keynag dlq list --sandbox
  npx pnpm keynag dlq list --stage production --queue rotate --older-than 2d
  npx pnpm keynag dlq list --stage production --json | jq '.groups[] | select(.count > 100)'`

const showExamples = `
Examples
  npx pnpm keynag dlq show 6d1e1f6e-0c50-4a3e-8f0e-51a1ad0c9a7b --stage production
  npx pnpm keynag dlq show 6d1e1f6e-0c50-4a3e-8f0e-51a1ad0c9a7b --sandbox --json | jq .ledger

A body that is no event of keynag may be anything: its first 2,000 characters are shown.`

const replayExamples = `
Examples
  npx pnpm keynag dlq replay --stage production --dry-run
  npx pnpm keynag dlq replay --stage production --account 111122223333 --rate 2
  npx pnpm keynag dlq replay --stage production --reason KEYNAG_THROTTLED --newer-than 6h --yes

Each event is held against the ledger, counted there, sent, and then deleted from the dead letters.
Ctrl-C finishes the message in hand. Killed at any moment it loses nothing; at worst an event is
sent twice, and consumers bear that.
An event that came back from two replays is quarantined: it stays where it is.`

const discardExamples = `
Examples
  npx pnpm keynag dlq discard --stage production --outcome obsolete,invalid
  npx pnpm keynag dlq discard --stage production --reason KEYNAG_MESSAGE_INVALID --dry-run
  npx pnpm keynag dlq discard --sandbox --all --yes

What is discarded is gone. The ledger still says what is due, and the sweeper sends a new message
for it.`

/** `keynag dlq`: the dead-letter queues. */
export const addDlq = (program: Command, context: CommandContext): void => {
  const dlq = program
    .command('dlq')
    .description('Looks at dead letters, puts them back, or discards them.')
    .helpCommand(false)
    .addHelpText('after', examples)
  dlq.action(() => dlq.help())

  const command = (nameAndArguments: string, description: string): Command =>
    addReadingOptions(addPlaceOptions(dlq.command(nameAndArguments).description(description)))

  addFilterOptions(command('list', 'Counts dead letters by queue and reason.'))
    .addHelpText('after', listExamples)
    .action((raw: unknown) => {
      const options = readOptions(ListOptions, raw)
      return withPlace(raw, context, (place) => list(options, place, context.shell))
    })

  command('show <id>', 'Shows one dead letter by the ID of its message or event.')
    .addHelpText('after', showExamples)
    .action((id: string, raw: unknown) => {
      const options = readOptions(ShowOptions, raw)
      return withPlace(raw, context, (place) => show(id, options, place, context.shell))
    })

  addChangingOptions(
    addFilterOptions(command('replay', 'Puts events that still have something to do back.')),
  )
    .option('--rate <n>', 'put back no more than so many a second', '10')
    .option('--obsolete', 'also what has nothing left to do')
    .option('--quarantined', 'also what came back from two replays')
    .addHelpText('after', replayExamples)
    .action((raw: unknown) => {
      const options = readOptions(ReplayOptions, raw)
      return withPlace(raw, context, (place) => replay(options, place, context.shell))
    })

  addChangingOptions(addFilterOptions(command('discard', 'Deletes dead letters for good.')))
    .option('--outcome <outcomes>', 'only what a replay would call so, such as obsolete,invalid')
    .option('--all', 'all of them, where no filter is given')
    .addHelpText('after', discardExamples)
    .action((raw: unknown) => {
      const options = readOptions(DiscardOptions, raw)
      return withPlace(raw, context, (place) => discard(options, place, context.shell))
    })
}
