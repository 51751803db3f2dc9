import { consumeQueue, createFunction, type Wiring } from './functions.ts'
import { runOnSchedule } from './schedules.ts'

/** Finds what is stale and what has come due: planner, scanner, sweeper. */
export function createScanner(wiring: Wiring) {
  const planner = createFunction('planner', wiring, { timeoutSeconds: 300, memory: '512 MB' })
  const plannerRun = runOnSchedule('planner', planner, wiring.missedRuns, {
    schedule: 'cron(0 5 * * ? *)',
    retries: 10,
  })

  const scanner = createFunction('scanner', wiring, {
    timeoutSeconds: wiring.queues.scan.rule.timeoutSeconds,
    memory: '1024 MB',
  })
  consumeQueue(wiring.queues.scan, scanner, { batchSize: 1, concurrency: 20 })

  const sweeper = createFunction('sweeper', wiring, { timeoutSeconds: 300, memory: '512 MB' })
  const sweeperRun = runOnSchedule('sweeper', sweeper, wiring.missedRuns, {
    // A policy's window may last five minutes, as weekly-purge's does from 23:55 to 24:00, and what
    // misses it waits for the next. Windows begin on whole minutes, so one of their five is a
    // multiple of five, and Scheduler starts a run within the minute that it is due. `rate` would
    // count from the deployment and could leave the rotator the last seconds.
    schedule: 'cron(0/5 * * * ? *)',
    retries: 2,
  })

  return { planner, scanner, sweeper, runs: [plannerRun, sweeperRun] }
}
