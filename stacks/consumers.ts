import { scheduleRules } from '../packages/core/src/stage/schedule-rules.ts'
import { consumeQueue, createFunction } from './functions.ts'
import type { Wiring } from './wiring.ts'
import { runOnSchedule } from './schedules.ts'

/** The functions that act on keys and write to people: notifier, escalator, rotator, digest. */
export function createConsumers(wiring: Wiring) {
  const { notify, escalate, rotate } = wiring.queues

  const notifier = createFunction('notifier', wiring, {
    timeoutSeconds: notify.rule.timeoutSeconds,
    memory: '512 MB',
  })
  consumeQueue(notify, notifier)

  const escalator = createFunction('escalator', wiring, {
    timeoutSeconds: escalate.rule.timeoutSeconds,
    memory: '512 MB',
  })
  consumeQueue(escalate, escalator)

  const rotator = createFunction('rotator', wiring, {
    timeoutSeconds: rotate.rule.timeoutSeconds,
    memory: '512 MB',
  })
  consumeQueue(rotate, rotator)

  const { timeoutSeconds } = scheduleRules.digest
  const digest = createFunction('digest', wiring, { timeoutSeconds, memory: '512 MB' })
  const digestRun = runOnSchedule('digest', digest, wiring.missedRuns, { retries: 10 })

  return { notifier, escalator, rotator, digest, runs: [digestRun] }
}
