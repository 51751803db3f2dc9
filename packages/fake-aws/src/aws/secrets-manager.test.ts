import { inspect } from 'node:util'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import {
  allow,
  DAY_MS,
  EXTERNAL_ID,
  HUB,
  MEMBER,
  testOrganization,
  trust,
} from './test-organization.ts'

const V1 = '11111111-1111-4111-8111-111111111111'
const V2 = '22222222-2222-4222-8222-222222222222'
const NAME = 'keynag/333333333333/ann'

const put = (token: string, value: string, stages?: string[]) =>
  new PutSecretValueCommand({
    SecretId: NAME,
    ClientRequestToken: token,
    SecretString: value,
    VersionStages: stages,
  })

const withSecret = async () => {
  const organization = await testOrganization()
  const { secrets } = organization.hub
  const { ARN = '' } = await secrets.send(new CreateSecretCommand({ Name: NAME }))
  const stages = async () => {
    const answer = await secrets.send(new DescribeSecretCommand({ SecretId: ARN }))
    return answer.VersionIdsToStages
  }
  return { ...organization, secrets, ARN, stages }
}

describe('versions', () => {
  it('can be absent at first, and the first one always gets AWSCURRENT', async () => {
    const { secrets, ARN, stages } = await withSecret()
    expect(ARN).toMatch(/:secret:keynag\/333333333333\/ann-[A-Za-z0-9]{6}$/)
    expect(await stages()).toBeUndefined()
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: NAME }))).rejects.toMatchObject(
      {
        name: 'ResourceNotFoundException',
      },
    )
    await secrets.send(put(V1, 'one', ['AWSPENDING']))
    expect(await stages()).toEqual({ [V1]: ['AWSPENDING', 'AWSCURRENT'] })
  })

  it('are written once for each token: the same data changes nothing, other data fails', async () => {
    const { world, secrets } = await withSecret()
    await secrets.send(put(V1, 'one'))
    await secrets.send(put(V1, 'one'))
    await expect(secrets.send(put(V1, 'two'))).rejects.toMatchObject({
      name: 'ResourceExistsException',
    })
    expect(world.history.of('secret-version-put')).toHaveLength(1)
    expect(JSON.stringify(world.history.entries)).not.toContain('one')
  })

  it('become current when the label moves, and the last one gets AWSPREVIOUS', async () => {
    const { secrets, stages } = await withSecret()
    await secrets.send(put(V1, 'one'))
    await secrets.send(put(V2, 'two', ['AWSPENDING']))
    expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] })
    const read = new GetSecretValueCommand({ SecretId: NAME, VersionStage: 'AWSPENDING' })
    expect(await secrets.send(read)).toMatchObject({ SecretString: 'two', VersionId: V2 })

    const move = { SecretId: NAME, VersionStage: 'AWSCURRENT', MoveToVersionId: V2 }
    await expect(secrets.send(new UpdateSecretVersionStageCommand(move))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
    await expect(
      secrets.send(new UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: V2 })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' })
    await secrets.send(new UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: V1 }))
    await secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: NAME,
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: V2,
      }),
    )
    expect(await stages()).toEqual({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT'] })
  })

  it('without a label are listed only with IncludeDeprecated', async () => {
    const { secrets } = await withSecret()
    for (const version of [V1, V2, V2.replaceAll('2', '3')]) {
      await secrets.send(put(version, version))
    }
    const ids = async (IncludeDeprecated: boolean) => {
      const list = new ListSecretVersionIdsCommand({ SecretId: NAME, IncludeDeprecated })
      return (await secrets.send(list)).Versions?.length
    }
    expect(await ids(false)).toBe(2)
    expect(await ids(true)).toBe(3)
  })
})

