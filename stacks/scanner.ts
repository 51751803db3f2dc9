import { scheduleRules } from '../packages/core/src/stage/schedule-rules.ts'
import { consumeQueue, createFunction } from './functions.ts'
import type { Wiring } from './wiring.ts'
import { runOnSchedule } from './schedules.ts'

/** The functions that find stale keys and due work: planner, scanner, sweeper. */
export function createScanner(wiring: Wiring) {
  const planner = createFunction('planner', wiring, {
    timeoutSeconds: scheduleRules.planner.timeoutSeconds,
    memory: '512 MB',
  })
  const plannerRun = runOnSchedule('planner', planner, wiring.missedRuns, { retries: 10 })

  const scanner = createFunction('scanner', wiring, {
    timeoutSeconds: wiring.queues.scan.rule.timeoutSeconds,
    memory: '1024 MB',
  })
  consumeQueue(wiring.queues.scan, scanner)

  const sweeper = createFunction('sweeper', wiring, {
    timeoutSeconds: scheduleRules.sweeper.timeoutSeconds,
    memory: '512 MB',
  })
  const sweeperRun = runOnSchedule('sweeper', sweeper, wiring.missedRuns, { retries: 2 })

  return { planner, scanner, sweeper, runs: [plannerRun, sweeperRun] }
}
