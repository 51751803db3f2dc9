import { AccessKeyId, minuteMs } from '@keynag/core'
import { prepared } from '@keynag/core/testing'
import { expect } from 'vitest'
import { undocumented, type Documented } from '../documented.ts'
import { aMoment, aUserWithAKey, createdKey, refOf, rotationId } from '../given.ts'

const lastUsed = 'IAM API Reference, AccessKeyLastUsed'

export const lastUseCases = (documented: Documented): void => {
  documented('A key that was never used has no date of last use', lastUsed, async (aws) => {
    const { key } = await aUserWithAKey(aws)
    aws.advance(aws.lags.lastUse)
    expect(await aws.iam.lastUsed(aws.account, key)).toStrictEqual({ kind: 'never' })
  })

  documented('A use shows after a while, with its service', lastUsed, async (aws) => {
    const { key } = await aUserWithAKey(aws)
    const at = aws.now()
    expect(aws.useKey(key)).toBe(true)
    aws.advance(aws.lags.lastUse - aMoment)
    expect(await aws.iam.lastUsed(aws.account, key)).toStrictEqual({ kind: 'never' })
    aws.advance(aMoment)
    const second = at - (at % 1_000)
    expect(await aws.iam.lastUsed(aws.account, key)).toMatchObject({ at: second, service: 's3' })
  })

  documented('The last use is the latest one', lastUsed, async (aws) => {
    const { key } = await aUserWithAKey(aws)
    aws.useKey(key)
    aws.advance(minuteMs)
    const at = aws.now()
    aws.useKey(key)
    aws.advance(aws.lags.lastUse)
    const second = at - (at % 1_000)
    expect(await aws.iam.lastUsed(aws.account, key)).toMatchObject({ at: second })
  })

  documented('A call that AWS refuses is no use', undocumented, async (aws) => {
    const { key } = await aUserWithAKey(aws)
    aws.setStatus(key, 'Inactive')
    aws.advance(aws.lags.list)
    expect(aws.useKey(key)).toBe(false)
    aws.advance(aws.lags.lastUse)
    expect(await aws.iam.lastUsed(aws.account, key)).toStrictEqual({ kind: 'never' })
  })

  documented('An Inactive key keeps its last use', undocumented, async (aws) => {
    const { key } = await aUserWithAKey(aws)
    aws.useKey(key)
    aws.setStatus(key, 'Inactive')
    aws.advance(aws.lags.lastUse)
    expect(await aws.iam.lastUsed(aws.account, key)).toMatchObject({ kind: 'at' })
  })

  documented('The test of a new key is a use, of STS', lastUsed, async (aws) => {
    aws.addUser('ann')
    const user = await refOf(aws, 'ann')
    const key = await createdKey(aws, user)
    const { secretArn } = await prepared(aws.handovers, user, rotationId)
    const attempt = { rotationId, attempt: 1 }
    await aws.handovers.store(user, secretArn, attempt, key)
    aws.advance(aws.lags.activation)
    await aws.handovers.test(aws.account, secretArn, attempt)
    aws.advance(aws.lags.lastUse)
    expect(await aws.iam.lastUsed(aws.account, key.accessKeyId)).toMatchObject({ service: 'sts' })
  })

  documented(
    'IAM says nothing of a deleted key, and takes a while to forget it',
    undocumented,
    async (aws) => {
      const { key } = await aUserWithAKey(aws)
      aws.deleteKey(key)
      expect(await aws.iam.hasKey(aws.account, key)).toBe(true)
      expect(await aws.iam.lastUsed(aws.account, key)).toStrictEqual({ kind: 'never' })
      aws.advance(aws.lags.list)
      expect(await aws.iam.hasKey(aws.account, key)).toBe(false)
      expect(await aws.iam.lastUsed(aws.account, key)).toMatchObject({
        kind: 'unknown',
        why: expect.stringContaining('KEYNAG_ACCESS_DENIED'),
      })
    },
  )

  documented('IAM takes a while to know a new key', undocumented, async (aws) => {
    aws.addUser('ann')
    const id = aws.makeKey('ann')
    expect(await aws.iam.hasKey(aws.account, id)).toBe(false)
    expect(await aws.iam.lastUsed(aws.account, id)).toMatchObject({ kind: 'unknown' })
    aws.advance(aws.lags.list)
    expect(await aws.iam.hasKey(aws.account, id)).toBe(true)
    expect(await aws.iam.lastUsed(aws.account, id)).toStrictEqual({ kind: 'never' })
  })

  documented('IAM says nothing of the key of another account', undocumented, async (aws) => {
    const { key } = await aUserWithAKey(aws)
    expect(await aws.iam.hasKey(aws.otherAccount, key)).toBe(false)
    expect(await aws.iam.lastUsed(aws.otherAccount, key)).toMatchObject({ kind: 'unknown' })
  })

  documented('An access key that never was is not in the account', undocumented, async (aws) => {
    const never = AccessKeyId.parse('AKIA0000000000000000')
    expect(await aws.iam.hasKey(aws.account, never)).toBe(false)
  })

  documented(
    'IAM may say NoSuchEntity of a key that is not there',
    'IAM API Reference, GetAccessKeyLastUsed: NoSuchEntity, in one of its editions',
    async (aws) => {
      const { key } = await aUserWithAKey(aws)
      aws.deleteUser('ann')
      aws.advance(aws.lags.list)
      expect(await aws.iam.hasKey(aws.account, key)).toBe(false)
      expect(await aws.iam.lastUsed(aws.account, key)).toMatchObject({ kind: 'unknown' })
    },
    { unknownKey: 'no-such-entity' },
  )

  documented(
    'A denied look-up does not say that the key is not there',
    'IAM API Reference, Common Errors: AccessDeniedException',
    async (aws) => {
      const { key } = await aUserWithAKey(aws)
      aws.befall('denied-key-lookup')
      await expect(aws.iam.hasKey(aws.account, key)).rejects.toMatchObject({
        errorClass: 'permanent',
      })
      expect(await aws.iam.hasKey(aws.account, key)).toBe(true)
    },
  )
}
