import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { permanent } from '@keynag/core'
import { calling } from '../classify.ts'
import { clientConfig } from '../session/client-settings.ts'

/**
 * Reads one of keynag's own secrets in the hub's account, such as the Slack token.
 *
 * @throws KeynagError permanent when it has no text or may not be read.
 */
export async function readSecret(region: string, secretId: string): Promise<string> {
  const secrets = new SecretsManagerClient(clientConfig('secretsmanager', { region }))
  const call = { operation: 'secretsmanager:GetSecretValue', secret: true }
  const { SecretString } = await calling(call, () =>
    secrets.send(new GetSecretValueCommand({ SecretId: secretId })),
  )
  if (SecretString !== undefined) return SecretString
  throw permanent('KEYNAG_ENVIRONMENT_INVALID', `the secret ${secretId} holds no text`)
}
