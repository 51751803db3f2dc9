import { GetSecretValueCommand, PutResourcePolicyCommand } from '@aws-sdk/client-secrets-manager'
import { expect } from 'vitest'
import { createTestSecret, first, name } from './test-secret.ts'
import type { AwsUnderTest } from './aws-under-test.ts'
import type { Documented } from './documented.ts'
import { refused } from './refused.ts'

const policyFor = (principal: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: principal },
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
      },
    ],
  })

export const secretPolicyCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  const filled = async () => {
    const secret = await createTestSecret(aws())
    await secret.put(first, 'one')
    return secret
  }

  documented('A resource policy alone can allow a user to read a secret', async () => {
    const { id, arn, secrets, addUser, addKey } = await filled()
    await addUser({ userName: 'ann' })
    await addUser({ userName: 'anna' })
    const readers = [aws().as(await addKey('ann')), aws().as(await addKey('anna'))]
    const ResourcePolicy = policyFor(`arn:aws:iam::${id}:user/ann`)
    const answer = await secrets.send(
      new PutResourcePolicyCommand({ SecretId: arn, ResourcePolicy, BlockPublicPolicy: true }),
    )
    expect(answer).toMatchObject({ ARN: arn, Name: name })
    const read = new GetSecretValueCommand({ SecretId: arn })
    expect(await readers[0]?.secrets.send(read)).toMatchObject({ SecretString: 'one' })
    await refused(Promise.resolve(readers[1]?.secrets.send(read)), 'AccessDenied', 400)
  })

  documented(
    'A resource policy for everybody fails with PublicPolicy if BlockPublicPolicy is set',
    async () => {
      const { arn, secrets } = await filled()
      const open = { SecretId: arn, ResourcePolicy: policyFor('*'), BlockPublicPolicy: true }
      await refused(secrets.send(new PutResourcePolicyCommand(open)), 'PublicPolicy', 400)
    },
  )

  documented('An invalid resource policy fails with MalformedPolicyDocument', async () => {
    const { arn, secrets } = await filled()
    const bad = { SecretId: arn, ResourcePolicy: '{"Statement":', BlockPublicPolicy: true }
    await refused(secrets.send(new PutResourcePolicyCommand(bad)), 'MalformedPolicyDocument', 400)
  })

  documented(
    'A resource policy that names a missing user fails with MalformedPolicyDocument',
    async () => {
      const { id, arn, secrets } = await filled()
      const ResourcePolicy = policyFor(`arn:aws:iam::${id}:user/nobody`)
      const bad = { SecretId: arn, ResourcePolicy, BlockPublicPolicy: true }
      await refused(secrets.send(new PutResourcePolicyCommand(bad)), 'MalformedPolicyDocument', 400)
    },
  )
}
