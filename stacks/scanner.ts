import {
  assumesMemberRoles,
  consumeQueue,
  consumes,
  createFunction,
  readsLedger,
  sendsTo,
  writesLedger,
  type Wiring,
} from './functions.ts'

/** Finds what is stale and what has come due: planner, scanner, sweeper. */
export function createScanner(wiring: Wiring) {
  const planner = createFunction('Planner', wiring, {
    timeoutSeconds: 300,
    memory: '512 MB',
    permissions: [
      readsLedger(wiring),
      writesLedger(wiring),
      sendsTo(wiring, 'scan'),
      {
        // Organizations' list calls know no resources.
        actions: [
          'organizations:DescribeOrganizationalUnit',
          'organizations:ListAccounts',
          'organizations:ListParents',
        ],
        resources: ['*'],
      },
    ],
  })
  new sst.aws.CronV2('PlannerRun', {
    function: planner,
    schedule: 'cron(0 5 * * ? *)',
    timezone: 'Etc/UTC',
    retries: 10,
  })

  const scanner = createFunction('Scanner', wiring, {
    timeoutSeconds: wiring.queues.scan.timeoutSeconds,
    memory: '1024 MB',
    permissions: [
      ...consumes(wiring, 'scan'),
      readsLedger(wiring),
      writesLedger(wiring),
      sendsTo(wiring, 'scan', 'notify', 'escalate', 'rotate'),
      assumesMemberRoles(wiring, 'reader'),
    ],
  })
  consumeQueue(wiring.queues.scan, scanner, { batchSize: 1, concurrency: 20 })

  const sweeper = createFunction('Sweeper', wiring, {
    timeoutSeconds: 300,
    memory: '512 MB',
    permissions: [
      readsLedger(wiring),
      writesLedger(wiring),
      sendsTo(wiring, 'notify', 'escalate', 'rotate'),
    ],
  })
  new sst.aws.CronV2('SweeperRun', {
    function: sweeper,
    schedule: 'rate(15 minutes)',
    retries: 2,
  })

  return { planner, scanner, sweeper }
}
