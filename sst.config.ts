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
      // The version that SST 4.17.1 was released with; without one, it takes the newest there is.
      providers: {
        aws: { version: '7.20.0', defaultTags: { tags: { application: 'keynag', stage } } },
      },
    }
  },
  async run() {
    const { parseConfig } = await import('@keynag/core')
    const { default: config } = await import('./keynag.config.ts')
    const { trustLambdaOnly } = await import('./stacks/functions.ts')
    const { findHub } = await import('./stacks/hub.ts')
    const { createLedger } = await import('./stacks/ledger.ts')
    const { createQueues } = await import('./stacks/queues.ts')
    const { createSlackToken } = await import('./stacks/slack-token.ts')
    const { createScanner } = await import('./stacks/scanner.ts')
    const { createConsumers } = await import('./stacks/consumers.ts')
    const { createAlarms } = await import('./stacks/alarms.ts')
    const { createMemberRoles } = await import('./stacks/member-roles.ts')

    trustLambdaOnly()
    const hub = await findHub()
    const ledger = createLedger()
    const queues = createQueues()
    const settings = parseConfig(config)
    const wiring = { hub, ledger, queues, slackToken: createSlackToken(), settings }
    const { planner, scanner, sweeper } = createScanner(wiring)
    const { rotator, digest } = createConsumers(wiring)
    createMemberRoles(hub, settings.memberRoles, { scanner, rotator })
    const { topic } = createAlarms(queues, { planner, sweeper, digest }, settings.security.email)

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
