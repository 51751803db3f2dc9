import { consumeQueue, createFunction } from './functions.ts'
import type { Wiring } from './wiring.ts'

/**
 * Withdraws the delivery of a mail when SES reports that it bounced or was marked as spam. SES
 * publishes to a topic, the topic sends to the queue, and the function updates the ledger.
 */
export function createBounces(wiring: Wiring, dataKey: aws.kms.Key) {
  const { queues, configurationSet, hub, settings } = wiring
  const topic = new aws.sns.Topic('MailEvents', { kmsMasterKeyId: dataKey.arn })
  const topicPolicy = new aws.sns.TopicPolicy('MailEventsPolicy', {
    arn: topic.arn,
    policy: $jsonStringify({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'OnlySesOfThisAccount',
          Effect: 'Allow',
          Principal: { Service: 'ses.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: topic.arn,
          Condition: { StringEquals: { 'aws:SourceAccount': hub.accountId } },
        },
      ],
    }),
  })
  // A set that the settings name belongs to somebody else, so it only gets another destination.
  if (settings.mail.configurationSet === undefined) {
    new aws.sesv2.ConfigurationSet('MailEventsSet', {
      configurationSetName: configurationSet,
      deliveryOptions: { tlsPolicy: 'REQUIRE' },
      reputationOptions: { reputationMetricsEnabled: true },
    })
  }
  new aws.sesv2.ConfigurationSetEventDestination(
    'MailEventsDestination',
    {
      configurationSetName: configurationSet,
      eventDestinationName: `keynag-${$app.stage}`,
      eventDestination: {
        enabled: true,
        // SES accepts a template that it cannot fill and drops the mail; only this event reports it.
        matchingEventTypes: ['BOUNCE', 'COMPLAINT', 'REJECT', 'RENDERING_FAILURE'],
        snsDestination: { topicArn: topic.arn },
      },
    },
    // SES publishes to the topic at once, so the topic's policy has to exist before.
    { dependsOn: [topicPolicy] },
  )
  new aws.sns.TopicSubscription('MailEventsToQueue', {
    topic: topic.arn,
    protocol: 'sqs',
    endpoint: queues.bounces.queue.arn,
    rawMessageDelivery: true,
    // Without this queue, messages that SNS cannot deliver would be lost.
    redrivePolicy: $jsonStringify({ deadLetterTargetArn: queues.bounces.deadLetters.arn }),
  })

  const bounces = createFunction('bounces', wiring, {
    // The queue has its name already.
    title: 'BounceReader',
    timeoutSeconds: queues.bounces.rule.timeoutSeconds,
    memory: '512 MB',
  })
  consumeQueue(queues.bounces, bounces)
  return { bounces, topic }
}
