import {
  callerIdentity,
  connectMembers,
  DynamoLedger,
  findQueueUrl,
  findQueueUrls,
  findRegion,
  queueNamesOf,
  resourceNames,
  SqsDeadLetterQueues,
  type QueueUrls,
  type StageQueueUrls,
} from '@keynag/aws'
import { permanent, type DeadLetterQueues } from '@keynag/core'
import { loadConfig } from './config-file.ts'
import type { Place } from './place.ts'
import type { Shell } from './shell.ts'

interface StageOptions {
  readonly stage?: string | undefined
  readonly table?: string | undefined
  readonly queuePrefix?: string | undefined
  readonly region?: string | undefined
  readonly profile?: string | undefined
  readonly config: string
}

/** Opens the table and queues that the options name, else those of the functions' variables. */
export async function openStage(options: StageOptions, { env, clock }: Shell): Promise<Place> {
  const { stage, profile } = options
  const table =
    options.table ??
    (stage === undefined ? env.KEYNAG_LEDGER_TABLE : resourceNames(stage).ledgerTable)
  if (table === undefined) {
    throw permanent(
      'KEYNAG_OPTION_INVALID',
      'say where to look: --sandbox, --stage NAME, --table NAME, or KEYNAG_LEDGER_TABLE',
    )
  }
  const region = options.region ?? (await findRegion(profile))
  const settings = { region, profile, impatient: true }
  const organization = await loadConfig(options.config)
  const time = { clock, random: Math.random }
  return {
    name: stage === undefined ? `table ${table}` : `stage ${stage}`,
    clock,
    organization,
    aws: { settings, ledgerTable: table, stage, queues: namesOf(options) },
    operator: async () => (await callerIdentity(settings)).arn,
    ledger: new DynamoLedger(settings, table, time),
    reportLedger: (onUnreadable) => new DynamoLedger(settings, table, time, { onUnreadable }),
    queues: async (): Promise<DeadLetterQueues> =>
      new SqsDeadLetterQueues(settings, await queueUrlsOf(options, env, settings)),
    members: () => connectMembers({ region, profile, organization, clock }),
    close: () => Promise.resolve(),
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
    `say where the queues are: --stage NAME, --queue-prefix PREFIX, or set ${missing.join(', ')}`,
  )
}
