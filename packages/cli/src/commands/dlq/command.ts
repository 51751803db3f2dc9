import type { Command } from 'commander'
import { addPlaceOptions, withPlace } from '../../place/open-place.ts'
import { readOptions } from '../../shell/options.ts'
import { onlyGroups } from '../../shell/group.ts'
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
  npx pnpm keynag dlq show ID --stage production             an ID that dlq list prints
  npx pnpm keynag dlq replay --stage production --reason KEYNAG_ACCESS_DENIED --dry-run
  npx pnpm keynag dlq discard --stage production --outcome obsolete

While a command looks at a message, SQS hides the message from other readers. When the command ends,
the messages that stay become visible again. If it was killed, they do within
two minutes and the time that it had run.`

const listExamples = `
Examples
  npx pnpm keynag dlq list --sandbox
  npx pnpm keynag dlq list --stage production --queue rotate --older-than 2d
  npx pnpm keynag dlq list --stage production --json | jq '.groups[] | select(.count > 100)'

Prints a line for each queue and reason: how many dead letters, of which events, since when, and of
which accounts, with the ID of one of them for dlq show. Then it prints how full each queue is. It changes nothing.`

const showExamples = `
Examples
  npx pnpm keynag dlq show 6d1e1f6e-0c50-4a3e-8f0e-51a1ad0c9a7b --stage production
  npx pnpm keynag dlq show ID --sandbox --json | jq .ledger

The ID is that of a message or of an event, in full; dlq list prints one of each group. Prints why the message is a dead letter, what the ledger says about its subject, what a replay would
do, and the body. Of a body that is not an event of keynag it prints the first 2,000 characters.`

const replayExamples = `
Examples
  npx pnpm keynag dlq replay --stage production --dry-run
  npx pnpm keynag dlq replay --stage production --account 111122223333 --rate 2
  npx pnpm keynag dlq replay --stage production --reason KEYNAG_THROTTLED --newer-than 6h --yes

Shows what it would do, and asks for confirmation. For each event it checks in the ledger whether
something is still due, counts the replay there, sends the event, and then deletes the dead letter.
Ctrl-C lets it finish the current message. Killed at any moment, it loses nothing: at worst it sends an
event twice, and that does no harm. An event that came back from two replays is quarantined: it stays
a dead letter until you use --quarantined or discard it.`

const discardExamples = `
Examples
  npx pnpm keynag dlq discard --stage production --outcome obsolete,invalid
  npx pnpm keynag dlq discard --stage production --reason KEYNAG_MESSAGE_INVALID --dry-run
  npx pnpm keynag dlq discard --sandbox --all --yes

Shows what it would delete, and asks for confirmation. A deleted message cannot be brought back. No
key is forgotten: the ledger still knows what is due, and the sweeper sends a new message for it.`

/** `keynag dlq`: the dead-letter queues. */
export const addDlq = (program: Command, context: CommandContext): void => {
  const dlq = program
    .command('dlq')
    .description('Lists, shows, replays or discards messages in the dead-letter queues.')
    .helpCommand(false)
    .addHelpText('after', examples)
  onlyGroups(dlq)

  const command = (nameAndArguments: string, description: string): Command =>
    addReadingOptions(addPlaceOptions(dlq.command(nameAndArguments).description(description)))

  addFilterOptions(command('list', 'Counts the dead letters by queue and reason.'))
    .addHelpText('after', listExamples)
    .action((raw: unknown) => {
      const options = readOptions(ListOptions, raw)
      return withPlace(raw, context, (place) => list(options, place, context.shell))
    })

  command('show <id>', 'Shows one dead letter, by the ID of its message or of its event.')
    .addHelpText('after', showExamples)
    .action((id: string, raw: unknown) => {
      const options = readOptions(ShowOptions, raw)
      return withPlace(raw, context, (place) => show(id, options, place, context.shell))
    })

  addChangingOptions(
    addFilterOptions(
      command('replay', 'Sends events back to their queues if something is still due for them.'),
    ),
  )
    .option('--rate <n>', 'send at most this many events per second', '10')
    .option('--obsolete', 'also replay events that have nothing left to do')
    .option('--quarantined', 'also replay events that came back from two replays')
    .addHelpText('after', replayExamples)
    .action((raw: unknown) => {
      const options = readOptions(ReplayOptions, raw)
      return withPlace(raw, context, (place) => replay(options, place, context.shell))
    })

  addChangingOptions(addFilterOptions(command('discard', 'Deletes dead letters permanently.')))
    .option(
      '--outcome <outcomes>',
      'only dead letters with these replay outcomes, such as obsolete,invalid',
    )
    .option('--all', 'discard every dead letter; needed when no filter is given')
    .addHelpText('after', discardExamples)
    .action((raw: unknown) => {
      const options = readOptions(DiscardOptions, raw)
      return withPlace(raw, context, (place) => discard(options, place, context.shell))
    })
}
