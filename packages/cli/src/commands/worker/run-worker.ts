import { SqsInbox } from '@keynag/aws'
import { healthOf, portsOf, serveHealth, startWorker, workerEnvironment } from '@keynag/worker'
import { z } from 'zod'
import { plural } from '../../output/format.ts'
import { stageName } from '../../place/open-place.ts'
import { loadConfig, readOptions, wholeNumber } from '../../shell/options.ts'
import { type CommandContext, exitCodes } from '../../shell/shell.ts'

const WorkerOptions = z.object({
  stage: stageName.optional(),
  region: z.string().min(1).optional(),
  config: z.string().min(1),
  schedules: z.boolean(),
  healthPort: wholeNumber(0, 65_535).optional(),
  /** ECS kills a container 30 seconds after SIGTERM, unless `stopTimeout` says otherwise. */
  stopWithin: wholeNumber(1, 3_600).default(25),
  listen: wholeNumber(1, 20).default(10),
})

/** @throws KeynagError when the environment, the settings or the queues are wrong. */
export async function runWorker(raw: unknown, context: CommandContext): Promise<void> {
  const options = readOptions(WorkerOptions, raw)
  const { shell } = context
  context.runsUntilStopped()
  shell.heedTermination()
  const organization = await loadConfig(options.config)
  const { environment, queueUrls } = await workerEnvironment(options, shell.env)
  const settings = { region: environment.AWS_REGION }
  const inboxes = Object.fromEntries(
    Object.entries(queueUrls).map(([name, url]) => [name, new SqsInbox(settings, url)]),
  )
  const worker = startWorker({
    ports: await portsOf(environment, organization),
    inboxes,
    withSchedules: options.schedules,
    stop: shell.interrupted,
    stopWithinMs: options.stopWithin * 1_000,
    waitSeconds: options.listen,
  })
  const health =
    options.healthPort === undefined
      ? undefined
      : await serveHealth(options.healthPort, () =>
          healthOf(worker.state, shell.interrupted.aborted),
        )
  if (queueUrls.bounces === undefined)
    shell.remark('This stage has no queue for mail that comes back (bounces).')
  const at = health === undefined ? '' : `, health at http://127.0.0.1:${health.port}`
  shell.remark(`The worker of stage ${environment.KEYNAG_STAGE} is running${at}.`)
  const { handled, abandoned } = await worker.ended
  await health?.close()
  shell.remark(`Stopped after ${plural(handled, 'message')}.`)
  if (abandoned.length === 0) return
  shell.remark(
    `Not finished in time: ${abandoned.join(', ')}. SQS delivers these messages again when their visibility timeout is over.`,
  )
  context.end(exitCodes.error)
}
