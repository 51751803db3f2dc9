import { dayMs, minuteMs } from '@keynag/core'
import { expect } from 'vitest'
import { aSecret, first } from '../a-secret.ts'
import type { Documented } from '../documented.ts'
import { aMoment } from '../given.ts'
import type { WorldUnderTest } from '../world-under-test.ts'

const late = 'CloudTrail User Guide, How CloudTrail works: delivery takes minutes'
const lookup = 'CloudTrail API Reference, LookupEvents'
const logged = 'Secrets Manager User Guide, Logging Secrets Manager API Calls with CloudTrail'

const aHandOver = async (aws: WorldUnderTest) => {
  const secret = await aSecret(aws)
  const { key, secretArn, store, user } = secret
  await store(first, key)
  const since = aws.now()
  const isFetched = () => aws.iam.hasFetched(user, secretArn, since)
  return { ...secret, isFetched }
}

export const secretFetchCases = (documented: Documented): void => {
  documented(
    'CloudTrail tells some minutes later that the user read a secret',
    late,
    async (aws) => {
      const { isFetched, key, secretArn } = await aHandOver(aws)
      aws.advance(aws.lags.activation)
      expect(await isFetched()).toBe(false)
      expect(await aws.fetchSecret(key.accessKeyId, secretArn)).toBe(true)
      aws.advance(aws.lags.trail - aMoment)
      expect(await isFetched()).toBe(false)
      aws.advance(aMoment)
      expect(await isFetched()).toBe(true)
    },
  )

  documented(
    'A refused read is no fetch, and neither is the read of another',
    logged,
    async (aws) => {
      const { isFetched, secretArn } = await aHandOver(aws)
      aws.addUser('bob')
      expect(await aws.fetchSecret(aws.addOldKey('bob'), secretArn)).toBe(false)
      // keynag's own read.
      await aws.handovers.offered(aws.account, secretArn)
      aws.advance(aws.lags.trail)
      expect(await isFetched()).toBe(false)
    },
  )

  documented(
    'LookupEvents finds a fetch of the last 90 days, since a time',
    lookup,
    async (aws) => {
      const { key, secretArn, user } = await aHandOver(aws)
      aws.advance(aws.lags.activation)
      const since = aws.now()
      await aws.fetchSecret(key.accessKeyId, secretArn)
      aws.advance(90 * dayMs - minuteMs)
      expect(await aws.iam.hasFetched(user, secretArn, since)).toBe(true)
      expect(await aws.iam.hasFetched(user, secretArn, aws.now())).toBe(false)
      aws.advance(2 * minuteMs)
      expect(await aws.iam.hasFetched(user, secretArn, since)).toBe(false)
    },
  )
}
