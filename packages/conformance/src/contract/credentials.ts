import { DeleteAccessKeyCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { expect } from 'vitest'
import type { AwsUnderTest } from './aws-under-test.ts'
import type { Documented } from './documented.ts'
import { refused } from './refused.ts'

const whoAmI = new GetCallerIdentityCommand({})

/** keynag tests a new key with GetCallerIdentity, and owners notice when an old key stops working. */
export const credentialCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  const annsKey = async () => {
    const account = await aws().account()
    await account.addUser({ userName: 'ann', path: '/shop/' })
    const key = await account.addKey('ann')
    return { ...account, key, ann: aws().as(key) }
  }

  documented('GetCallerIdentity returns the account and ARN of a key’s user', async () => {
    const { id, ann } = await annsKey()
    expect(await ann.sts.send(whoAmI)).toMatchObject({
      Account: id,
      Arn: `arn:aws:iam::${id}:user/shop/ann`,
      UserId: expect.stringMatching(/^\w{16,128}$/),
    })
  })

  documented(
    'A call signed with an Inactive key fails with InvalidClientTokenId, 403',
    async () => {
      const { iam, key, ann } = await annsKey()
      const { accessKeyId: AccessKeyId } = key
      const off = { UserName: 'ann', AccessKeyId, Status: 'Inactive' } as const
      await iam.send(new UpdateAccessKeyCommand(off))
      aws().settle()
      await refused(ann.sts.send(whoAmI), 'InvalidClientTokenId', 403)
    },
  )

  documented('A call signed with a deleted key fails with InvalidClientTokenId, 403', async () => {
    const { iam, key, ann } = await annsKey()
    const { accessKeyId: AccessKeyId } = key
    await iam.send(new DeleteAccessKeyCommand({ UserName: 'ann', AccessKeyId }))
    aws().settle()
    await refused(ann.sts.send(whoAmI), 'InvalidClientTokenId', 403)
  })

  documented(
    'A call signed with a wrong secret fails with SignatureDoesNotMatch, 403',
    async () => {
      const { key } = await annsKey()
      const wrong = aws().as({ ...key, secretAccessKey: 'x'.repeat(40) })
      await refused(wrong.sts.send(whoAmI), 'SignatureDoesNotMatch', 403)
    },
  )
}
