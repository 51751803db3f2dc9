import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type GetSecretValueCommandInput,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import type { AwsUnderTest } from './aws-under-test.ts'

export const name = 'keynag/rotation'
export const first = '11111111-1111-4111-8111-111111111111'
export const second = '22222222-2222-4222-8222-222222222222'
export const third = '33333333-3333-4333-8333-333333333333'

/** Creates a secret without a value in a new account, and returns the calls that most cases make. */
export const createTestSecret = async (aws: AwsUnderTest) => {
  const account = await aws.account()
  const { secrets } = account
  const created = await secrets.send(new CreateSecretCommand({ Name: name }))
  const arn = created.ARN ?? ''
  return { ...account, created, arn, ...callsOn(secrets, arn) }
}

const callsOn = (secrets: SecretsManagerClient, SecretId: string) => ({
  put: (ClientRequestToken: string, SecretString: string, VersionStages?: string[]) =>
    secrets.send(
      new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString, VersionStages }),
    ),
  read: (which: Partial<GetSecretValueCommandInput> = {}) =>
    secrets.send(new GetSecretValueCommand({ SecretId, ...which })),
  /** The labels of each version that has any, sorted. */
  stages: async () => {
    const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId }))
    return Object.fromEntries(
      Object.entries(VersionIdsToStages)
        .filter(([, labels]) => labels.length > 0)
        .map(([version, labels]) => [version, labels.toSorted()]),
    )
  },
})
