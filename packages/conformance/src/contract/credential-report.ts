import {
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'
import { expect } from 'vitest'
import type { AwsUnderTest } from './aws-under-test.ts'
import type { Documented } from './documented.ts'
import { refused } from './refused.ts'

const generate = new GenerateCredentialReportCommand({})
const get = new GetCredentialReportCommand({})

/** The columns in the order of the IAM User Guide, Get credential reports. */
const columns =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,' +
  'password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,' +
  'access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,' +
  'access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,' +
  'access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,' +
  'cert_1_last_rotated,cert_2_active,cert_2_last_rotated'
const fourHoursMs = 4 * 3_600_000

const parsed = (csv: Uint8Array | undefined) => {
  const [header = '', ...lines] = Buffer.from(csv ?? [])
    .toString()
    .trim()
    .split('\n')
  const names = header.split(',')
  const rows = lines.map((line) => {
    const values = line.split(',')
    return Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']))
  })
  return { header, rows, rowOf: (user: string) => rows.find((row) => row['user'] === user) ?? {} }
}

const instant = (text: string | undefined): number => {
  expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|\+00:00)$/)
  return Date.parse(text ?? '')
}

export const credentialReportCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  const report = async (iam: IAMClient) => {
    await iam.send(generate)
    aws().settle()
    return iam.send(get)
  }

  documented(
    'GetCredentialReport before the first report fails with ReportNotPresent, 410',
    async () => {
      const { iam } = await aws().account()
      await refused(iam.send(get), '(?:CredentialReport|Report)NotPresent', 410)
    },
  )

  documented('GenerateCredentialReport answers STARTED at first and COMPLETE later', async () => {
    const { iam } = await aws().account()
    expect(await iam.send(generate)).toMatchObject({ State: 'STARTED' })
    aws().settle()
    expect(await iam.send(generate)).toMatchObject({ State: 'COMPLETE' })
    expect(await iam.send(get)).toMatchObject({ ReportFormat: 'text/csv' })
  })

  documented(
    'GetCredentialReport fails with ReportInProgress, 404, until the report is complete',
    async () => {
      const { iam } = await aws().account()
      await iam.send(generate)
      await refused(iam.send(get), '(?:CredentialReportNotReady|ReportInProgress)', 404)
    },
  )

  documented('A credential report has the time at which it was made', async () => {
    const { iam } = await aws().account()
    const { GeneratedTime } = await report(iam)
    const ageMs = aws().nowMs() - (GeneratedTime?.getTime() ?? 0)
    expect(ageMs).toBeGreaterThanOrEqual(-1_000)
    expect(ageMs).toBeLessThan(fourHoursMs)
  })

  documented(
    'A credential report has the columns of the User Guide, with new ones at the end',
    async () => {
      const { iam } = await aws().account()
      const { header } = parsed((await report(iam)).Content)
      expect(header.startsWith(columns)).toBe(true)
    },
  )

  documented('A credential report has a row for the root user', async () => {
    const { iam, id } = await aws().account()
    expect(parsed((await report(iam)).Content).rowOf('<root_account>')).toMatchObject({
      arn: `arn:aws:iam::${id}:root`,
      password_enabled: 'not_supported',
    })
  })

  documented(
    'A credential report has a row for each user, with the dates of both keys',
    async () => {
      const { iam, id, addUser, addKey } = await aws().account()
      const [joined, first, second] = [2022, 2023, 2024].map((year) =>
        Date.UTC(year, 1, 3, 4, 5, 6),
      )
      const createdAtMs = joined ?? 0
      await addUser({ userName: 'ann', path: '/shop/', createdAtMs, hasConsole: true })
      await addKey('ann', { createdAtMs: first ?? 0 })
      await addKey('ann', { createdAtMs: second ?? 0 })
      const ann = parsed((await report(iam)).Content).rowOf('ann')
      expect(ann).toMatchObject({ arn: `arn:aws:iam::${id}:user/shop/ann` })
      expect(instant(ann['user_creation_time'])).toBe(joined)
      expect(ann['password_enabled']?.toLowerCase()).toBe('true')
      expect(ann['access_key_1_active']?.toLowerCase()).toBe('true')
      expect(instant(ann['access_key_1_last_rotated'])).toBe(first)
      expect(ann['access_key_2_active']?.toLowerCase()).toBe('true')
      expect(instant(ann['access_key_2_last_rotated'])).toBe(second)
    },
  )

  documented(
    'A credential report contains N/A for a missing key and for a key that was never used',
    async () => {
      const { iam, addUser, addKey } = await aws().account()
      await addUser({ userName: 'ann' })
      await addKey('ann')
      expect(parsed((await report(iam)).Content).rowOf('ann')).toMatchObject({
        access_key_1_last_used_date: 'N/A',
        access_key_2_last_rotated: 'N/A',
        access_key_2_last_used_date: 'N/A',
      })
    },
  )

  documented(
    'A credential report contains N/A for the Region and service of a key that was never used',
    async () => {
      const { iam, addUser, addKey } = await aws().account()
      await addUser({ userName: 'ann' })
      await addKey('ann')
      expect(parsed((await report(iam)).Content).rowOf('ann')).toMatchObject({
        access_key_1_last_used_region: 'N/A',
        access_key_1_last_used_service: 'N/A',
      })
    },
  )

  documented(
    'A credential report contains N/A for the last use of a missing password',
    async () => {
      const { iam, addUser } = await aws().account()
      await addUser({ userName: 'ann' })
      const ann = parsed((await report(iam)).Content).rowOf('ann')
      expect(ann['password_enabled']?.toLowerCase()).toBe('false')
      expect(ann['password_last_used']).toBe('N/A')
    },
  )

  documented('A credential report has the time of a key’s last use', async () => {
    const { iam, addUser, addKey } = await aws().account()
    const atMs = Date.UTC(2025, 5, 7, 8, 15, 0)
    await addUser({ userName: 'ann' })
    await addKey('ann', {
      createdAtMs: atMs,
      lastUsed: { atMs, service: 's3', region: 'us-west-1' },
    })
    const ann = parsed((await report(iam)).Content).rowOf('ann')
    expect(instant(ann['access_key_1_last_used_date'])).toBe(atMs)
  })

  documented('A credential report has the service and Region of a key’s last use', async () => {
    const { iam, addUser, addKey } = await aws().account()
    const atMs = Date.UTC(2025, 5, 7, 8, 15, 0)
    await addUser({ userName: 'ann' })
    await addKey('ann', {
      createdAtMs: atMs,
      lastUsed: { atMs, service: 's3', region: 'us-west-1' },
    })
    expect(parsed((await report(iam)).Content).rowOf('ann')).toMatchObject({
      access_key_1_last_used_region: 'us-west-1',
      access_key_1_last_used_service: 's3',
    })
  })

  documented('A credential report is returned unchanged for four hours', async () => {
    const { iam, addUser } = await aws().account()
    const first = await report(iam)
    await addUser({ userName: 'late' })
    const second = await report(iam)
    expect(second.GeneratedTime).toEqual(first.GeneratedTime)
    expect(parsed(second.Content).rowOf('late')).toEqual({})
  })
}
