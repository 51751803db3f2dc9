import {
  AccessKeyId,
  AccountId,
  dayMs,
  hourMs,
  minuteMs,
  secondMs,
  stageQueues,
} from '@keynag/core'
import type { Command } from 'commander'
import { z } from 'zod'
import { commaSeparated, oneOf, wholeNumber } from '../../shell/options.ts'
import { outcomes } from './judge.ts'

const units: Readonly<Record<string, number>> = { s: secondMs, m: minuteMs, h: hourMs, d: dayMs }

/** A span such as `90s`, `30m`, `2h` or `3d`, in milliseconds. */
const span = z.string().transform((text, context): number => {
  const [, digits = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const unitMs = units[unit]
  if (unitMs !== undefined) return Number(digits) * unitMs
  context.addIssue({ code: 'custom', message: 'must be a span such as 30m, 2h or 3d' })
  return z.NEVER
})

/** SQS lets about 120,000 received messages be hidden in a queue at once (Quotas, Messages). */
const mostLookedAt = 100_000

const filters = {
  queue: oneOf(stageQueues).optional(),
  account: AccountId.optional(),
  type: z.string().min(1).optional(),
  reason: z.string().min(1).optional(),
  olderThan: span.optional(),
  newerThan: span.optional(),
  key: AccessKeyId.optional(),
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
      ? 'and a filter contradict each other: leave one out'
      : 'is needed to discard without a filter, such as --reason'
    context.addIssue({ code: 'custom', path: ['all'], message })
  })
export type DiscardOptions = z.infer<typeof DiscardOptions>

export const addFilterOptions = (command: Command): Command =>
  command
    .option('--queue <name>', `only of one queue: ${stageQueues.join(', ')}`)
    .option('--account <id>', 'only about keys, or the scan, of an account')
    .option('--type <type>', 'only events of a type, such as rotation.due')
    .option('--reason <code>', 'only with a reason, such as KEYNAG_ACCESS_DENIED')
    .option('--older-than <span>', 'only events made longer ago than 30m, 2h, 3d')
    .option('--newer-than <span>', 'only events made more recently than that')
    .option('--key <id>', 'only about an access key')
    .option('--id <id>', 'only the message, or the event, of an ID')

export const addReadingOptions = (command: Command): Command =>
  command
    .option('--max <n>', 'look at no more than so many messages', '1000')
    .option('--json', 'one JSON object on standard output')

export const addChangingOptions = (command: Command): Command =>
  command
    .option('--dry-run', 'show what would happen to each and change nothing')
    .option('-y, --yes', 'do not ask')
