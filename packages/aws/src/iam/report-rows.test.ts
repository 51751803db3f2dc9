import { at } from '@keynag/core/testing'
import type { ReportRow } from '@keynag/core'
import { describe, expect, it } from 'vitest'
import { reportRows } from './report-rows.ts'

const columns = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'mfa_active',
  'access_key_1_active',
  'access_key_1_last_rotated',
  'access_key_1_last_used_date',
  'access_key_1_last_used_region',
  'access_key_1_last_used_service',
  'access_key_2_active',
  'access_key_2_last_rotated',
  'access_key_2_last_used_date',
  'access_key_2_last_used_region',
  'access_key_2_last_used_service',
  'cert_1_active',
] as const
type Fields = Readonly<Record<string, string>>

const plain: Fields = {
  user: 'ann',
  arn: 'arn:aws:iam::111111111111:user/ann',
  user_creation_time: '2025-01-02T03:04:05+00:00',
  password_enabled: 'false',
  access_key_1_active: 'true',
  access_key_1_last_rotated: '2025-10-01T08:00:00Z',
}

const line = (fields: Fields, header: readonly string[]) =>
  header.map((column) => ({ ...plain, ...fields })[column] ?? 'N/A').join(',')

const report = (rows: readonly Fields[], header: readonly string[] = columns) =>
  new TextEncoder().encode([header.join(','), ...rows.map((row) => line(row, header))].join('\n'))

const read = async (csv: Uint8Array) => {
  const rows: ReportRow[] = []
  for await (const row of reportRows(csv)) rows.push(row)
  return rows
}

const slotsOf = async (fields: Fields) => (await read(report([fields])))[0]?.slots

