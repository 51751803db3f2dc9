import { hourMs, minuteMs, type ReportRow } from '@keynag/core'
import { expect } from 'vitest'
import type { Documented } from '../documented.ts'
import { allOf, aUserWithAKey, listed } from '../given.ts'
import type { WorldUnderTest } from '../world-under-test.ts'

const guide = 'IAM User Guide, Generate credential reports'

const rowsOf = async (aws: WorldUnderTest): Promise<readonly ReportRow[]> => {
  const report = await aws.iam.credentialReport(aws.account)
  return allOf(report.rows())
}

const slotsOf = async (aws: WorldUnderTest) =>
  (await rowsOf(aws)).find(({ userName }) => userName === 'ann')?.slots

export const reportCases = (documented: Documented): void => {
  documented('The report has a row for the root user and for each user', guide, async (aws) => {
    const { user } = await aUserWithAKey(aws)
    aws.addUser('bob')
    const rows = await rowsOf(aws)
    expect(rows.map(({ kind, userName }) => `${kind} ${userName}`).toSorted()).toStrictEqual([
      'root <root_account>',
      'user ann',
      'user bob',
    ])
    expect(rows.find(({ userName }) => userName === 'ann')).toMatchObject({ arn: user.arn })
    expect(rows.find(({ userName }) => userName === 'bob')).toMatchObject({ slots: [] })
  })

  documented('The report has a key’s creation to the second, and no ID', guide, async (aws) => {
    await aUserWithAKey(aws)
    const [key] = (await aws.iam.accessKeys(aws.account, 'ann')) ?? []
    const lastUsed = { kind: 'never' }
    expect(await slotsOf(aws)).toStrictEqual([
      { slot: '1', active: true, lastRotated: key?.createdAt, lastUsed },
    ])
  })

  documented(
    'The report has a change as late as lists have it',
    'IAM User Guide, Troubleshoot IAM: changes are not always immediately visible',
    async (aws) => {
      const { key } = await aUserWithAKey(aws)
      aws.setStatus(key, 'Inactive')
      expect(await slotsOf(aws)).toMatchObject([{ active: true }])
    },
  )

  documented('The report has a key as not active that is Inactive', guide, async (aws) => {
    const { key } = await aUserWithAKey(aws)
    aws.setStatus(key, 'Inactive')
    aws.advance(aws.lags.list)
    expect(await slotsOf(aws)).toMatchObject([{ active: false }])
  })

  documented('The report has a key as not active that is Expired', guide, async (aws) => {
    const { key } = await aUserWithAKey(aws)
    aws.setStatus(key, 'Expired')
    aws.advance(aws.lags.list)
    expect(await slotsOf(aws)).toMatchObject([{ active: false }])
  })

  documented('A report is given again for four hours', guide, async (aws) => {
    const { key } = await aUserWithAKey(aws)
    const first = await aws.iam.credentialReport(aws.account)
    aws.deleteKey(key)
    aws.advance(4 * hourMs - minuteMs)
    expect(await listed(aws)).toStrictEqual([])
    expect(await slotsOf(aws)).toHaveLength(1)
    const again = await aws.iam.credentialReport(aws.account)
    expect(again.generatedAt).toBe(first.generatedAt)
    aws.advance(2 * minuteMs)
    expect(await slotsOf(aws)).toStrictEqual([])
  })

  documented('The report has the first use of a span of 15 minutes', guide, async (aws) => {
    const { key } = await aUserWithAKey(aws)
    const at = aws.now()
    aws.useKey(key)
    aws.advance(14 * minuteMs)
    aws.useKey(key)
    aws.advance(aws.lags.lastUse)
    const second = at - (at % 1_000)
    expect(await slotsOf(aws)).toMatchObject([{ lastUsed: { at: second, service: 's3' } }])
  })

  documented('The report has a use that comes 15 minutes later', guide, async (aws) => {
    const { key } = await aUserWithAKey(aws)
    aws.useKey(key)
    aws.advance(15 * minuteMs)
    const at = aws.now()
    aws.useKey(key)
    aws.advance(aws.lags.lastUse)
    const second = at - (at % 1_000)
    expect(await slotsOf(aws)).toMatchObject([{ lastUsed: { at: second } }])
  })
}
