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
  /** ECS kills after 30 seconds unless told otherwise (`stopTimeout`). */
  stopWithin: wholeNumber(1, 3_600).default(25),
  listen: wholeNumber(1, 20).default(10),
})

/** @throws KeynagError as the environment, the settings and the queues are found wrong. */
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
  if (queueUrls.bounces === undefined) shell.remark('There is no queue for mails that come back.')
  const at = health === undefined ? '' : `, health at http://127.0.0.1:${health.port}`
  shell.remark(`The worker of stage ${environment.KEYNAG_STAGE} is at work${at}.`)
  const { handled, abandoned } = await worker.ended
  await health?.close()
  shell.remark(`Stopped after ${plural(handled, 'message')}.`)
  if (abandoned.length === 0) return
  shell.remark(
    `Not finished in time: ${abandoned.join(', ')}. SQS delivers those again when they show up.`,
  )
  context.end(exitCodes.error)
}
