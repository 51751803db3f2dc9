import { GetUserCommand } from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
} from '@aws-sdk/client-sts'
import { expect } from 'vitest'
import { allow, trust } from '@keynag/fake-aws/aws/test-organization'
import type { AwsUnderTest, Credentials } from './aws-under-test.ts'
import type { Documented } from './documented.ts'
import { refused } from './refused.ts'

const hourMs = 3_600_000
const ExternalId = 'keynag-contract'

export const stsCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  /** Creates a hub account, and another account whose role trusts the hub with an external ID. */
  const accounts = async () => {
    const hub = await aws().account()
    const member = await aws().account()
    const RoleArn = await member.addRole({
      name: 'keynag-reader',
      path: '/keynag/',
      trust: trust(`arn:aws:iam::${hub.id}:root`, { 'sts:ExternalId': ExternalId }),
      policy: allow('iam:*'),
    })
    const usual = { RoleArn, RoleSessionName: 'keynag-scan', ExternalId }
    const assume = (input: Partial<AssumeRoleCommandInput> = {}) =>
      hub.sts.send(new AssumeRoleCommand({ ...usual, ...input }))
    const session = async (input: Partial<AssumeRoleCommandInput> = {}) => {
      const { Credentials: granted } = await assume(input)
      const credentials = {
        accessKeyId: granted?.AccessKeyId ?? '',
        secretAccessKey: granted?.SecretAccessKey ?? '',
        sessionToken: granted?.SessionToken ?? '',
      } satisfies Credentials
      return { ...aws().as(credentials), credentials }
    }
    return { hub, member, assume, session }
  }

  documented(
    'AssumeRole returns a key, a secret and a token that expire after the requested duration',
    async () => {
      const { assume } = await accounts()
      const { Credentials: granted } = await assume({ DurationSeconds: 3_600 })
      expect(granted).toMatchObject({
        AccessKeyId: expect.stringMatching(/^ASIA[A-Z0-9]{16}$/),
        SecretAccessKey: expect.stringMatching(/^.{40}$/),
        SessionToken: expect.stringMatching(/^.{64,}$/),
      })
      const leftMs = (granted?.Expiration?.getTime() ?? 0) - aws().nowMs()
      expect(Math.abs(leftMs - hourMs)).toBeLessThan(60_000)
    },
  )

  documented('AssumeRole returns a session ARN without the role’s path', async () => {
    const { member, assume } = await accounts()
    const { AssumedRoleUser } = await assume()
    expect(AssumedRoleUser).toMatchObject({
      Arn: `arn:aws:sts::${member.id}:assumed-role/keynag-reader/keynag-scan`,
      AssumedRoleId: expect.stringMatching(/^AROA[A-Z0-9]+:keynag-scan$/),
    })
  })

  documented('A role’s session acts in the role’s account, under the session’s name', async () => {
    const { hub, member, session } = await accounts()
    await member.addUser({ userName: 'ann' })
    const { sts, iam } = await session()
    const identity = await sts.send(new GetCallerIdentityCommand({}))
    expect(identity).toMatchObject({
      Account: member.id,
      UserId: expect.stringMatching(/^AROA[A-Z0-9]+:keynag-scan$/),
    })
    expect(identity.Arn).toMatch(
      new RegExp(`^arn:aws:sts::${member.id}:assumed-role/(?:.*/)?keynag-reader/keynag-scan$`),
    )
    const ann = new GetUserCommand({ UserName: 'ann' })
    expect(await iam.send(ann)).toMatchObject({ User: { UserName: 'ann' } })
    await refused(hub.iam.send(ann), 'NoSuchEntity')
  })

  documented(
    'AssumeRole with a wrong external ID, or none, fails with AccessDenied, 403',
    async () => {
      const { assume } = await accounts()
      await refused(assume({ ExternalId: 'another' }), 'AccessDenied', 403)
      await refused(assume({ ExternalId: undefined }), 'AccessDenied', 403)
    },
  )

  documented('AssumeRole of a missing role fails with AccessDenied, 403', async () => {
    const { member, assume } = await accounts()
    const RoleArn = `arn:aws:iam::${member.id}:role/nothing`
    await refused(assume({ RoleArn }), 'AccessDenied', 403)
  })

  documented(
    'AssumeRole of a role that trusts another caller fails with AccessDenied, 403',
    async () => {
      const { member, assume } = await accounts()
      const RoleArn = await member.addRole({
        name: 'theirs',
        trust: trust('arn:aws:iam::999999999999:root'),
        policy: allow('*'),
      })
      await refused(assume({ RoleArn }), 'AccessDenied', 403)
    },
  )

  documented(
    'AssumeRole in the caller’s own account without the role’s trust fails with AccessDenied',
    async () => {
      const { hub, assume } = await accounts()
      const RoleArn = await hub.addRole({
        name: 'ours',
        trust: trust('arn:aws:iam::999999999999:root'),
        policy: allow('*'),
      })
      await refused(assume({ RoleArn }), 'AccessDenied', 403)
    },
  )

  documented('A chained session of more than one hour fails with ValidationError', async () => {
    const { assume } = await accounts()
    await refused(assume({ DurationSeconds: 3_601 }), 'ValidationError', 400)
  })

  documented('A session shorter than 15 minutes fails with ValidationError', async () => {
    const { assume } = await accounts()
    await refused(assume({ DurationSeconds: 899 }), 'ValidationError', 400)
  })

  documented(
    'A session name with characters other than w+=,.@- fails with ValidationError',
    async () => {
      const { assume } = await accounts()
      await refused(assume({ RoleSessionName: 'a session' }), 'ValidationError', 400)
    },
  )

  documented('A session name of more than 64 characters fails with ValidationError', async () => {
    const { assume } = await accounts()
    await refused(assume({ RoleSessionName: 'x'.repeat(65) }), 'ValidationError', 400)
  })

  documented('A session may do only what both its role and its session policy allow', async () => {
    const { member, session } = await accounts()
    await member.addUser({ userName: 'ann' })
    await member.addUser({ userName: 'bob' })
    const { iam } = await session({
      Policy: JSON.stringify(allow('iam:GetUser', `arn:aws:iam::${member.id}:user/ann`)),
    })
    const user = (UserName: string) => iam.send(new GetUserCommand({ UserName }))
    expect(await user('ann')).toMatchObject({ User: { UserName: 'ann' } })
    await refused(user('bob'), 'AccessDenied', 403)
  })

  documented('An invalid session policy fails with MalformedPolicyDocument', async () => {
    const { assume } = await accounts()
    await refused(assume({ Policy: '{"Statement":' }), 'MalformedPolicyDocument', 400)
  })

  documented(
    'A session policy of more than 2,048 characters fails with ValidationError',
    async () => {
      const { assume } = await accounts()
      const Policy = JSON.stringify(
        allow('iam:GetUser', `arn:aws:iam::1:user/${'x'.repeat(2_048)}`),
      )
      await refused(assume({ Policy }), 'ValidationError', 400)
    },
  )

  documented(
    'A call with a session’s key but without its token fails with InvalidClientTokenId, 403',
    async () => {
      const { session } = await accounts()
      const { credentials } = await session()
      const { accessKeyId, secretAccessKey } = credentials
      const { sts } = aws().as({ accessKeyId, secretAccessKey })
      await refused(sts.send(new GetCallerIdentityCommand({})), 'InvalidClientTokenId', 403)
    },
  )
}
