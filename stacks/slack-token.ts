/**
 * The Slack token goes through Secrets Manager rather than a link: SST puts linked values into the
 * code bundle and the key to them into the environment, where everyone who may read a function's
 * configuration and code can read them.
 *
 * An organisation that has set none writes mails only.
 */
export function createSlackToken(): aws.secretsmanager.Secret | undefined {
  // Where sst.Secret itself looks; without it, that would refuse to deploy.
  if (process.env.SST_SECRET_SlackToken === undefined) return undefined
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
