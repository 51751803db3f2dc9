import { consumeQueue, createFunction, type Wiring } from './functions.ts'
import { runOnSchedule } from './schedules.ts'

/** Acts on what was found, and tells people: notifier, escalator, rotator, digest. */
export function createConsumers(wiring: Wiring) {
  const { notify, escalate, rotate } = wiring.queues

  const notifier = createFunction('notifier', wiring, {
    timeoutSeconds: notify.rule.timeoutSeconds,
    memory: '512 MB',
  })
  // Slack takes about one message a second and channel: more senders only earn refusals.
  consumeQueue(notify, notifier, { batchSize: 5, concurrency: 2 })

  const escalator = createFunction('escalator', wiring, {
    timeoutSeconds: escalate.rule.timeoutSeconds,
    memory: '512 MB',
  })
  consumeQueue(escalate, escalator, { batchSize: 10, concurrency: 2 })

  const rotator = createFunction('rotator', wiring, {
    timeoutSeconds: rotate.rule.timeoutSeconds,
    memory: '512 MB',
  })
  consumeQueue(rotate, rotator, { batchSize: 1, concurrency: 5 })

  // The digest of the day is a notice too: its lease is six minutes.
  const digest = createFunction('digest', wiring, { timeoutSeconds: 300, memory: '512 MB' })
  const digestRun = runOnSchedule('digest', digest, wiring.missedRuns, {
    // Five hours after the planner: a scan that was retried has its result by then.
    schedule: 'cron(0 10 * * ? *)',
    retries: 10,
  })

  return { notifier, escalator, rotator, digest, runs: [digestRun] }
}
