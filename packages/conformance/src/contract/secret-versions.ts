import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
  type UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager'
import { expect } from 'vitest'
import { createTestSecret, first, name, second, third } from './test-secret.ts'
import type { AwsUnderTest } from './aws-under-test.ts'
import type { Documented } from './documented.ts'
import { refused } from './refused.ts'

export const secretVersionCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  const withCurrentAndPending = async () => {
    const secret = await createTestSecret(aws())
    await secret.put(first, 'one')
    await secret.put(second, 'two', ['AWSPENDING'])
    const move = (input: Partial<UpdateSecretVersionStageCommandInput>) =>
      secret.secrets.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secret.arn,
          VersionStage: 'AWSCURRENT',
          ...input,
        }),
      )
    return { ...secret, move }
  }

  documented('CreateSecret without a value creates a secret without a version', async () => {
    const { id, created, stages, read } = await createTestSecret(aws())
    expect(created).toMatchObject({
      Name: name,
      ARN: expect.stringMatching(
        new RegExp(`^arn:aws:secretsmanager:us-east-1:${id}:secret:${name}-[A-Za-z0-9]{6}$`),
      ),
    })
    expect(created.VersionId).toBeUndefined()
    expect(await stages()).toEqual({})
    await refused(read(), 'ResourceNotFound')
  })

  documented(
    'CreateSecret with a value creates an AWSCURRENT version whose ID is the token',
    async () => {
      const { secrets } = await aws().account()
      const created = await secrets.send(
        new CreateSecretCommand({ Name: name, ClientRequestToken: first, SecretString: 'one' }),
      )
      expect(created.VersionId).toBe(first)
      expect(await secrets.send(new GetSecretValueCommand({ SecretId: name }))).toMatchObject({
        SecretString: 'one',
        VersionId: first,
        VersionStages: ['AWSCURRENT'],
      })
    },
  )

  documented('CreateSecret with an existing name fails with ResourceExists, 400', async () => {
    const { secrets } = await createTestSecret(aws())
    await refused(secrets.send(new CreateSecretCommand({ Name: name })), 'ResourceExists', 400)
  })

  documented(
    'DescribeSecret returns the ARN, name, description and tags, by name or by ARN',
    async () => {
      const { secrets } = await aws().account()
      const Tags = [{ Key: 'keynag:user', Value: 'ann' }]
      const about = { Name: name, Description: 'a key', Tags }
      const { ARN } = await secrets.send(new CreateSecretCommand(about))
      for (const SecretId of [name, ARN]) {
        const described = await secrets.send(new DescribeSecretCommand({ SecretId }))
        expect(described).toMatchObject({ ARN, ...about })
        expect(described.DeletedDate).toBeUndefined()
      }
    },
  )

  documented('A call on a missing secret fails with ResourceNotFound', async () => {
    const { secrets } = await aws().account()
    const SecretId = 'nothing'
    const put = new PutSecretValueCommand({ SecretId, SecretString: 'one' })
    await refused(secrets.send(new DescribeSecretCommand({ SecretId })), 'ResourceNotFound')
    await refused(secrets.send(new GetSecretValueCommand({ SecretId })), 'ResourceNotFound')
    await refused(secrets.send(put), 'ResourceNotFound')
  })

  documented('The HTTP status of Secrets Manager’s ResourceNotFound is 400', async () => {
    const { secrets } = await aws().account()
    const call = secrets.send(new DescribeSecretCommand({ SecretId: 'nothing' }))
    await refused(call, 'ResourceNotFound', 400)
  })

  documented('PutSecretValue always gives the first version the label AWSCURRENT', async () => {
    const { put, stages, read } = await createTestSecret(aws())
    const answer = await put(first, 'one', ['AWSPENDING'])
    expect(answer.VersionId).toBe(first)
    expect((await stages())[first]).toContain('AWSCURRENT')
    expect(await read()).toMatchObject({ SecretString: 'one', VersionId: first })
  })

  documented('PutSecretValue also gives the first version the requested labels', async () => {
    const { put, stages } = await createTestSecret(aws())
    await put(first, 'one', ['AWSPENDING'])
    expect((await stages())[first]).toContain('AWSPENDING')
  })

  documented('PutSecretValue with AWSPENDING does not move AWSCURRENT', async () => {
    const { stages, read } = await withCurrentAndPending()
    expect(await stages()).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPENDING'] })
    expect(await read()).toMatchObject({ SecretString: 'one' })
  })

  documented(
    'PutSecretValue without labels moves AWSCURRENT, and the version before gets AWSPREVIOUS',
    async () => {
      const { put, stages } = await createTestSecret(aws())
      await put(first, 'one')
      await put(second, 'two')
      expect(await stages()).toEqual({ [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT'] })
      await put(third, 'three')
      expect(await stages()).toEqual({ [second]: ['AWSPREVIOUS'], [third]: ['AWSCURRENT'] })
    },
  )

  documented('PutSecretValue with the same token and value changes nothing', async () => {
    const { put, stages, read } = await createTestSecret(aws())
    await put(first, 'one')
    await put(second, 'two')
    expect(await put(first, 'one')).toMatchObject({ VersionId: first })
    expect(await stages()).toEqual({ [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT'] })
    expect(await read()).toMatchObject({ SecretString: 'two' })
  })

  documented(
    'PutSecretValue with the same token and another value fails with ResourceExists',
    async () => {
      const { put, read } = await createTestSecret(aws())
      await put(first, 'one')
      await refused(put(first, 'other'), 'ResourceExists', 400)
      expect(await read()).toMatchObject({ SecretString: 'one' })
    },
  )

  documented(
    'GetSecretValue returns AWSCURRENT by default, or a version by its ID or label',
    async () => {
      const { read } = await withCurrentAndPending()
      expect(await read()).toMatchObject({ SecretString: 'one', VersionStages: ['AWSCURRENT'] })
      expect(await read({ VersionId: second })).toMatchObject({ SecretString: 'two' })
      expect(await read({ VersionStage: 'AWSPENDING' })).toMatchObject({
        SecretString: 'two',
        VersionId: second,
        VersionStages: ['AWSPENDING'],
      })
    },
  )

  documented('GetSecretValue of a missing version fails with ResourceNotFound', async () => {
    const { read } = await withCurrentAndPending()
    await refused(read({ VersionId: third }), 'ResourceNotFound')
    await refused(read({ VersionStage: 'AWSPREVIOUS' }), 'ResourceNotFound')
  })

  documented(
    'UpdateSecretVersionStage moves AWSCURRENT, and the version before gets AWSPREVIOUS',
    async () => {
      const { move, stages } = await withCurrentAndPending()
      await move({ MoveToVersionId: second, RemoveFromVersionId: first })
      expect(await stages()).toEqual({
        [first]: ['AWSPREVIOUS'],
        [second]: ['AWSCURRENT', 'AWSPENDING'],
      })
    },
  )

  documented('GetSecretValue returns the version that AWSCURRENT was moved to', async () => {
    const { move, read } = await withCurrentAndPending()
    await move({ MoveToVersionId: second, RemoveFromVersionId: first })
    expect(await read({ VersionStage: 'AWSCURRENT' })).toMatchObject({ SecretString: 'two' })
    expect(await read()).toMatchObject({ SecretString: 'two' })
  })

  documented(
    'UpdateSecretVersionStage requires the ID of the version that loses the label',
    async () => {
      const { move, stages } = await withCurrentAndPending()
      await refused(move({ MoveToVersionId: second }), 'InvalidParameter', 400)
      await refused(
        move({ MoveToVersionId: second, RemoveFromVersionId: second }),
        'InvalidParameter',
        400,
      )
      expect((await stages())[first]).toEqual(['AWSCURRENT'])
    },
  )

  documented('UpdateSecretVersionStage to a missing version is refused', async () => {
    const { move, stages } = await withCurrentAndPending()
    const call = move({ MoveToVersionId: third, RemoveFromVersionId: first })
    await refused(call, '(?:ResourceNotFound|InvalidParameter)')
    expect((await stages())[first]).toEqual(['AWSCURRENT'])
  })
}
