import {
  callerIdentity,
  connectMembers,
  DynamoLedger,
  findQueueUrl,
  findQueueUrls,
  findRegion,
  queueNamesOf,
  type QueueUrls,
  resourceNames,
  SqsDeadLetterQueues,
  type StageQueueUrls,
} from '@keynag/aws'
import { type DeadLetterQueues, type KeynagError, type Ledger, permanent } from '@keynag/core'
import type { Command } from 'commander'
import { z } from 'zod'
import { plural } from '../output/format.ts'
import { readOptions } from '../shell/options.ts'
import { type CommandContext, exitCodes, type Shell } from '../shell/shell.ts'
import { settingsOf } from './deployed-settings.ts'
import { operatorSettings } from './operator-settings.ts'
import type { LedgerPlace, Place } from './place.ts'

export const stageName = z
  .string()
  .regex(/^[a-zA-Z0-9-]{1,40}$/, 'takes up to 40 letters, digits and hyphens')

/** The options that say where the ledger and the queues are. */
const placeOptions = {
  sandbox: z.union([z.literal(true), z.string().min(1)]).optional(),
  stage: stageName.optional(),
  table: z.string().min(1).optional(),
  queuePrefix: z.string().min(1).optional(),
  region: z.string().min(1).optional(),
  profile: z.string().min(1).optional(),
  config: z.string().min(1).default('keynag.config.ts'),
} as const
const PlaceOptions = z.object(placeOptions)

export const addPlaceOptions = (command: Command): Command =>
  command
    .option('--sandbox [folder]', 'use what the demo left in this folder (default: .keynag)')
    .option('--stage <name>', 'use this deployed stage, such as production')
    .option('--table <name>', 'use this ledger table, if its name does not follow the stage')
    .option(
      '--queue-prefix <prefix>',
      'use the queues <prefix>-scan, <prefix>-scan-dead-letters, …',
    )
    .option('--region <region>', 'the AWS Region that the stage is in')
    .option('--profile <name>', 'use this profile of the AWS configuration')
    .option('--config <file>', "the file with the organisation's settings", 'keynag.config.ts')

/**
 * Opens the place that the options name, or else the functions' own environment variables.
 *
 * @throws KeynagError `KEYNAG_OPTION_INVALID` when nothing is named
 */
async function openPlace(raw: unknown, { shell, openSandbox }: PlaceContext): Promise<Place> {
  const options = readOptions(PlaceOptions, raw)
  if (options.sandbox === undefined) return openStage(options, shell)
  if (options.stage !== undefined || options.table !== undefined) {
    throw permanent(
      'KEYNAG_OPTION_INVALID',
      '--sandbox and --stage or --table exclude each other: name one place',
    )
  }
  if (openSandbox === undefined) {
    throw permanent('KEYNAG_OPTION_INVALID', '--sandbox works only in a checkout of keynag')
  }
  return openSandbox(options.sandbox === true ? '.keynag' : options.sandbox)
}

/**
 * Opens only the ledger of the place: it reads no configuration file and does not call STS.
 *
 * @throws KeynagError `KEYNAG_OPTION_INVALID` when nothing is named
 */
export async function withLedger<T>(
  raw: unknown,
  context: PlaceContext,
  use: (place: LedgerPlace) => Promise<T>,
): Promise<T> {
  const options = readOptions(PlaceOptions, raw)
  const place =
    options.sandbox === undefined
      ? await openLedger(options, context.shell)
      : await openPlace(raw, context)
  try {
    return await use(place)
  } finally {
    await place.close()
  }
}

type PlaceContext = Pick<CommandContext, 'shell' | 'openSandbox'>

/** Opens the place, runs `use`, and closes the place even when `use` throws. */
export async function withPlace<T>(
  raw: unknown,
  context: PlaceContext,
  use: (place: Place) => Promise<T>,
): Promise<T> {
  const place = await openPlace(raw, context)
  try {
    return await use(place)
  } finally {
    await place.close()
  }
}

interface StageOptions {
  readonly stage?: string | undefined
  readonly table?: string | undefined
  readonly queuePrefix?: string | undefined
  readonly region?: string | undefined
  readonly profile?: string | undefined
  readonly config: string
}

