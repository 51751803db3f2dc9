import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { slackToken } from '../graph/evaluators.ts'
import { root } from '../graph/places.ts'
import { allOf, functions, type Rule } from './rule.ts'

const functionsRunAsTheyAreTested: Rule = (graph) =>
  functions(graph).flatMap(({ name, inputs }) =>
    inputs.runtime === 'nodejs24.x' &&
    inputs.architectures.join() === 'arm64' &&
    inputs.packageType === 'Zip' &&
    inputs.timeout <= 900
      ? []
      : [`${name} runs ${inputs.runtime} on ${inputs.architectures.join()}`],
  )

/** SST's own variables: an encryption key for links (keynag has none), and the app's name. */
const ofSst = new Set(['SST_KEY', 'SST_KEY_FILE', 'SST_RESOURCE_App'])
/** Variables that Lambda sets, and variables that only some functions have. */
const notOfAll = new Set(['AWS_REGION', 'KEYNAG_SLACK_TOKEN_SECRET'])

const variablesAreGivenAndRead: Rule = (graph) => {
  const source = readFileSync(join(root, 'packages/functions/src/environment.ts'), 'utf8')
  const read = new Set([...source.matchAll(/^ {2}([A-Z_]+): z\./gm)].map(([, name = '']) => name))
  return functions(graph).flatMap(({ name, inputs }) => {
    const given = new Set(Object.keys(inputs.environment.variables)).difference(ofSst)
    return [
      ...[...given.difference(read)].map((one) => `${name} is given ${one}, which nothing reads`),
      ...[...read.difference(given).difference(notOfAll)].map((one) => `${name} lacks ${one}`),
    ]
  })
}

/** Resource types of AWS. SST's record of linkable values is in its state, which SST encrypts. */
const mayShowSecrets = new Set([
  'aws:secretsmanager/secretVersion:SecretVersion',
  'sst:sst:LinkRef',
])

/** The token of the graph must appear in Secrets Manager and nowhere else. */
const secretsAreKeptInSecretsManager =
  (secret: string): Rule =>
  ({ resources, outputs }) => [
    ...resources.flatMap(({ type, name, inputs }) =>
      mayShowSecrets.has(type) || !JSON.stringify(inputs).includes(secret)
        ? []
        : [`${name} shows the Slack token`],
    ),
    ...(JSON.stringify(outputs).includes(secret) ? ['the outputs show the Slack token'] : []),
  ]

const onlyTheNotifierKnowsOfTheToken: Rule = (graph) =>
  functions(graph).flatMap(({ name, inputs }) => {
    const knows = 'KEYNAG_SLACK_TOKEN_SECRET' in inputs.environment.variables
    return knows === (name === 'NotifierFunction') ? [] : [`${name}: ${String(knows)}`]
  })

const logsAreKeptAndMasked: Rule = (graph, stage) => {
  const groups = allOf(
    graph,
    'aws:cloudwatch/logGroup:LogGroup',
    z.object({ name: z.string(), retentionInDays: z.number() }),
  )
  const masks = allOf(
    graph,
    'aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy',
    z.object({ logGroupName: z.string(), policyDocument: z.unknown() }),
  )
  const days = stage === 'production' ? 365 : 14
  return functions(graph).flatMap(({ name, inputs: { loggingConfig } }) => {
    const group = groups.find(({ inputs }) => inputs.name === loggingConfig.logGroup)
    const mask = masks.find(({ inputs }) => inputs.logGroupName === loggingConfig.logGroup)
    const masked = JSON.stringify(mask?.inputs.policyDocument ?? '')
    return [
      ...(loggingConfig.logFormat === 'JSON' ? [] : [`${name} does not log JSON`]),
      ...(group?.inputs.retentionInDays === days ? [] : [`${name} has the wrong log retention`]),
      ...(/Deidentify/.test(masked) && /AwsSecretKey/.test(masked) && /SlackToken/.test(masked)
        ? []
        : [`${name} does not mask secrets in its log`]),
    ]
  })
}

const everyHandlerIsDeployed: Rule = (graph) => {
  const files = globSync('packages/functions/src/*/handler.ts', { cwd: root })
  return files.length === functions(graph).length
    ? []
    : [`there are ${files.length} handlers and ${functions(graph).length} functions`]
}

export const functionRules = {
  functionsRunAsTheyAreTested,
  variablesAreGivenAndRead,
  onlyTheNotifierKnowsOfTheToken,
  logsAreKeptAndMasked,
  everyHandlerIsDeployed,
  secretsAreKeptInSecretsManager: secretsAreKeptInSecretsManager(slackToken),
}
