import { SqsInbox } from '@keynag/aws'
import {
  healthOf,
  portsOf,
  serveHealth,
  startingHealth,
  startWorker,
  workerEnvironment,
} from '@keynag/worker'
import { z } from 'zod'
import { plural } from '../../output/format.ts'
import { stageName } from '../../place/open-place.ts'
import { loadConfig, readOptions, wholeNumber } from '../../shell/options.ts'
import { type CommandContext, exitCodes, type Shell } from '../../shell/shell.ts'

const WorkerOptions = z.object({
  stage: stageName.optional(),
  region: z.string().min(1).optional(),
  config: z.string().min(1),
  schedules: z.boolean(),
  healthPort: wholeNumber(0, 65_535).optional(),
  healthHost: z.string().min(1).default('127.0.0.1'),
  /** `docker stop` kills a container after 10 seconds, Kubernetes and ECS after 30. */
  stopWithin: wholeNumber(1, 3_600).default(8),
  /** Shorter than `stopWithin`: a stop waits for the receive that listens. */
  listen: wholeNumber(1, 20).default(5),
})
type WorkerOptions = z.infer<typeof WorkerOptions>

/** @throws KeynagError when the environment, the settings or the queues are wrong. */
export async function runWorker(raw: unknown, context: CommandContext): Promise<void> {
  const options = readOptions(WorkerOptions, raw)
  const { shell } = context
  context.runsUntilStopped()
  shell.heedTermination()
  const startedAt = performance.now()
  let readHealth = () => startingHealth(startedAt, shell.interrupted.aborted)
  // Before anything is consumed: a worker whose health nobody can see must not begin.
  const { healthPort: port, healthHost: host } = options
  const health =
    port === undefined ? undefined : await serveHealth({ port, host }, () => readHealth())
  try {
    // Also a start that hangs stops when it is told to.
    const prepared = await Promise.race([prepare(options, shell), whenInterrupted(shell)])
    if (prepared === undefined) return
    const worker = startWorker({
      ...prepared,
      withSchedules: options.schedules,
      stop: shell.interrupted,
      stopWithinMs: options.stopWithin * 1_000,
      waitSeconds: options.listen,
    })
    readHealth = () => healthOf(worker.state, shell.interrupted.aborted)
    if (prepared.inboxes.bounces === undefined)
      shell.remark('This stage has no queue for mail that comes back (bounces).')
    const at = health === undefined ? '' : `, health at http://${host}:${health.port}`
    shell.remark(`The worker of stage ${prepared.stage} is running${at}.`)
    const { handled, abandoned } = await worker.ended
    shell.remark(`Stopped after ${plural(handled, 'message')}.`)
    if (abandoned.length === 0) return
    shell.remark(
      `Not finished in time: ${abandoned.join(', ')}. SQS delivers these messages again when their visibility timeout is over.`,
    )
    context.end(exitCodes.error)
  } finally {
    await health?.close()
  }
}

async function prepare(options: WorkerOptions, { env }: Shell) {
  const organization = await loadConfig(options.config)
  const { environment, queueUrls } = await workerEnvironment(options, env)
  const settings = { region: environment.AWS_REGION }
  const inboxes: Parameters<typeof startWorker>[0]['inboxes'] = Object.fromEntries(
    Object.entries(queueUrls).map(([name, url]) => [name, new SqsInbox(settings, url)]),
  )
  return {
    ports: await portsOf(environment, organization),
    inboxes,
    stage: environment.KEYNAG_STAGE,
  }
}

const whenInterrupted = ({ interrupted }: Shell): Promise<undefined> =>
  new Promise((resolve) => {
    if (interrupted.aborted) resolve(undefined)
    else interrupted.addEventListener('abort', () => resolve(undefined), { once: true })
  })
