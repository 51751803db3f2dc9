import { describe, expect, it } from 'vitest'
import type { AuditReport } from './findings.ts'
import { csvOf } from './render-csv.ts'
import { htmlOf } from './render-html.ts'
import { textOf } from './render-text.ts'

const report: AuditReport = {
  scannedAt: '2026-11-21T09:00:00Z',
  policies: ['cis-rotation'],
  accounts: [
    {
      accountId: '111111111111',
      name: 'pay',
      state: 'scanned',
      users: 3,
      keys: 4,
      rootKeys: [{ slot: '1' }],
    },
    {
      accountId: '222222222222',
      name: '<b>ship',
      state: 'failed',
      code: 'KEYNAG_ROLE_UNREACHABLE',
      error: 'account 222222222222 does not let keynag assume the role',
    },
    { accountId: '333333333333', name: '', state: 'skipped', error: 'the account is SUSPENDED' },
  ],
  findings: [
    {
      accountId: '111111111111',
      userName: '=cmd,1',
      userId: 'AIDAEXAMPLEEXAMPLE01',
      accessKeyId: 'AKIAEXAMPLEEXAMPLE01',
      status: 'Active',
      createdAt: '2025-10-17T09:00:00Z',
      ageDays: 400,
      lastUsed: { kind: 'at', at: '2026-11-20T01:02:03Z', service: 's3', region: 'eu-central-1' },
      owner: null,
      ownerFoundBy: 'no contact found',
      policy: 'cis-rotation',
      due: [
        { action: 'nag', at: '2026-11-21T09:00:00Z', rule: 'first nag' },
        { action: 'rotate', at: '2026-11-23T09:00:00Z', rule: 'replace' },
        { action: 'delete', at: '2026-12-20T09:00:00Z', rule: 'delete' },
      ],
    },
  ],
}
const plain = (_: string, text: string) => text

describe('an audit for people', () => {
  it('shows keys, root keys and what was not read', () => {
    expect(textOf(report, { width: undefined, style: plain })).toBe(
      [
        'account       user    access key            days  status  last used                      owner         policy        due',
        '111111111111  =cmd,1  AKIAEXAMPLEEXAMPLE01   400  Active  2026-11-20 (s3, eu-central-1)  nobody found  cis-rotation  nag 2026-11-21, rotate 2026-11-23',
        '',
        '111111111111 (pay) has 1 active root access key',
        '222222222222 (<b>ship) was not read: KEYNAG_ROLE_UNREACHABLE: account 222222222222 does not let keynag assume the role',
        '333333333333 was not read: the account is SUSPENDED',
        '',
        '1 stale key under cis-rotation: 4 keys of 3 users in 1 account read and 2 accounts not read',
      ].join('\n'),
    )
  })

  it('fits a terminal of 80 columns', () => {
    const [titles = '', row = ''] = textOf(report, { width: 80, style: plain }).split('\n')
    expect(titles).toMatch(/^account +user +access key +days +last used +owner +due$/)
    expect(titles.length).toBeLessThanOrEqual(80)
    expect(row.length).toBeLessThanOrEqual(80)
  })
})

describe('an audit as CSV', () => {
  it('has a line for each key that no spreadsheet runs', () => {
    expect(csvOf(report).split('\n')).toEqual([
      'accountId,userName,userId,accessKeyId,status,createdAt,ageDays,lastUsed,lastUsedService,lastUsedRegion,owner,policy,due',
      `111111111111,"'=cmd,1",AIDAEXAMPLEEXAMPLE01,AKIAEXAMPLEEXAMPLE01,Active,2025-10-17T09:00:00Z,400,2026-11-20T01:02:03Z,s3,eu-central-1,,cis-rotation,"nag 2026-11-21, rotate 2026-11-23"`,
    ])
  })
})

describe('an audit as a page', () => {
  it('takes no markup from names, and loads nothing', () => {
    const page = htmlOf(report)
    expect(page).not.toContain('<b>')
    expect(page).toContain('&lt;b&gt;ship')
    expect(page).not.toMatch(/<script|src=|href=/)
  })
})
