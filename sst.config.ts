// oxlint-disable-next-line typescript/triple-slash-reference -- declares the globals: sst, aws, $app
/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app({ stage }) {
    const isProduction = stage === 'production'
    return {
      name: 'keynag',
      home: 'aws',
      removal: isProduction ? 'retain' : 'remove',
      protect: isProduction,
      // SST 4.17.1 was released with this version. Without a version it takes the newest one.
      providers: {
        aws: { version: '7.20.0', defaultTags: { tags: { application: 'keynag', stage } } },
      },
    }
  },
  async run() {
    const { parseConfig } = await import('@keynag/core')
    const { resourceNames } = await import('./packages/aws/src/resource-names.ts')
    const { default: config } = await import('./keynag.config.ts')
    const { trustLambdaOnly } = await import('./stacks/functions.ts')
    const { findHub } = await import('./stacks/hub.ts')
    const { createDataKey } = await import('./stacks/data-key.ts')
    const { createLedger } = await import('./stacks/ledger.ts')
    const { createQueues } = await import('./stacks/queues.ts')
    const { guardQueues } = await import('./stacks/queue-policies.ts')
    const { createMissedRuns } = await import('./stacks/schedules.ts')
    const { createSlackToken } = await import('./stacks/slack-token.ts')
    const { createScanner } = await import('./stacks/scanner.ts')
    const { createConsumers } = await import('./stacks/consumers.ts')
    const { createBounces } = await import('./stacks/bounces.ts')
    const { createAlarms } = await import('./stacks/alarms.ts')
    const { createDashboard } = await import('./stacks/dashboard.ts')
    const { createMemberRoles } = await import('./stacks/member-roles.ts')

    trustLambdaOnly()
    const settings = parseConfig(config)
    const hub = await findHub()
    const dataKey = createDataKey(hub)
    const ledger = createLedger(dataKey)
    const queues = createQueues()
    const missedRuns = createMissedRuns()
    const wiring = {
      hub,
      ledger,
      queues,
      missedRuns,
      slackToken: createSlackToken(),
      configurationSet:
        settings.mail.configurationSet ?? resourceNames($app.stage).configurationSet,
      settings,
    }
    const { runs: scannerRuns, ...scanning } = createScanner(wiring)
    const { runs: consumerRuns, ...consuming } = createConsumers(wiring)
    const { bounces, topic: mailEvents } = createBounces(wiring, dataKey)
    guardQueues(queues, missedRuns, {
      functions: { ...scanning, ...consuming, bounces },
      runs: [...scannerRuns, ...consumerRuns],
      mailEvents,
      operators: settings.operators,
    })
    createMemberRoles(hub, settings, {
      scanner: scanning.scanner,
      rotator: consuming.rotator,
    })
    const { planner, sweeper } = scanning
    const watched = {
      queues,
      missedRuns,
      scheduled: { planner, sweeper, digest: consuming.digest },
    }
    const { topic, alarms } = createAlarms(watched, settings.security.email, dataKey)
    createDashboard(hub, queues, alarms)

    return {
      ledgerTable: ledger.name,
      alarmTopic: topic.arn,
      scanQueue: queues.scan.queue.url,
      notifyQueue: queues.notify.queue.url,
      escalateQueue: queues.escalate.queue.url,
      rotateQueue: queues.rotate.queue.url,
    }
  },
})