/** Opens the table that the options name, or else the one that the functions' variable names. */
async function openLedger(
  { stage, profile, ...options }: StageOptions,
  { env, clock, ask }: Pick<Shell, 'env' | 'clock' | 'ask'>,
) {
  const table =
    options.table ??
    (stage === undefined ? env.KEYNAG_LEDGER_TABLE : resourceNames(stage).ledgerTable)
  if (table === undefined) {
    throw permanent(
      'KEYNAG_OPTION_INVALID',
      'no ledger is named: give --sandbox, --stage NAME or --table NAME, or set KEYNAG_LEDGER_TABLE',
    )
  }
  const region = options.region ?? (await findRegion(profile))
  const settings = { ...operatorSettings({ region, profile }, { ask }), impatient: true }
  const time = { clock, random: Math.random }
  return {
    name: stage === undefined ? `table ${table}` : `stage ${stage}`,
    clock,
    settings,
    table,
    ledger: new DynamoLedger(settings, table, time),
    reportLedger: (onUnreadable: (error: KeynagError) => void) =>
      new DynamoLedger(settings, table, time, { onUnreadable }),
    close: () => Promise.resolve(),
  }
}

/** The ledger with the deployed settings, the queues and the member accounts. */
async function openStage(options: StageOptions, shell: Shell): Promise<Place> {
  const { settings, table, ...place } = await openLedger(options, shell)
  const { clock } = place
  const organization = await settingsOf(place, options.config, shell)
  return {
    ...place,
    organization,
    aws: { settings, ledgerTable: table, stage: options.stage, queues: namesOf(options) },
    operator: async () => (await callerIdentity(settings)).arn,
    queues: async (): Promise<DeadLetterQueues> =>
      new SqsDeadLetterQueues(settings, await queueUrlsOf(options, shell.env, settings)),
    members: () => connectMembers({ ...settings, organization, clock }),
  }
}

function namesOf({ stage, queuePrefix }: Pick<StageOptions, 'stage' | 'queuePrefix'>) {
  if (queuePrefix !== undefined) return queueNamesOf(queuePrefix)
  return stage === undefined ? undefined : resourceNames(stage)
}

interface Urls {
  readonly queueUrls: StageQueueUrls
  readonly deadLetterUrls: StageQueueUrls
}

async function queueUrlsOf(
  { stage, queuePrefix }: StageOptions,
  env: Shell['env'],
  settings: Parameters<typeof findQueueUrls>[0],
): Promise<Urls> {
  const names = namesOf({ stage, queuePrefix })
  if (names === undefined) return urlsOfEnvironment(env)
  const all = async (nameOf: typeof names.queue): Promise<StageQueueUrls> => {
    const bounces = await findQueueUrl(settings, nameOf('bounces'))
    const urls = await findQueueUrls(settings, nameOf)
    return bounces === undefined ? urls : { ...urls, bounces }
  }
  return { queueUrls: await all(names.queue), deadLetterUrls: await all(names.deadLetters) }
}

function urlsOfEnvironment(env: Shell['env']): Urls {
  const missing: string[] = []
  const read = (name: string): string => {
    const value = env[name]
    if (value === undefined || value === '') missing.push(name)
    return value ?? ''
  }
  const all = (kind: 'QUEUE' | 'DEAD_LETTERS'): QueueUrls => ({
    scan: read(`KEYNAG_${kind}_SCAN`),
    notify: read(`KEYNAG_${kind}_NOTIFY`),
    escalate: read(`KEYNAG_${kind}_ESCALATE`),
    rotate: read(`KEYNAG_${kind}_ROTATE`),
  })
  const urls = { queueUrls: all('QUEUE'), deadLetterUrls: all('DEAD_LETTERS') }
  if (missing.length === 0) return urls
  throw permanent(
    'KEYNAG_OPTION_INVALID',
    `no queues are named: give --stage NAME or --queue-prefix PREFIX, or set ${missing.join(', ')}`,
  )
}

const mostErrorsShown = 10

/**
 * The ledger for a report. It skips and counts items that it cannot read; `finish` then says so and
 * makes the exit code 1, so that an incomplete report never looks complete.
 */
export function reportReading(
  place: Pick<Place, 'reportLedger'>,
  { shell, end }: Pick<CommandContext, 'shell' | 'end'>,
): { readonly ledger: Ledger; readonly unreadable: () => number; readonly finish: () => void } {
  const errors = new Map<string, KeynagError>()
  const ledger = place.reportLedger((error) => errors.set(error.message, error))
  return {
    ledger,
    unreadable: () => errors.size,
    finish: () => {
      const [first] = errors.values()
      if (first === undefined) return
      for (const { code, message } of [...errors.values()].slice(0, mostErrorsShown)) {
        shell.remark(`${shell.style('red', code)}: ${message}`)
      }
      shell.remark(
        `The report leaves out ${plural(errors.size, 'item')} that could not be read. ${first.remedy}`,
      )
      end(exitCodes.error)
    },
  }
}
