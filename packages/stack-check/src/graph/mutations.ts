import type { RuleName } from '../rules/all-rules.ts'
import type { Edit } from './edit.ts'

/** A mistake that somebody could make, and the rule that must say so. */
export interface Mutation extends Edit {
  readonly mistake: string
  /** `evaluation`: the stacks cannot even be evaluated. */
  readonly caughtBy: RuleName | 'evaluation'
  readonly stage?: string
}

const of =
  (file: string) =>
  (
    mistake: string,
    caughtBy: Mutation['caughtBy'],
    find: string,
    replace: string,
    stage?: string,
  ): Mutation => ({
    file,
    mistake,
    caughtBy,
    find,
    replace,
    ...(stage === undefined ? {} : { stage }),
  })

const queues = of('stacks/queues.ts')
const queueRules = of('packages/core/src/stage/queue-rules.ts')
const policies = of('stacks/queue-policies.ts')
const functions = of('stacks/functions.ts')
const permissions = of('stacks/permissions.ts')
const operations = of('packages/aws/src/roles/operations.ts')
const logs = of('stacks/logs.ts')
const ledger = of('stacks/ledger.ts')
const key = of('stacks/data-key.ts')
const schedules = of('stacks/schedules.ts')
const alarms = of('stacks/alarms.ts')
const bounces = of('stacks/bounces.ts')
const token = of('stacks/slack-token.ts')
const template = of('packages/aws/src/roles/member-role-template.ts')
const memberRoles = of('stacks/member-roles.ts')
const config = of('sst.config.ts')

