import { dayMs, hourMs, minuteMs, secondMs, stageQueues } from '@keynag/core'
import type { Command } from 'commander'
import { z } from 'zod'
import { accessKeyId, accountId, commaSeparated, oneOf, wholeNumber } from '../../shell/options.ts'
import { outcomes } from './judge.ts'

const units: Readonly<Record<string, number>> = { s: secondMs, m: minuteMs, h: hourMs, d: dayMs }

/** A time span such as `90s`, `30m`, `2h` or `3d`, in milliseconds. */
const span = z.string().transform((text, context): number => {
  const [, digits = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const unitMs = units[unit]
  if (unitMs !== undefined) return Number(digits) * unitMs
  context.addIssue({ code: 'custom', message: 'must be a time span such as 30m, 2h or 3d' })
  return z.NEVER
})

/** SQS allows about 120,000 hidden messages in a queue at once (SQS Developer Guide, Quotas). */
const mostLookedAt = 100_000

const filters = {
  queue: oneOf(stageQueues).optional(),
  account: accountId.optional(),
  type: z.string().min(1).optional(),
  reason: z.string().min(1).optional(),
  olderThan: span.optional(),
  newerThan: span.optional(),
  key: accessKeyId.optional(),
  id: z.string().min(1).optional(),
}
const reading = {
  max: wholeNumber(1, mostLookedAt).default(1_000),
  json: z.boolean().default(false),
}
const changing = {
  dryRun: z.boolean().default(false),
  yes: z.boolean().default(false),
}

export const ListOptions = z.object({ ...filters, ...reading })
export type ListOptions = z.infer<typeof ListOptions>
export type Filters = Pick<ListOptions, keyof typeof filters>

export const ShowOptions = z.object(reading)
export type ShowOptions = z.infer<typeof ShowOptions>

export const ReplayOptions = z.object({
  ...filters,
  ...reading,
  ...changing,
  rate: wholeNumber(1, 1_000).default(10),
  obsolete: z.boolean().default(false),
  quarantined: z.boolean().default(false),
})
export type ReplayOptions = z.infer<typeof ReplayOptions>

export const DiscardOptions = z
  .object({
    ...filters,
    ...reading,
    ...changing,
    outcome: commaSeparated(oneOf(outcomes)).optional(),
    all: z.boolean().default(false),
  })
  .superRefine((options, context) => {
    const names = [...z.object(filters).keyof().options, 'outcome'] as const
    const isFiltered = names.some((name) => options[name] !== undefined)
    if (isFiltered !== options.all) return
    const message = options.all
      ? 'and a filter exclude each other: leave one out'
      : 'or a filter such as --reason is needed'
    context.addIssue({ code: 'custom', path: ['all'], message })
  })
export type DiscardOptions = z.infer<typeof DiscardOptions>

export const addFilterOptions = (command: Command): Command =>
  command
    .option('--queue <name>', `only dead letters of this queue: ${stageQueues.join(', ')}`)
    .option('--account <id>', 'only about keys or the scan of this account')
    .option('--type <type>', 'only events of this type, such as rotation.due')
    .option('--reason <code>', 'only with this reason, such as KEYNAG_ACCESS_DENIED')
    .option('--older-than <span>', 'only events that are older than this, such as 30m, 2h or 3d')
    .option('--newer-than <span>', 'only events that are newer than this')
    .option('--key <id>', 'only about this access key')
    .option('--id <id>', 'only the message or the event with this ID')

export const addReadingOptions = (command: Command): Command =>
  command
    .option('--max <n>', 'look at this many messages at most', '1000')
    .option('--json', 'print one JSON object')

export const addChangingOptions = (command: Command): Command =>
  command
    .option('--dry-run', 'show what would happen to each message, and change nothing')
    .option('-y, --yes', 'do not ask for confirmation')
