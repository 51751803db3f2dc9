import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
  type UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager'
import { expect } from 'vitest'
import { aSecret, first, name, second, third } from './a-secret.ts'
import type { AwsUnderTest } from './aws-under-test.ts'
import type { Documented } from './documented.ts'
import { refused } from './refused.ts'

export const secretVersionCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  const withCurrentAndPending = async () => {
    const secret = await aSecret(aws())
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

  documented('CreateSecret without a value makes a secret without a version', async () => {
    const { id, created, stages, read } = await aSecret(aws())
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

  documented('CreateSecret with a value makes the version of the token AWSCURRENT', async () => {
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
  })

  documented('CreateSecret of a name that is taken is ResourceExists, 400', async () => {
    const { secrets } = await aSecret(aws())
    await refused(secrets.send(new CreateSecretCommand({ Name: name })), 'ResourceExists', 400)
  })

  documented(
    'DescribeSecret tells ARN, name, description and tags, by name or by ARN',
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

  documented('A secret that is not there is ResourceNotFound', async () => {
    const { secrets } = await aws().account()
    const SecretId = 'nothing'
    const put = new PutSecretValueCommand({ SecretId, SecretString: 'one' })
    await refused(secrets.send(new DescribeSecretCommand({ SecretId })), 'ResourceNotFound')
    await refused(secrets.send(new GetSecretValueCommand({ SecretId })), 'ResourceNotFound')
    await refused(secrets.send(put), 'ResourceNotFound')
  })

  documented('ResourceNotFound of Secrets Manager is 400', async () => {
    const { secrets } = await aws().account()
    const call = secrets.send(new DescribeSecretCommand({ SecretId: 'nothing' }))
    await refused(call, 'ResourceNotFound', 400)
  })

  documented('PutSecretValue makes the first version AWSCURRENT whatever is asked', async () => {
    const { put, stages, read } = await aSecret(aws())
    const answer = await put(first, 'one', ['AWSPENDING'])
    expect(answer.VersionId).toBe(first)
    expect((await stages())[first]).toContain('AWSCURRENT')
    expect(await read()).toMatchObject({ SecretString: 'one', VersionId: first })
  })

  documented(
    'PutSecretValue keeps the labels that are asked for on the first version',
    async () => {
      const { put, stages } = await aSecret(aws())
      await put(first, 'one', ['AWSPENDING'])
      expect((await stages())[first]).toContain('AWSPENDING')
    },
  )

  documented('PutSecretValue with AWSPENDING leaves AWSCURRENT where it is', async () => {
    const { stages, read } = await withCurrentAndPending()
    expect(await stages()).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPENDING'] })
    expect(await read()).toMatchObject({ SecretString: 'one' })
  })

  documented('PutSecretValue without labels moves AWSCURRENT and leaves AWSPREVIOUS', async () => {
    const { put, stages } = await aSecret(aws())
    await put(first, 'one')
    await put(second, 'two')
    expect(await stages()).toEqual({ [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT'] })
    await put(third, 'three')
    expect(await stages()).toEqual({ [second]: ['AWSPREVIOUS'], [third]: ['AWSCURRENT'] })
  })

  documented('PutSecretValue of the same token and value changes nothing', async () => {
    const { put, stages, read } = await aSecret(aws())
    await put(first, 'one')
    await put(second, 'two')
    expect(await put(first, 'one')).toMatchObject({ VersionId: first })
    expect(await stages()).toEqual({ [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT'] })
    expect(await read()).toMatchObject({ SecretString: 'two' })
  })

  documented('PutSecretValue of the same token and another value is ResourceExists', async () => {
    const { put, read } = await aSecret(aws())
    await put(first, 'one')
    await refused(put(first, 'other'), 'ResourceExists', 400)
    expect(await read()).toMatchObject({ SecretString: 'one' })
  })

  documented('GetSecretValue reads AWSCURRENT, a version by its ID, or by a label', async () => {
    const { read } = await withCurrentAndPending()
    expect(await read()).toMatchObject({ SecretString: 'one', VersionStages: ['AWSCURRENT'] })
    expect(await read({ VersionId: second })).toMatchObject({ SecretString: 'two' })
    expect(await read({ VersionStage: 'AWSPENDING' })).toMatchObject({
      SecretString: 'two',
      VersionId: second,
      VersionStages: ['AWSPENDING'],
    })
  })

  documented('GetSecretValue of a version that is not there is ResourceNotFound', async () => {
    const { read } = await withCurrentAndPending()
    await refused(read({ VersionId: third }), 'ResourceNotFound')
    await refused(read({ VersionStage: 'AWSPREVIOUS' }), 'ResourceNotFound')
  })

  documented('UpdateSecretVersionStage moves AWSCURRENT and leaves AWSPREVIOUS', async () => {
    const { move, stages } = await withCurrentAndPending()
    await move({ MoveToVersionId: second, RemoveFromVersionId: first })
    expect(await stages()).toEqual({
      [first]: ['AWSPREVIOUS'],
      [second]: ['AWSCURRENT', 'AWSPENDING'],
    })
  })

  documented('GetSecretValue follows AWSCURRENT to where it was moved', async () => {
    const { move, read } = await withCurrentAndPending()
    await move({ MoveToVersionId: second, RemoveFromVersionId: first })
    expect(await read({ VersionStage: 'AWSCURRENT' })).toMatchObject({ SecretString: 'two' })
    expect(await read()).toMatchObject({ SecretString: 'two' })
  })

  documented('UpdateSecretVersionStage wants the version that a label leaves', async () => {
    const { move, stages } = await withCurrentAndPending()
    await refused(move({ MoveToVersionId: second }), 'InvalidParameter', 400)
    await refused(
      move({ MoveToVersionId: second, RemoveFromVersionId: second }),
      'InvalidParameter',
      400,
    )
    expect((await stages())[first]).toEqual(['AWSCURRENT'])
  })

  documented('UpdateSecretVersionStage to a version that is not there is refused', async () => {
    const { move, stages } = await withCurrentAndPending()
    const call = move({ MoveToVersionId: third, RemoveFromVersionId: first })
    await refused(call, '(?:ResourceNotFound|InvalidParameter)')
    expect((await stages())[first]).toEqual(['AWSCURRENT'])
  })
}