it('a secret whose deletion is scheduled cannot be read, can be restored, and disappears later', async () => {
  const { clock, world, secrets } = await withSecret()
  await secrets.send(put(V1, 'one'))
  const read = new GetSecretValueCommand({ SecretId: NAME })
  const remove = new DeleteSecretCommand({ SecretId: NAME, RecoveryWindowInDays: 7 })
  await secrets.send(remove)
  await expect(secrets.send(read)).rejects.toMatchObject({ name: 'InvalidRequestException' })
  const again = new CreateSecretCommand({ Name: NAME })
  await expect(secrets.send(again)).rejects.toMatchObject({ name: 'InvalidRequestException' })
  await secrets.send(new RestoreSecretCommand({ SecretId: NAME }))
  expect(await secrets.send(read)).toMatchObject({ SecretString: 'one' })
  await secrets.send(remove)
  clock.advance(7 * DAY_MS)
  await expect(secrets.send(read)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  expect(world.secretOf(HUB, NAME)).toBeUndefined()
  const { ARN } = await secrets.send(again)
  expect(ARN).not.toBe(world.history.of('secret-created')[0]?.secretArn)
})

const reader = (principal: string) =>
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

const policy = (principal: string) =>
  new PutResourcePolicyCommand({
    SecretId: NAME,
    ResourcePolicy: reader(principal),
    BlockPublicPolicy: true,
  })

describe('resource policies', () => {
  it('let the named user read, but not a later user of the same name', async () => {
    const { world, secrets, clients } = await withSecret()
    await secrets.send(put(V1, 'one'))
    const userOf = (userName: string) => {
      world.addUser(HUB, { userName })
      return clients(world.credentialsForKey(world.addAccessKey(HUB, userName).id)).secrets
    }
    const ann = userOf('ann')
    const anna = userOf('anna')
    const ResourcePolicy = reader(`arn:aws:iam::${HUB}:user/ann`)
    await secrets.send(new PutResourcePolicyCommand({ SecretId: NAME, ResourcePolicy }))
    const read = new GetSecretValueCommand({ SecretId: NAME })
    expect(await ann.send(read)).toMatchObject({ SecretString: 'one' })
    await expect(anna.send(read)).rejects.toMatchObject({ name: 'AccessDeniedException' })
    world.deleteUser(HUB, 'ann')
    await expect(userOf('ann').send(read)).rejects.toMatchObject({ name: 'AccessDeniedException' })
    expect(world.history.of('secret-read')).toMatchObject([
      { versionId: V1, actor: { kind: 'user', arn: `arn:aws:iam::${HUB}:user/ann` } },
    ])
  })

  it('are refused if they allow everybody, or name a user who does not exist', async () => {
    const { secrets } = await withSecret()
    await expect(secrets.send(policy('*'))).rejects.toMatchObject({ name: 'PublicPolicyException' })
    await expect(secrets.send(policy(`arn:aws:iam::${HUB}:user/nobody`))).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    })
  })

  it('grant another account only with a customer managed key and that account’s permission', async () => {
    const { world, secrets, ARN, member, clients } = await withSecret()
    await secrets.send(put(V1, 'one'))
    const ResourcePolicy = reader(`arn:aws:iam::${MEMBER}:root`)
    await secrets.send(new PutResourcePolicyCommand({ SecretId: NAME, ResourcePolicy }))
    const far = (await member()).secrets
    await expect(far.send(new GetSecretValueCommand({ SecretId: ARN }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    })
    const own = await secrets.send(
      new CreateSecretCommand({ Name: 'shared', SecretString: 'two', KmsKeyId: 'alias/keynag' }),
    )
    await secrets.send(new PutResourcePolicyCommand({ SecretId: 'shared', ResourcePolicy }))
    const read = new GetSecretValueCommand({ SecretId: own.ARN })
    expect(await far.send(read)).toMatchObject({ SecretString: 'two' })
    world.addRole(MEMBER, { name: 'poor', trustPolicy: trust('*'), policy: allow('s3:*') })
    const poor = clients(world.credentialsForRole(MEMBER, 'poor', EXTERNAL_ID)).secrets
    await expect(poor.send(read)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })
})

it('finds the secrets that hold a key and the texts that leak it, without revealing it', async () => {
  const { world, secrets } = await withSecret()
  world.addUser(MEMBER, { userName: 'ann' })
  const key = world.createKeyByHand(MEMBER, 'ann')
  const value = JSON.stringify({ accessKeyId: key.id, secretAccessKey: key.secret.reveal() })
  await secrets.send(put(V1, value))
  expect(world.holdingsOf(key.id)).toMatchObject([
    { secretName: NAME, versionId: V1, stages: ['AWSCURRENT'], retrievable: true },
  ])
  await secrets.send(new DeleteSecretCommand({ SecretId: NAME }))
  expect(world.holdingsOf(key.id)).toMatchObject([{ retrievable: false }])
  expect(
    world.keysLeakedIn(`log line with ${encodeURIComponent(key.secret.reveal())} in it`),
  ).toEqual([key.id])
  expect(world.keysLeakedIn(JSON.stringify(world.history.entries))).toEqual([])
  expect(world.keysLeakedIn(inspect(world, { depth: 20, showHidden: true }))).toEqual([])
})
