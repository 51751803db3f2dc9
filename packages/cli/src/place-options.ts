import { permanent } from '@keynag/core'
import type { Command } from 'commander'
import { z } from 'zod'
import { openStage } from './open-stage.ts'
import type { Place } from './place.ts'
import type { CommandContext } from './command-context.ts'
import { readOptions } from './options.ts'

export const stageName = z
  .string()
  .regex(/^[a-zA-Z0-9-]{1,40}$/, 'has up to 40 letters, digits and hyphens')

/** Where the ledger and the queues are. */
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
    .option('--sandbox [folder]', 'what the demo left in a folder (default: .keynag)')
    .option('--stage <name>', 'a deployed stage, such as production')
    .option('--table <name>', 'the ledger table, where it is not called after the stage')
    .option('--queue-prefix <prefix>', 'queues named <prefix>-scan, <prefix>-scan-dead-letters, …')
    .option('--region <region>', 'the AWS Region of the stage')
    .option('--profile <name>', 'a profile of the AWS configuration')
    .option('--config <file>', "the organisation's settings", 'keynag.config.ts')

/**
 * Opens what the options or the functions' own environment variables name.
 *
 * @throws KeynagError `KEYNAG_OPTION_INVALID` when nothing is named
 */
async function openPlace(
  raw: unknown,
  { shell, openSandbox }: Pick<CommandContext, 'shell' | 'openSandbox'>,
): Promise<Place> {
  const options = readOptions(PlaceOptions, raw)
  if (options.sandbox === undefined) return openStage(options, shell)
  if (options.stage !== undefined || options.table !== undefined) {
    throw permanent('KEYNAG_OPTION_INVALID', 'name either --sandbox or a stage, not both')
  }
  if (openSandbox === undefined) {
    throw permanent('KEYNAG_OPTION_INVALID', '--sandbox works in a checkout only')
  }
  return openSandbox(options.sandbox === true ? '.keynag' : options.sandbox)
}

/** Runs with an open place and closes it whatever happens. */
export async function withPlace<T>(
  raw: unknown,
  context: Pick<CommandContext, 'shell' | 'openSandbox'>,
  use: (place: Place) => Promise<T>,
): Promise<T> {
  const place = await openPlace(raw, context)
  try {
    return await use(place)
  } finally {
    await place.close()
  }
}
