import {
  assumesMemberRoles,
  consumeQueue,
  consumes,
  createFunction,
  readsLedger,
  scansLedger,
  sendsMail,
  sendsTo,
  writesLedger,
  type Wiring,
} from './functions.ts'

/** Acts on what was found, and tells people: notifier, escalator, rotator, digest. */
export function createConsumers(wiring: Wiring) {
  const slackToken = createSlackToken()

  const notifier = createFunction('Notifier', wiring, {
    timeoutSeconds: wiring.queues.notify.timeoutSeconds,
    memory: '512 MB',
    permissions: [
      ...consumes(wiring, 'notify'),
      readsLedger(wiring),
      writesLedger(wiring),
      sendsTo(wiring, 'notify'),
      sendsMail(wiring),
      { actions: ['secretsmanager:GetSecretValue'], resources: [slackToken.arn] },
    ],
    environment: { KEYNAG_SLACK_TOKEN_SECRET: slackToken.arn },
  })
  // Slack takes about one message a second and channel: more senders only earn refusals.
  consumeQueue(wiring.queues.notify, notifier, { batchSize: 10, concurrency: 2 })

  const escalator = createFunction('Escalator', wiring, {
    timeoutSeconds: wiring.queues.escalate.timeoutSeconds,
    memory: '512 MB',
    permissions: [
      ...consumes(wiring, 'escalate'),
      readsLedger(wiring),
      writesLedger(wiring),
      sendsTo(wiring, 'notify', 'rotate'),
    ],
  })
  consumeQueue(wiring.queues.escalate, escalator, { batchSize: 10, concurrency: 2 })

  const rotator = createFunction('Rotator', wiring, {
    timeoutSeconds: wiring.queues.rotate.timeoutSeconds,
    memory: '512 MB',
    permissions: [
      ...consumes(wiring, 'rotate'),
      readsLedger(wiring),
      writesLedger(wiring),
      sendsTo(wiring, 'rotate', 'notify'),
      assumesMemberRoles(wiring, 'reader', 'creator', 'reaper'),
    ],
  })
  consumeQueue(wiring.queues.rotate, rotator, { batchSize: 1, concurrency: 5 })

  const digest = createFunction('Digest', wiring, {
    timeoutSeconds: 300,
    memory: '512 MB',
    permissions: [
      readsLedger(wiring),
      scansLedger(wiring),
      writesLedger(wiring),
      sendsMail(wiring),
    ],
  })
  new sst.aws.CronV2('DigestRun', {
    function: digest,
    // Two hours after the planner, when the scan should be over.
    schedule: 'cron(0 7 * * ? *)',
    timezone: 'Etc/UTC',
    retries: 10,
  })

  return { notifier, escalator, rotator, digest }
}

/**
 * The Slack token goes through Secrets Manager rather than a link: SST puts linked values into the
 * code bundle and the key to them into the environment, where everyone who may read a function's
 * configuration and code can read them.
 */
function createSlackToken(): aws.secretsmanager.Secret {
  const { value } = new sst.Secret('SlackToken')
  const secret = new aws.secretsmanager.Secret('SlackTokenSecret', {
    description: 'The token of the Slack bot that keynag writes with',
    recoveryWindowInDays: $app.stage === 'production' ? 30 : 0,
  })
  new aws.secretsmanager.SecretVersion('SlackTokenSecretVersion', {
    secretId: secret.id,
    secretString: value,
  })
  return secret
}
