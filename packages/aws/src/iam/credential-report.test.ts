import { IAMClient } from '@aws-sdk/client-iam'
import { anAccountId, at } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { clientConfig } from '../session/client-settings.ts'
import { fetchCredentialReport } from './credential-report.ts'
import { refused, scriptedAws, sleepingClock, xml, type Answer } from '../testing/scripted-aws.ts'

const generating = (state: string): Answer =>
  xml(
    `<GenerateCredentialReportResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GenerateCredentialReportResult><State>${state}</State></GenerateCredentialReportResult></GenerateCredentialReportResponse>`,
  )
const report = xml(
  `<GetCredentialReportResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetCredentialReportResult><Content>${Buffer.from('user').toString('base64')}</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-01-05T09:00:00Z</GeneratedTime></GetCredentialReportResult></GetCredentialReportResponse>`,
)

const fetching = async (...script: readonly Answer[]) => {
  const { settings, requests } = await scriptedAws(...script)
  const iam = new IAMClient(clientConfig('iam', settings, { maxAttempts: 1 }))
  const { clock, slept, random } = sleepingClock()
  const fetched = fetchCredentialReport(iam, anAccountId(), { clock, random })
  const asked = () => requests.map((body) => /Action=(\w+?)CredentialReport/.exec(body)?.[1])
  return { fetched, slept, asked }
}

describe('fetching a credential report', () => {
  it('takes the one that IAM has, without waiting', async () => {
    const { fetched, slept, asked } = await fetching(generating('COMPLETE'), report)
    expect(await fetched).toMatchObject({ generatedAt: at('2026-01-05T09:00:00Z') })
    expect(asked()).toStrictEqual(['Generate', 'Get'])
    expect(slept).toStrictEqual([])
  })

  it('waits while IAM makes it, longer each time', async () => {
    const { fetched, slept, asked } = await fetching(
      generating('STARTED'),
      refused('ReportInProgress', 404),
      refused('ReportInProgress', 404),
      report,
    )
    await fetched
    expect(asked()).toStrictEqual(['Generate', 'Get', 'Get', 'Get'])
    expect(slept).toStrictEqual([6_000, 12_000, 15_000])
  })

  it.each(['ReportNotPresent', 'ReportExpired'])('has it made again after %s', async (code) => {
    const script = [generating('INPROGRESS'), refused(code, 410), generating('STARTED'), report]
    const { fetched, asked } = await fetching(...script)
    await fetched
    expect(asked()).toStrictEqual(['Generate', 'Get', 'Generate', 'Get'])
  })

  it('asks again when IAM has no capacity, throttles or is down', async () => {
    const { fetched, asked } = await fetching(
      refused('LimitExceeded', 409),
      refused('Throttling', 400),
      refused('InternalFailure', 500),
      'hang-up',
      generating('COMPLETE'),
      report,
    )
    await fetched
    expect(asked()).toStrictEqual([...Array.from({ length: 5 }, () => 'Generate'), 'Get'])
  })

  it('gives up after two minutes, and says why', async () => {
    const { fetched, slept } = await fetching(refused('LimitExceeded', 409))
    await expect(fetched).rejects.toMatchObject({
      code: 'KEYNAG_REPORT_UNAVAILABLE',
      errorClass: 'transient',
      message: expect.stringContaining('no capacity'),
    })
    const waited = slept.reduce((sum, ms) => sum + ms, 0)
    expect(waited).toBeGreaterThan(100_000)
    expect(waited).toBeLessThanOrEqual(120_000)
  })

  it('does not wait when it may not ask', async () => {
    const { fetched, slept } = await fetching(refused('AccessDenied', 403))
    await expect(fetched).rejects.toMatchObject({ code: 'KEYNAG_ACCESS_DENIED' })
    expect(slept).toStrictEqual([])
  })
})
