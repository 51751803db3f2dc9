import { expect } from 'vitest'
import type { Documented } from '../documented.ts'
import { aUserWithAKey, listed, sessionName } from '../given.ts'

export const answerCases = (documented: Documented): void => {
  documented(
    'A creation whose answer is lost has made a key, and cannot be repeated safely',
    'IAM API Reference, CreateAccessKey: no idempotency token',
    async (aws) => {
      const { user } = await aUserWithAKey(aws)
      aws.befall('lost-create')
      await expect(aws.mutations.create(user, sessionName)).rejects.toMatchObject({
        code: 'KEYNAG_EFFECT_UNKNOWN',
        errorClass: 'ambiguous',
      })
      aws.advance(aws.lags.list)
      expect(await listed(aws)).toHaveLength(2)
      expect(await aws.mutations.create(user, sessionName)).toBe('limit-exceeded')
    },
  )

  documented(
    'A creation that is throttled has made nothing',
    'IAM API Reference, Common Errors: ThrottlingException',
    async (aws) => {
      const { user } = await aUserWithAKey(aws)
      aws.befall('throttled-create')
      await expect(aws.mutations.create(user, sessionName)).rejects.toMatchObject({
        code: 'KEYNAG_THROTTLED',
        errorClass: 'transient',
      })
      aws.advance(aws.lags.list)
      expect(await listed(aws)).toHaveLength(1)
    },
  )

  documented(
    'A last use that may not be read is unknown, not never',
    'IAM API Reference, Common Errors: AccessDeniedException',
    async (aws) => {
      const { key } = await aUserWithAKey(aws)
      aws.befall('denied-last-use')
      expect(await aws.iam.lastUsed(aws.account, key)).toMatchObject({ kind: 'unknown' })
      expect(await aws.iam.lastUsed(aws.account, key)).toStrictEqual({ kind: 'never' })
    },
  )

  documented(
    'A last use whose read is throttled says nothing',
    'IAM API Reference, Common Errors: ThrottlingException',
    async (aws) => {
      const { key } = await aUserWithAKey(aws)
      aws.befall('throttled-last-use')
      await expect(aws.iam.lastUsed(aws.account, key)).rejects.toMatchObject({
        code: 'KEYNAG_THROTTLED',
        errorClass: 'transient',
      })
      expect(await aws.iam.lastUsed(aws.account, key)).toStrictEqual({ kind: 'never' })
    },
  )
}
