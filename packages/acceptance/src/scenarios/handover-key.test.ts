import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { expect, it } from 'vitest'
import type { AccessKey } from '@keynag/fake-aws/aws'
import { externalId, installRoles } from '@keynag/sandbox/roles'
import { aUserWithKey, memberId, smallOrganization, type Small } from './small-organization.ts'

const handoverKey = 'alias/keynag/handovers'
const memberRoles = { externalId, handoverKey }

const decrypts = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': handoverKey } },
    },
  ],
}

const secretsAs = (
  { awsUrl }: Small,
  credentials: ReturnType<Small['world']['credentialsForKey']>,
) => new SecretsManagerClient({ endpoint: awsUrl, region: 'us-east-1', credentials })

it('a hand-over secret is encrypted with the configured KMS key, and the owner can read it', async () => {
  const keys: AccessKey[] = []
  const small = await smallOrganization({
    settings: { memberRoles },
    populate: (world) => {
      keys.push(
        aUserWithKey(world, 'ann', { user: { policy: decrypts } }),
        aUserWithKey(world, 'bob'),
      )
    },
  })
  const [ann, bob] = keys
  if (ann === undefined || bob === undefined) throw new Error('there are no keys')
  await small.live(2)
  const SecretId = small.handoverFor(ann)
  const reader = small.world.credentialsForRole(memberId, 'keynag-creator', 'test')
  const { KmsKeyId } = await secretsAs(small, reader).send(new DescribeSecretCommand({ SecretId }))
  expect(KmsKeyId).toBe(handoverKey)
  const read = (key: AccessKey) =>
    secretsAs(small, small.world.credentialsForKey(key.id)).send(
      new GetSecretValueCommand({ SecretId: small.handoverFor(key) }),
    )
  expect((await read(ann)).SecretString).toContain('accessKeyId')
  await expect(read(bob)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  expect(await small.violations()).toEqual([])
})

it('keynag creates no access key if its roles may not use the KMS key', async () => {
  const keys: AccessKey[] = []
  const small = await smallOrganization({
    settings: { memberRoles },
    members: [],
    populate: (world) => {
      world.addAccount({ id: memberId, name: 'not updated' })
      installRoles(world, memberId)
      keys.push(aUserWithKey(world, 'ann'))
    },
  })
  const [key] = keys
  if (key === undefined) throw new Error('there is no key')
  await small.live(3)
  expect(small.world.user(memberId, 'ann').keys).toHaveLength(1)
  expect(await small.story(key)).toContain('postponed')
  expect(await small.story(key)).not.toContain('replacement-issued')
})