describe('a credential report', () => {
  it('has users with their key slots', async () => {
    expect(await read(report([{}]))).toStrictEqual([
      {
        kind: 'user',
        arn: 'arn:aws:iam::111111111111:user/ann',
        userName: 'ann',
        userCreatedAt: at('2025-01-02T03:04:05Z'),
        hasConsole: false,
        slots: [
          {
            slot: '1',
            active: true,
            lastRotated: at('2025-10-01T08:00:00Z'),
            lastUsed: { kind: 'never' },
          },
        ],
      },
    ])
  })

  it('has the root user, whose password is not supported', async () => {
    const root = {
      user: '<root_account>',
      arn: 'arn:aws:iam::111111111111:root',
      password_enabled: 'not_supported',
      access_key_1_active: 'false',
      access_key_1_last_rotated: 'N/A',
      access_key_2_active: 'true',
      access_key_2_last_rotated: '2019-05-06T07:08:09+00:00',
    }
    expect(await read(report([root]))).toMatchObject([
      { kind: 'root', hasConsole: false, slots: [{ slot: '2', active: true }] },
    ])
  })

  it('is read by its header, in any order and with columns to come', async () => {
    const strange = ['access_key_3_colour', ...columns.toReversed()]
    expect(await read(report([{}], strange))).toStrictEqual(await read(report([{}])))
  })

  it('is read through a byte order mark, quotes, CRLF and a last empty line', async () => {
    const text = new TextDecoder().decode(report([{ user: '"a,b"' }]))
    const csv = new TextEncoder().encode(`\uFEFF${text.replaceAll('\n', '\r\n')}\r\n`)
    expect(await read(csv)).toMatchObject([{ userName: 'a,b' }])
  })

  it.each(['true', 'TRUE', 'True'])('takes %s for true', async (flag) => {
    const rows = await read(report([{ password_enabled: flag, access_key_2_active: flag }]))
    expect(rows).toMatchObject([{ hasConsole: true, slots: [{ slot: '1' }, { slot: '2' }] }])
  })

  it('keeps an inactive key, and a key that was never changed', async () => {
    expect(
      await slotsOf({
        access_key_1_active: 'false',
        access_key_2_active: 'true',
      }),
    ).toMatchObject([
      { slot: '1', active: false, lastRotated: at('2025-10-01T08:00:00Z') },
      { slot: '2', active: true, lastRotated: undefined },
    ])
  })

  it('has no slot that is neither active nor dated', async () => {
    expect(
      await slotsOf({ access_key_1_active: 'false', access_key_1_last_rotated: 'N/A' }),
    ).toStrictEqual([])
  })

  it.each([
    [{ access_key_1_last_used_date: 'N/A' }, { kind: 'never' }],
    [
      { access_key_1_last_used_date: 'no_information' },
      { kind: 'unknown', why: 'the credential report says "no_information"' },
    ],
    [
      {
        access_key_1_last_used_date: '2025-12-24T17:15:00+00:00',
        access_key_1_last_used_region: 'eu-central-1',
        access_key_1_last_used_service: 's3',
      },
      { kind: 'at', at: at('2025-12-24T17:15:00Z'), service: 's3', region: 'eu-central-1' },
    ],
    [
      {
        access_key_1_last_used_date: '2025-12-24T17:15:00Z',
        access_key_1_last_used_region: 'not_supported',
        access_key_1_last_used_service: 'N/A',
      },
      { kind: 'at', at: at('2025-12-24T17:15:00Z') },
    ],
  ])('reads the last use from %o', async (fields, lastUsed) => {
    expect(await slotsOf(fields)).toMatchObject([{ lastUsed }])
  })

  it('can be read again', async () => {
    const csv = report([{}, { user: 'bob' }])
    expect(await read(csv)).toStrictEqual(await read(csv))
  })

  it('can be left off', async () => {
    for await (const row of reportRows(report([{}, { user: 'bob' }]))) {
      expect(row.userName).toBe('ann')
      break
    }
  })

  it.each(['a,b', ',', 'a,b,c', '+=,.@_-'])(
    'has a user called %s, in a path with marks',
    async (user) => {
      const arn = `arn:aws:iam::111111111111:user/x,y"z/${user}`
      expect(await read(report([{ user, arn }, {}]))).toMatchObject([
        { userName: user, arn, slots: [{ slot: '1', active: true }] },
        { userName: 'ann' },
      ])
      const quoted = { user: `"${user}"`, arn: `"arn:aws:iam::111111111111:user/${user}"` }
      expect(await read(report([quoted]))).toMatchObject([{ userName: user }])
    },
  )

  it('is not read where a row has too few or too many cells', async () => {
    const header = columns.join(',')
    for (const row of ['ann', `${line({}, columns)},more`]) {
      const csv = new TextEncoder().encode(`${header}\n${row}`)
      await expect(read(csv)).rejects.toMatchObject({ code: 'KEYNAG_REPORT_UNREADABLE' })
    }
  })

  it('has thousands of users', async () => {
    const many = Array.from({ length: 5_000 }, (_, n) => ({ user: `user-${n}` }))
    const rows = await read(report(many))
    expect(rows).toHaveLength(5_000)
    expect(rows.at(-1)).toMatchObject({ userName: 'user-4999' })
  })
})

describe('a report that cannot be read', () => {
  it.each([
    'user',
    'arn',
    'password_enabled',
    'access_key_1_active',
    'access_key_2_last_rotated',
    'access_key_2_last_used_service',
  ])('lacks %s', async (missing) => {
    const header = columns.filter((column) => column !== missing)
    await expect(read(report([{}], header))).rejects.toMatchObject({
      code: 'KEYNAG_REPORT_UNREADABLE',
      errorClass: 'permanent',
      message: expect.stringContaining(missing),
    })
  })

  it.each(['yesterday', '2025-13-01T00:00:00Z', '2025-10-01'.slice(1)])(
    'is dated %s',
    async (date) => {
      await expect(read(report([{ access_key_1_last_rotated: date }]))).rejects.toMatchObject({
        code: 'KEYNAG_REPORT_UNREADABLE',
        message: `access_key_1_last_rotated of the credential report says "${date}"`,
      })
    },
  )

  it.each(['a,b\n"never closed', `${columns.join(',')}\nann,too,short`])(
    'is broken',
    async (text) => {
      await expect(read(new TextEncoder().encode(text))).rejects.toMatchObject({
        code: 'KEYNAG_REPORT_UNREADABLE',
      })
    },
  )
})
