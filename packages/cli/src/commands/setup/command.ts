import { findRegion, type QueueMade, resourceNames, setUpQueues, setUpTable } from '@keynag/aws'
import { permanent, queueRules, stageQueues } from '@keynag/core'
import type { Command } from 'commander'
import { z } from 'zod'
import { tableOf } from '../../output/table.ts'
import { stageName } from '../../place/open-place.ts'
import { operatorSettings } from '../../place/operator-settings.ts'
import { agreed } from '../../shell/ask.ts'
import { readOptions } from '../../shell/options.ts'
import type { CommandContext } from '../../shell/shell.ts'

const examples = `
Examples
  AWS_ENDPOINT_URL=http://127.0.0.1:4566 npx pnpm keynag setup --stage local --yes
  npx pnpm keynag setup --stage production --region eu-central-1

Use it where \`sst deploy\` does not make the queues and the table. You may repeat it: it keeps what
exists, corrects the settings of queues, and deletes nothing. It asks for confirmation and prints a
line for each resource.`

const SetupOptions = z.object({
  stage: stageName,
  region: z.string().min(1).optional(),
  profile: z.string().min(1).optional(),
  json: z.boolean().default(false),
  yes: z.boolean().default(false),
})

export const addSetup = (program: Command, context: CommandContext): void => {
  program
    .command('setup')
    .description("Creates a stage's queues and table on any endpoint that speaks SQS and DynamoDB.")
    .requiredOption('--stage <name>', 'the stage; its name is part of every name')
    .option('--region <region>', 'the AWS Region to create them in')
    .option('--profile <name>', 'use this profile of the AWS configuration')
    .option('--json', 'print one JSON object')
    .option('--yes', 'do not ask for confirmation')
    .addHelpText('after', examples)
    .action((raw: unknown) => setup(raw, context))
}

async function setup(raw: unknown, { shell }: CommandContext): Promise<void> {
  const { stage, region: wanted, profile, json, yes } = readOptions(SetupOptions, raw)
  const region = wanted ?? (await findRegion(profile))
  const names = resourceNames(stage)
  const where = shell.env['AWS_ENDPOINT_URL'] ?? `AWS ${region}`
  const question = `Create table ${names.ledgerTable} and ${2 * stageQueues.length} queues keynag-${stage}-… at ${where}?`
  if (!yes && !(await agreed(shell, question))) return
  const settings = operatorSettings({ region, profile }, shell)
  const table = await setUpTable(settings, names.ledgerTable)
  if (table.missingIndexes.length > 0) {
    throw permanent(
      'KEYNAG_LEDGER_MISSING',
      `table ${table.name} exists without the indexes ${table.missingIndexes.join(', ')}, so another release or program made it`,
    )
  }
  const queues = await setUpQueues(settings, names)
  if (json) {
    await shell.print(JSON.stringify({ region, table, queues }))
    return
  }
  await shell.print(tableOf(rowsOf(table, queues), columns, shell))
}

interface Row {
  readonly what: string
  readonly became: string
  readonly remark: string
}

const columns = [
  { title: 'resource', value: ({ what }: Row) => what },
  { title: '', value: ({ became }: Row) => became },
  { title: 'with', value: ({ remark }: Row) => remark, shrink: 1 },
] as const

function rowsOf(
  table: Awaited<ReturnType<typeof setUpTable>>,
  queues: readonly QueueMade[],
): readonly Row[] {
  const rules = stageQueues.flatMap((queue) => {
    const { visibilitySeconds, maxReceiveCount } = queueRules[queue]
    return [
      `hidden for ${visibilitySeconds} s, ${maxReceiveCount} receives, kept 4 days`,
      'kept 14 days',
    ]
  })
  return [
    {
      what: table.name,
      became: table.became,
      remark: `point-in-time recovery: ${table.recovery}`,
    },
    ...queues.map(({ name, became }, index) => ({
      what: name,
      became,
      remark: rules[index] ?? '',
    })),
  ]
}
