/**
 * Keeps the Slack token in Secrets Manager instead of an SST link. SST puts linked values into the code
 * bundle and their key into the environment, so that everybody who may read a function's configuration
 * and code could read them.
 *
 * An organisation without a token sends only mail.
 */
export function createSlackToken(): aws.secretsmanager.Secret | undefined {
  // sst.Secret reads the same variable, and refuses to deploy without a value.
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
