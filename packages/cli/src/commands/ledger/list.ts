import { z } from 'zod'
import type { Command } from 'commander'
import { type Entry, type EpochMs, entryStates, HoldCode } from '@keynag/core'
import { csvLine, plural } from '../../output/format.ts'
import { tableInParts } from '../../output/table.ts'
import { withPlace, addPlaceOptions, reportReading } from '../../place/open-place.ts'
import {
  readOptions,
  accountId,
  formats,
  instant,
  isOneFormat,
  oneOf,
  ownerId,
  twoFormats,
  wholeNumber,
} from '../../shell/options.ts'
import type { CommandContext, Shell } from '../../shell/shell.ts'
import { entryColumns, entryCsv, entryJson, entryRow } from './entry-row.ts'
import { selectEntries } from './select-entries.ts'

const examples = `
Examples
  npx pnpm keynag ledger list --sandbox --state escalated --older-than 180
  npx pnpm keynag ledger list --sandbox --held still-in-use
  npx pnpm keynag ledger list --stage production --owner ann@example.com
  npx pnpm keynag ledger list --stage production --due-before 2026-12-01 --all
  npx pnpm keynag ledger list --stage production --held still-in-use --json | jq .hold.why

Prints one line for each key that matches every filter. With --state or --due-before, the key that
is due soonest comes first; otherwise the order has no meaning. --json prints one object per line.`

export const addList = (ledger: Command, context: CommandContext): void => {
  const command = ledger
    .command('list')
    .description('Lists keys, filtered by state, account, owner, policy, age, due date or hold.')
    .option('--state <state>', `only keys in this state: ${entryStates.join(', ')}`)
    .option('--account <id>', 'only keys of this account')
    .option('--owner <address>', 'only keys of this owner')
    .option('--policy <name>', 'only keys under this policy')
    .option('--older-than <days>', 'only keys that are at least this many days old')
    .option('--younger-than <days>', 'only keys that are less than this many days old')
    .option('--due-before <date>', 'only keys that are due before this day or time, in UTC')
    .option('--held [code]', 'only keys on hold; with a code, only holds with this code')
    .option('--exempt', 'only keys that are exempt now')
    .option('--limit <n>', 'list at most this many keys (default: 100)')
    .option('--all', 'list every key that matches')
    .option('--json', 'print one JSON object per line')
    .option('--csv', 'print comma-separated values')
    .addHelpText('after', examples)
  addPlaceOptions(command).action((raw: unknown) => list(raw, context))
}

/** `30`, or `30d` as in `keynag dlq`. */
const days = z
  .string()
  .regex(/^\d{1,5}d?$/, 'must be a whole number of days, such as 30 or 30d')
  .transform((text) => Number(text.replace('d', '')))
  .pipe(z.number().max(36_500, 'must be 36500 or less'))

const ListOptions = z
  .object({
    ...formats,
    state: oneOf(entryStates).optional(),
    account: accountId.optional(),
    owner: ownerId.optional(),
    policy: z.string().min(1).optional(),
    olderThan: days.optional(),
    youngerThan: days.optional(),
    dueBefore: instant.optional(),
    held: z
      .union([z.literal(true), HoldCode], {
        error: `takes nothing or one of ${HoldCode.options.join(', ')}`,
      })
      .optional(),
    exempt: z.boolean().default(false),
    limit: wholeNumber(1, 1_000_000).default(100),
    all: z.boolean().default(false),
  })
  .refine(isOneFormat, twoFormats)
type ListOptions = z.infer<typeof ListOptions>

/** How many entries are in memory, and in one part of the table, at a time. */
const partSize = 100

function list(raw: unknown, context: CommandContext): Promise<void> {
  const { shell } = context
  const options = readOptions(ListOptions, raw)
  return withPlace(raw, context, async (place) => {
    const now = place.clock.now()
    const reading = reportReading(place, context)
    const limit = options.all ? Infinity : options.limit
    const print = printer(options, shell, now)
    let shown = 0
    let part: Entry[] = []
    let more = false
    for await (const entry of selectEntries(reading.ledger, options, now)) {
      if (shell.interrupted.aborted) return
      if (shown === limit) {
        more = true
        break
      }
      shown += 1
      part.push(entry)
      if (part.length === partSize) {
        await print(part)
        part = []
        shell.progress(`${plural(shown, 'key')} so far`)
      }
    }
    if (part.length > 0 || (shown === 0 && options.csv)) await print(part)
    if (shown === 0) shell.remark('No key matches.')
    if (more) {
      shell.remark(
        `These are the first ${plural(shown, 'key')}. Use --all for every key, or --limit N.`,
      )
    }
    reading.finish()
  })
}

function printer(
  { json, csv }: Pick<ListOptions, 'json' | 'csv'>,
  shell: Shell,
  now: EpochMs,
): (entries: readonly Entry[]) => Promise<void> {
  if (json) {
    return (entries) =>
      shell.print(entries.map((entry) => JSON.stringify(entryJson(entry, now))).join('\n'))
  }
  if (csv) {
    let titles = [csvLine(entryCsv.titles)]
    return async (entries) => {
      const lines = entries.map((entry) => csvLine(entryCsv.cells(entry, now)))
      await shell.print([...titles, ...lines].join('\n'))
      titles = []
    }
  }
  const table = tableInParts(entryColumns, shell)
  return (entries) => shell.print(table(entries.map((entry) => entryRow(entry, now))))
}
