import { consumeQueue, createFunction } from './functions.ts'
import type { Wiring } from './wiring.ts'

/**
 * Takes back what a mail counted for once SES says that it came back or was called spam: SES tells a
 * topic, the topic the queue, and the function the ledger.
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
  // One that the settings name is somebody else's, and only gets another destination.
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
        // A template that cannot be filled is accepted and dropped; nothing else would tell.
        matchingEventTypes: ['BOUNCE', 'COMPLAINT', 'REJECT', 'RENDERING_FAILURE'],
        snsDestination: { topicArn: topic.arn },
      },
    },
    // SES tries the topic at once.
    { dependsOn: [topicPolicy] },
  )
  new aws.sns.TopicSubscription('MailEventsToQueue', {
    topic: topic.arn,
    protocol: 'sqs',
    endpoint: queues.bounces.queue.arn,
    rawMessageDelivery: true,
    // What SNS cannot hand over would be gone.
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
