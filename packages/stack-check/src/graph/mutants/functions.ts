import { mutantIn, type Mutant } from './mutant.ts'

const functions = mutantIn('stacks/functions.ts')
const logs = mutantIn('stacks/logs.ts')

/** Mutants of the functions and of their logs. */
export const functionMutants: readonly Mutant[] = [
  functions(
    'a consumer that fails a whole batch',
    'consumersAnswerForEachMessage',
    'partialResponses: true',
    'partialResponses: false',
  ),
  functions(
    'a consumer without MaximumConcurrency',
    'concurrencyIsBoundedAtTheQueue',
    '{ scalingConfig: { maximumConcurrency: concurrency } }',
    '{}',
  ),
  functions(
    'a consumer with reserved concurrency',
    'concurrencyIsBoundedAtTheQueue',
    "architecture: 'arm64',",
    "architecture: 'arm64',\n    concurrency: { reserved: 5 },",
  ),
  functions(
    'roles that trust the whole account, as SST makes them',
    'rolesTrustTheirServiceOnly',
    'if ($dev) return',
    'return',
  ),
  functions(
    'an AWS managed policy for the logs',
    'functionsMayDoWhatTheyCall',
    'role.managedPolicyArns = []',
    '',
  ),
  functions(
    'functions on x86_64',
    'functionsRunAsTheyAreTested',
    "architecture: 'arm64'",
    "architecture: 'x86_64'",
  ),
  functions(
    'functions on an older Node.js',
    'functionsRunAsTheyAreTested',
    "runtime: 'nodejs24.x'",
    "runtime: 'nodejs20.x'",
  ),
  functions(
    'a missing environment variable',
    'variablesAreGivenAndRead',
    'KEYNAG_LEDGER_TABLE: ledger.name,',
    '',
  ),
  functions(
    'an environment variable that no handler reads',
    'variablesAreGivenAndRead',
    'KEYNAG_STAGE: $app.stage,',
    "KEYNAG_STAGE: $app.stage,\n  KEYNAG_DEBUG: 'true',",
  ),
  functions(
    'the Slack token in an environment variable',
    'secretsAreKeptInSecretsManager',
    '{ KEYNAG_SLACK_TOKEN_SECRET: wiring.slackToken.arn }',
    '{ KEYNAG_SLACK_TOKEN_SECRET: process.env.SST_SECRET_SlackToken }',
  ),
  functions(
    'every function may read the Slack token',
    'onlyTheNotifierKnowsOfTheToken',
    'wiring.slackToken !== undefined && readsSlackToken(name)',
    'wiring.slackToken !== undefined',
  ),
  functions(
    'a function linked to the table',
    'functionsMayDoWhatTheyCall',
    'permissions: permissionsOf(name, wiring),',
    'permissions: permissionsOf(name, wiring),\n    link: [wiring.ledger],',
  ),
  functions(
    'a function linked to a queue',
    'functionsMayDoWhatTheyCall',
    'permissions: permissionsOf(name, wiring),',
    'permissions: permissionsOf(name, wiring),\n    link: [wiring.queues.rotate.queue],',
  ),
  functions(
    'a handler that does not exist',
    'evaluation',
    '/handler.handler`',
    '/handlers.handler`',
  ),
  functions('logs as plain text', 'logsAreKeptAndMasked', "format: 'json'", "format: 'text'"),
  functions(
    'logs that are kept for ever',
    'logsAreKeptAndMasked',
    "'1 year' : '2 weeks'",
    "'forever' : 'forever'",
  ),
  logs(
    'a log group that does not mask secrets',
    'logsAreKeptAndMasked',
    'Operation: { Deidentify: { MaskConfig: {} } }',
    'Operation: { Audit: { FindingsDestination: {} } }',
  ),
  logs(
    'permission to write to every log group',
    'functionsWriteToTheirOwnLogOnly',
    'Resource: $interpolate`${arn}:*`',
    "Resource: 'arn:aws:logs:*:*:*'",
  ),
]
