import { mutantIn, type Mutant } from './mutant.ts'

const queues = mutantIn('stacks/queues.ts')
const queueRules = mutantIn('packages/core/src/stage/queue-rules.ts')
const policies = mutantIn('stacks/queue-policies.ts')

/** Mutants of the queues and of their policies. */
export const queueMutants: readonly Mutant[] = [
  queues(
    'a queue without its dead-letter queue',
    'workQueuesHaveDeadLetters',
    'dlq: { queue: deadLetters.arn, retry: maxReceiveCount },',
    '',
  ),
  queueRules(
    'a queue with too few receives',
    'workQueuesHaveDeadLetters',
    'maxReceiveCount: 5',
    'maxReceiveCount: 3',
  ),
  queues(
    'a dead-letter queue that accepts messages of another queue',
    'deadLettersComeFromTheirQueueOnly',
    'sourceQueueArns: [queue.arn]',
    'sourceQueueArns: [deadLetters.arn]',
  ),
  queueRules(
    'messages that are kept as long as dead letters',
    'retentionIsFourDaysAndFourteen',
    'retentionSeconds: 4 * daySeconds',
    'retentionSeconds: 14 * daySeconds',
  ),
  queueRules(
    'dead letters that are kept for a week only',
    'retentionIsFourDaysAndFourteen',
    'deadLetterRetentionSeconds: 14 * daySeconds',
    'deadLetterRetentionSeconds: 7 * daySeconds',
  ),
  queueRules(
    'a visibility time-out without the batch window',
    'visibilityOutlastsTheConsumer',
    '6 * chosen.timeoutSeconds + windowSeconds',
    '6 * chosen.timeoutSeconds',
  ),
  queueRules(
    'a visibility time-out as long as one run',
    'visibilityOutlastsTheConsumer',
    '6 * chosen.timeoutSeconds + windowSeconds',
    'chosen.timeoutSeconds + windowSeconds',
  ),
  queues(
    'a queue that is not encrypted',
    'everythingIsEncrypted',
    'queue: { name, messageRetentionSeconds, sqsManagedSseEnabled: true }',
    'queue: { name, messageRetentionSeconds }',
  ),
  policies(
    'a queue that accepts messages without TLS',
    'queuesTakeTlsOnly',
    "{ Bool: { 'aws:SecureTransport': 'false' } }",
    "{ Bool: { 'aws:SecureTransport': 'true' } }",
  ),
  policies(
    'a queue that accepts messages from every role',
    'queuesTakeMessagesOfTheirSendersOnly',
    '[fn.nodes.role.arn]',
    "['arn:aws:iam::222222222222:role/*']",
  ),
  policies(
    'a queue that refuses one of its senders',
    'queuesTakeMessagesOfTheirSendersOnly',
    'const senders = [...roles, ...operators]',
    'const senders = [...roles.slice(1), ...operators]',
  ),
  policies(
    'a queue of missed runs that refuses Scheduler',
    'queuesTakeMessagesOfTheirSendersOnly',
    "roles: [...rolesSendingTo('missed-runs'), ...schedulers],",
    "roles: rolesSendingTo('missed-runs'),",
  ),
]
