import { findQueueUrl, findQueueUrls, findRegion, resourceNames } from '@keynag/aws'
import { permanent, queueNames, type StageQueue } from '@keynag/core'
import { parseEnvironment } from '@keynag/functions'

interface Where {
  readonly stage?: string | undefined
  readonly region?: string | undefined
}

/**
 * The functions' environment, made from the names of a stage or read from their variables.
 *
 * @throws KeynagError `KEYNAG_OPTION_INVALID`, `KEYNAG_ENVIRONMENT_INVALID`
 */
export async function workerEnvironment(
  { stage, region }: Where,
  env: Readonly<Record<string, string | undefined>>,
) {
  if (stage === undefined && env['KEYNAG_STAGE'] === undefined) {
    throw permanent(
      'KEYNAG_OPTION_INVALID',
      "no stage is named: give --stage NAME, or set KEYNAG_STAGE and the functions' other variables, which docs/worker.md lists",
    )
  }
  const environment = parseEnvironment({
    ...env,
    ...(region === undefined ? {} : { AWS_REGION: region }),
    ...(stage === undefined ? {} : await variablesOf(stage, region)),
  })
  const urls: Partial<Record<StageQueue, string>> = {
    scan: environment.KEYNAG_QUEUE_SCAN,
    notify: environment.KEYNAG_QUEUE_NOTIFY,
    escalate: environment.KEYNAG_QUEUE_ESCALATE,
    rotate: environment.KEYNAG_QUEUE_ROTATE,
  }
  const bounces =
    env['KEYNAG_QUEUE_BOUNCES'] ??
    (stage === undefined
      ? undefined
      : await findQueueUrl(
          { region: environment.AWS_REGION },
          resourceNames(stage).queue('bounces'),
        ))
  return {
    environment,
    queueUrls: bounces === undefined ? urls : { ...urls, bounces },
  }
}

async function variablesOf(stage: string, wanted: string | undefined) {
  const region = wanted ?? (await findRegion(undefined))
  const names = resourceNames(stage)
  const queues = await findQueueUrls({ region }, names.queue)
  const deadLetters = await findQueueUrls({ region }, names.deadLetters)
  return Object.fromEntries([
    ['AWS_REGION', region],
    ['KEYNAG_STAGE', stage],
    ['KEYNAG_LEDGER_TABLE', names.ledgerTable],
    ...queueNames.flatMap((name) => [
      [`KEYNAG_QUEUE_${name.toUpperCase()}`, queues[name]],
      [`KEYNAG_DEAD_LETTERS_${name.toUpperCase()}`, deadLetters[name]],
    ]),
  ])
}
