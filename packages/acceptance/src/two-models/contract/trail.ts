import { dayMs, minuteMs, plusMs } from '@keynag/core'
import { expect } from 'vitest'
import type { Documented } from '../documented.ts'
import { aMoment, aUserWithAKey, createdKey, sessionName } from '../given.ts'

const late = 'CloudTrail User Guide, How CloudTrail works: delivery takes minutes'
const lookup = 'CloudTrail API Reference, LookupEvents'
const identity = 'CloudTrail User Guide, userIdentity element'

const notFound = { kind: 'not-found' }

export const trailCases = (documented: Documented): void => {
  documented('CloudTrail tells some minutes later which session made a key', late, async (aws) => {
    const { user } = await aUserWithAKey(aws)
    const { accessKeyId } = await createdKey(aws, user)
    expect(await aws.iam.makerOf(aws.account, accessKeyId)).toStrictEqual(notFound)
    aws.advance(aws.lags.trail - aMoment)
    expect(await aws.iam.makerOf(aws.account, accessKeyId)).toStrictEqual(notFound)
    aws.advance(aMoment)
    const maker = { kind: 'session', sessionName }
    expect(await aws.iam.makerOf(aws.account, accessKeyId)).toStrictEqual(maker)
  })

  documented('Until CloudTrail has it, a person’s key has no known maker', late, async (aws) => {
    await aUserWithAKey(aws)
    const id = aws.makeKey('ann')
    expect(await aws.iam.makerOf(aws.account, id)).toStrictEqual(notFound)
    aws.advance(aws.lags.trail)
    expect(await aws.iam.makerOf(aws.account, id)).toMatchObject({ kind: 'other' })
  })

  documented('LookupEvents finds events of the last 90 days', lookup, async (aws) => {
    const { user, key } = await aUserWithAKey(aws)
    const { accessKeyId } = await createdKey(aws, user)
    expect(await aws.iam.makerOf(aws.account, key)).toStrictEqual(notFound)
    aws.advance(90 * dayMs - minuteMs)
    expect(await aws.iam.makerOf(aws.account, accessKeyId)).toMatchObject({ kind: 'session' })
    aws.advance(2 * minuteMs)
    expect(await aws.iam.makerOf(aws.account, accessKeyId)).toStrictEqual(notFound)
  })

  documented('LookupEvents finds events of its own account only', lookup, async (aws) => {
    const { user, key } = await aUserWithAKey(aws)
    const { accessKeyId } = await createdKey(aws, user)
    const since = aws.now()
    await aws.mutations.deactivate(user, key, sessionName)
    aws.advance(aws.lags.trail)
    const other = aws.otherAccount
    expect(await aws.iam.makerOf(other, accessKeyId)).toStrictEqual(notFound)
    expect(await aws.iam.deactivatedBy(other, key, sessionName, since)).toBe(false)
  })

  documented('CloudTrail tells some minutes later who switched a key off', late, async (aws) => {
    const { user, key } = await aUserWithAKey(aws)
    const since = aws.now()
    const wasOff = () => aws.iam.deactivatedBy(aws.account, key, sessionName, since)
    await aws.mutations.deactivate(user, key, sessionName)
    aws.advance(aws.lags.trail - aMoment)
    expect(await wasOff()).toBe(false)
    aws.advance(aMoment)
    expect(await wasOff()).toBe(true)
  })

  documented('CloudTrail names the session, of several', identity, async (aws) => {
    const { user, key } = await aUserWithAKey(aws)
    const since = aws.now()
    await aws.mutations.deactivate(user, key, sessionName)
    await aws.mutations.reactivate(user, key, `${sessionName}-rollback`)
    aws.advance(aws.lags.trail)
    const wasOffBy = (name: string) => aws.iam.deactivatedBy(aws.account, key, name, since)
    expect(await wasOffBy(sessionName)).toBe(true)
    expect(await wasOffBy(`${sessionName}-rollback`)).toBe(false)
    expect(await wasOffBy('keynag-another')).toBe(false)
  })

  documented('LookupEvents leaves out what was before its StartTime', lookup, async (aws) => {
    const { user, key } = await aUserWithAKey(aws)
    await aws.mutations.deactivate(user, key, sessionName)
    const later = plusMs(aws.now(), minuteMs)
    aws.advance(aws.lags.trail)
    expect(await aws.iam.deactivatedBy(aws.account, key, sessionName, later)).toBe(false)
  })

  documented(
    'A person who switches a key off is not one of our sessions',
    identity,
    async (aws) => {
      const { key } = await aUserWithAKey(aws)
      const since = aws.now()
      aws.setStatus(key, 'Inactive')
      aws.advance(aws.lags.trail)
      expect(await aws.iam.deactivatedBy(aws.account, key, sessionName, since)).toBe(false)
    },
  )

  documented(
    'CloudTrail has a call to switch a key off that changed nothing',
    'CloudTrail User Guide, CloudTrail concepts: every management event',
    async (aws) => {
      const { user, key } = await aUserWithAKey(aws)
      aws.setStatus(key, 'Inactive')
      const since = aws.now()
      await aws.mutations.deactivate(user, key, sessionName)
      aws.advance(aws.lags.trail)
      expect(await aws.iam.deactivatedBy(aws.account, key, sessionName, since)).toBe(true)
    },
  )

  documented('CloudTrail tells who changed a key last', late, async (aws) => {
    const { user, key } = await aUserWithAKey(aws)
    const last = () => aws.iam.lastCallOn(aws.account, key, 'UpdateAccessKey')
    const ours = { kind: 'session', sessionName }
    await aws.mutations.deactivate(user, key, sessionName)
    expect(await last()).toStrictEqual(notFound)
    aws.advance(aws.lags.trail)
    expect(await last()).toStrictEqual(ours)
    aws.setStatus(key, 'Active')
    aws.setStatus(key, 'Inactive')
    expect(await last()).toStrictEqual(ours)
    aws.advance(aws.lags.trail)
    expect(await last()).toMatchObject({ kind: 'other' })
    expect(await aws.iam.lastCallOn(aws.account, key, 'DeleteAccessKey')).toStrictEqual(notFound)
    aws.advance(90 * dayMs)
    expect(await last()).toStrictEqual(notFound)
  })

  documented('CloudTrail tells who deleted a key', late, async (aws) => {
    const { user, key } = await aUserWithAKey(aws)
    const made = await createdKey(aws, user)
    await aws.mutations.delete(user, made.accessKeyId, sessionName)
    aws.deleteKey(key)
    aws.advance(aws.lags.trail)
    const deleter = (id: typeof key) => aws.iam.lastCallOn(aws.account, id, 'DeleteAccessKey')
    expect(await deleter(made.accessKeyId)).toStrictEqual({ kind: 'session', sessionName })
    expect(await deleter(key)).toMatchObject({ kind: 'other' })
    expect(await aws.iam.lastCallOn(aws.otherAccount, key, 'DeleteAccessKey')).toStrictEqual(
      notFound,
    )
  })
}