export const mutations: readonly Mutation[] = [
  queues(
    'a queue without its dead-letter queue',
    'workQueuesHaveDeadLetters',
    'dlq: { queue: deadLetters.arn, retry: maxReceiveCount },',
    '',
  ),
  queueRules(
    'too few receives',
    'workQueuesHaveDeadLetters',
    'maxReceiveCount: 5',
    'maxReceiveCount: 3',
  ),
  queues(
    'dead letters from anywhere',
    'deadLettersComeFromTheirQueueOnly',
    'sourceQueueArns: [queue.arn]',
    'sourceQueueArns: [deadLetters.arn]',
  ),
  queueRules(
    'messages kept as long as dead letters',
    'retentionIsFourDaysAndFourteen',
    'retentionSeconds: 4 * daySeconds',
    'retentionSeconds: 14 * daySeconds',
  ),
  queueRules(
    'dead letters kept for a week',
    'retentionIsFourDaysAndFourteen',
    'deadLetterRetentionSeconds: 14 * daySeconds',
    'deadLetterRetentionSeconds: 7 * daySeconds',
  ),
  queueRules(
    'visibility without the batch window',
    'visibilityOutlastsTheConsumer',
    '6 * chosen.timeoutSeconds + windowSeconds',
    '6 * chosen.timeoutSeconds',
  ),
  queueRules(
    'visibility as long as one run',
    'visibilityOutlastsTheConsumer',
    '6 * chosen.timeoutSeconds + windowSeconds',
    'chosen.timeoutSeconds + windowSeconds',
  ),
  queues(
    'a queue in plain text',
    'everythingIsEncrypted',
    'queue: { name, messageRetentionSeconds, sqsManagedSseEnabled: true }',
    'queue: { name, messageRetentionSeconds }',
  ),
  policies(
    'a queue without TLS',
    'queuesTakeTlsOnly',
    "{ Bool: { 'aws:SecureTransport': 'false' } }",
    "{ Bool: { 'aws:SecureTransport': 'true' } }",
  ),
  policies(
    'everybody may forge events',
    'queuesTakeMessagesOfTheirSendersOnly',
    '[fn.nodes.role.arn]',
    "['arn:aws:iam::222222222222:role/*']",
  ),
  policies(
    'one sender is forgotten',
    'queuesTakeMessagesOfTheirSendersOnly',
    'const senders = [...roles, ...operators]',
    'const senders = [...roles.slice(1), ...operators]',
  ),
  policies(
    'missed runs take nothing from Scheduler',
    'queuesTakeMessagesOfTheirSendersOnly',
    "roles: [...rolesSendingTo('missed-runs'), ...schedulers],",
    "roles: rolesSendingTo('missed-runs'),",
  ),
  functions(
    'a batch fails as one',
    'consumersAnswerForEachMessage',
    'partialResponses: true',
    'partialResponses: false',
  ),
  functions(
    'no MaximumConcurrency',
    'concurrencyIsBoundedAtTheQueue',
    '{ scalingConfig: { maximumConcurrency: concurrency } }',
    '{}',
  ),
  functions(
    'reserved concurrency instead',
    'concurrencyIsBoundedAtTheQueue',
    "architecture: 'arm64',",
    "architecture: 'arm64',\n    concurrency: { reserved: 5 },",
  ),
  functions(
    'roles that SST makes, which trust the whole account',
    'rolesTrustTheirServiceOnly',
    'if ($dev) return',
    'return',
  ),
  functions(
    'a policy of AWS for the logs',
    'functionsMayDoWhatTheyCall',
    'role.managedPolicyArns = []',
    '',
  ),
  functions(
    'Intel processors',
    'functionsRunAsTheyAreTested',
    "architecture: 'arm64'",
    "architecture: 'x86_64'",
  ),
  functions(
    'an older Node',
    'functionsRunAsTheyAreTested',
    "runtime: 'nodejs24.x'",
    "runtime: 'nodejs20.x'",
  ),
  functions(
    'a variable forgotten',
    'variablesAreGivenAndRead',
    'KEYNAG_LEDGER_TABLE: ledger.name,',
    '',
  ),
  functions(
    'a variable that nothing reads',
    'variablesAreGivenAndRead',
    'KEYNAG_STAGE: $app.stage,',
    "KEYNAG_STAGE: $app.stage,\n  KEYNAG_DEBUG: 'true',",
  ),
  functions(
    'the Slack token in the environment',
    'secretsAreKeptInSecretsManager',
    '{ KEYNAG_SLACK_TOKEN_SECRET: wiring.slackToken.arn }',
    '{ KEYNAG_SLACK_TOKEN_SECRET: process.env.SST_SECRET_SlackToken }',
  ),
  functions(
    'every function knows of the token',
    'onlyTheNotifierKnowsOfTheToken',
    'wiring.slackToken !== undefined && readsSlackToken(name)',
    'wiring.slackToken !== undefined',
  ),
  functions(
    'a linked table',
    'functionsMayDoWhatTheyCall',
    'permissions: permissionsOf(name, wiring),',
    'permissions: permissionsOf(name, wiring),\n    link: [wiring.ledger],',
  ),
  functions(
    'a linked queue, with all of its permissions',
    'functionsMayDoWhatTheyCall',
    'permissions: permissionsOf(name, wiring),',
    'permissions: permissionsOf(name, wiring),\n    link: [wiring.queues.rotate.queue],',
  ),
  functions('a handler that is not there', 'evaluation', '/handler.handler`', '/handlers.handler`'),
  functions('logs in text', 'logsAreKeptAndMasked', "format: 'json'", "format: 'text'"),
  functions(
    'logs that are kept for ever',
    'logsAreKeptAndMasked',
    "'1 year' : '2 weeks'",
    "'forever' : 'forever'",
  ),
  permissions(
    'every role of the organisation',
    'permissionsReachTheirTargetOnly',
    ":role/${settings.memberRoles[role].replace(/^\\//, '')}`",
    ':role/*`',
  ),
  permissions(
    'member roles outside the organisation',
    'permissionsReachTheirTargetOnly',
    "conditions: [{ test: 'StringEquals', variable: 'aws:ResourceOrgID', values: [organizationId] }],",
    '',
  ),
  permissions(
    'mail in the name of anybody',
    'permissionsReachTheirTargetOnly',
    "variable: 'ses:FromAddress'",
    "variable: 'ses:FeedbackAddress'",
  ),
  permissions(
    'every table',
    'permissionsReachTheirTargetOnly',
    'ledger: { resources: [ledger.arn] }',
    "ledger: { resources: ['arn:aws:dynamodb:eu-west-1:222222222222:table/*'] }",
  ),
  permissions(
    'every secret',
    'wildcardsHaveAReason',
    '{ resources: [slackToken.arn] }',
    "{ resources: ['*'] }",
  ),
  operations(
    'a wildcard among the operations',
    'actionsAreNamed',
    "actions: ['dynamodb:Scan']",
    "actions: ['dynamodb:*']",
  ),
  logs(
    'a log without masking',
    'logsAreKeptAndMasked',
    'Operation: { Deidentify: { MaskConfig: {} } }',
    'Operation: { Audit: { FindingsDestination: {} } }',
  ),
  logs(
    'every log group',
    'functionsWriteToTheirOwnLogOnly',
    'Resource: $interpolate`${arn}:*`',
    "Resource: 'arn:aws:logs:*:*:*'",
  ),
  ledger('a ledger under a key of AWS', 'everythingIsEncrypted', 'kmsKeyArn: dataKey.arn', ''),
  ledger(
    'a ledger that anybody can delete',
    'theLedgerCanBeRecovered',
    "deletionProtection: $app.stage === 'production'",
    'deletionProtection: false',
  ),
  ledger(
    'no recovery to a moment',
    'theLedgerCanBeRecovered',
    'name: resourceNames($app.stage).ledgerTable,',
    'name: resourceNames($app.stage).ledgerTable,\n        pointInTimeRecovery: { enabled: false },',
  ),
  ledger(
    'an index by another attribute',
    'theLedgerHasItsIndexes',
    '{ hashKey, rangeKey, projection: projection',
    "{ hashKey: 'pk', rangeKey, projection: projection",
  ),
  key(
    'a key that is never renewed',
    'everythingIsEncrypted',
    'enableKeyRotation: true',
    'enableKeyRotation: false',
  ),
  schedules(
    'a schedule without retries',
    'schedulesTryAgainAndLeaveATrace',
    '    retries,\n    dlq',
    '    dlq',
  ),
  schedules(
    'a schedule that leaves no trace',
    'schedulesTryAgainAndLeaveATrace',
    'dlq: missedRuns.arn,',
    '',
  ),
  schedules(
    'local time',
    'schedulesTryAgainAndLeaveATrace',
    "timezone: 'Etc/UTC'",
    "timezone: 'Europe/Berlin'",
  ),
  schedules(
    'a run that fails in silence',
    'failedRunsLeaveATrace',
    'destinationConfig: { onFailure: { destination: missedRuns.arn } },',
    '',
  ),
  alarms(
    'an alarm without a heading',
    'everyAlarmSaysWhatToDo',
    "'a-replacement-is-stuck'",
    "'a-replacement-hangs-here'",
  ),
  alarms(
    'alarms that nobody hears',
    'everyAlarmIsHeard',
    'alarmActions: [topic.arn],',
    'alarmActions: [],',
  ),
  alarms(
    'dead letters that nobody watches',
    'everyQueueHasAnAlarm',
    'anythingIn(deadLetters)',
    'anythingIn(queue)',
  ),
  alarms(
    'old messages that nobody watches',
    'everyQueueHasAnAlarm',
    "metricName: 'ApproximateAgeOfOldestMessage'",
    "metricName: 'NumberOfMessagesSent'",
  ),
  alarms(
    'throttles that nobody watches',
    'whatPeopleMustMendHasAnAlarm',
    'for (const queue of eventQueuesOf(queues)) watchThrottles(queue, alarm)',
    '',
  ),
  alarms(
    'a metric that nobody counts',
    'everyOwnMetricIsCounted',
    "metric: 'OldestHoldDays'",
    "metric: 'OldestHoldAge'",
  ),
  alarms(
    'a planner that dies unnoticed',
    'silenceOfTheScanRings',
    "treatMissingData: 'breaching',\n    },\n  )",
    "treatMissingData: 'notBreaching',\n    },\n  )",
  ),
  alarms(
    'an alarm that is not on the dashboard',
    'theDashboardShowsEveryAlarm',
    'return { topic, alarms }',
    'return { topic, alarms: alarms.slice(1) }',
  ),
  alarms(
    'a topic in plain text',
    'everythingIsEncrypted',
    "'Alarms', { kmsMasterKeyId: dataKey.arn }",
    "'Alarms', {}",
  ),
  bounces(
    'complaints that SES keeps to itself',
    'bouncesReachTheirQueue',
    "'BOUNCE', 'COMPLAINT',",
    "'BOUNCE',",
  ),
  bounces(
    'mail events that go nowhere',
    'bouncesReachTheirQueue',
    'endpoint: queues.bounces.queue.arn',
    'endpoint: queues.notify.queue.arn',
  ),
  bounces(
    'a queue that nobody works off',
    'everyWorkQueueIsConsumedOnce',
    'consumeQueue(queues.bounces, bounces)',
    '',
  ),
  token(
    'the token as an output of the stage',
    'secretsAreKeptInSecretsManager',
    "description: 'The token of the Slack bot that keynag writes with'",
    'description: value',
  ),
  template(
    'member roles that trust anybody',
    'memberRolesTrustExactlyTheHub',
    'Principal: { AWS: [...trusted[role], ...alsoTrusted] }',
    "Principal: { AWS: '*' }",
  ),
  template(
    'member roles that trust another organisation',
    'memberRolesTrustExactlyTheHub',
    "'aws:PrincipalOrgID': organizationId,",
    '',
  ),
  template(
    'break-glass users in reach',
    'memberRolesKeepTheirHandsOff',
    "Sid: 'ProtectedUsers',\n            Effect: 'Deny'",
    "Sid: 'ProtectedUsers',\n            Effect: 'Allow'",
  ),
  template(
    "keynag's own roles in reach",
    'memberRolesKeepTheirHandsOff',
    "Sid: 'OwnRoles',\n      Effect: 'Deny'",
    "Sid: 'OwnRoles',\n      Effect: 'Allow'",
  ),
  template(
    'every user, and whatever else there is',
    'wildcardsHaveAReason',
    "users: inAccount('iam', '', 'user/*')",
    "users: '*'",
  ),
  memberRoles(
    'new accounts left out',
    'memberRolesAreProductionsAlone',
    'autoDeployment: { enabled: true',
    'autoDeployment: { enabled: false',
  ),
  memberRoles(
    'a second stage with the same roles',
    'memberRolesAreProductionsAlone',
    "if ($app.stage !== 'production') return",
    '',
    'staging',
  ),
  config(
    'production that can be removed',
    'productionIsKept',
    "removal: isProduction ? 'retain' : 'remove'",
    "removal: 'remove'",
  ),
  config(
    'a staging that stays behind',
    'productionIsKept',
    "removal: isProduction ? 'retain' : 'remove'",
    "removal: 'retain'",
    'staging',
  ),
  config(
    'a function that is not deployed',
    'everyHandlerIsDeployed',
    'const { bounces, topic: mailEvents } = createBounces(wiring, dataKey)',
    'const { bounces, topic: mailEvents } = { bounces: scanning.scanner, topic: new aws.sns.Topic("Events") }',
  ),
]

/** Mistakes in what is bundled, which only bundling shows. */
export const handlerMutations: readonly Mutation[] = [
  of('packages/functions/src/digest/handler.ts')(
    'a handler of another name',
    'evaluation',
    'export const handler',
    'export const handle',
  ),
  of('packages/engine/src/schedules.ts')(
    'a module that is not there',
    'evaluation',
    "'./planner/plan.ts'",
    "'./planner/plans.ts'",
  ),
  of('packages/functions/src/sweeper/handler.ts')(
    'a module that throws when it is loaded',
    'evaluation',
    '/** Every five minutes',
    "throw new Error('not yet')\n/** Every five minutes",
  ),
]
