import { plusDays } from '@keynag/core'
import {
  aFreeze,
  aKeyId,
  aKnownAccount,
  anAccountId,
  anEntry,
  aScanDay,
  at,
} from '@keynag/core/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  failed,
  finished,
  ledgerTerminal,
  now,
  open,
  scanOf,
} from '../../testing/ledger-terminal.ts'

let terminal: ReturnType<typeof ledgerTerminal>
beforeEach(() => {
  terminal = ledgerTerminal()
})

describe('keynag ledger stats', () => {
  it('counts, and names the accounts that were not scanned', async () => {
    const hold = { code: 'operator', why: 'ask', since: at('2026-01-10') } as const
    await terminal.given(
      open(anEntry({ accessKeyId: aKeyId(1), nagCount: 2, hold })),
      open(anEntry({ accessKeyId: aKeyId(2), policy: 'ci', createdAt: plusDays(now, -800) })),
      open(anEntry({ accessKeyId: aKeyId(3), state: 'resolved', nagCount: 4 })),
      {
        kind: 'scan-day',
        before: undefined,
        after: aScanDay({
          date: '2026-01-19',
          accountIds: [anAccountId(1), anAccountId(2), anAccountId(3)],
        }),
      },
      ...[1, 2].map((n) => ({
        kind: 'account' as const,
        before: undefined,
        after: aKnownAccount({
          accountId: anAccountId(n),
          readAt: at(n === 1 ? '2026-01-17T05:10:00Z' : '2026-01-20T05:10:00Z'),
        }),
      })),
      scanOf('2026-01-19', 1, finished(1)),
      scanOf('2026-01-19', 2, failed),
      scanOf('2026-01-19', 4, { kind: 'skipped', why: 'the account is SUSPENDED' }),
    )
    const freeze = aFreeze({ since: at('2026-01-11'), why: 'incident' })
    await terminal.given({ kind: 'freeze-started', freeze })
    const { output } = await terminal.keynag(['stats', '--json'])
    expect(JSON.parse(output)).toStrictEqual({
      place: 'stage test',
      keys: 3,
      open: 2,
      states: {
        nagging: 2,
        escalated: 0,
        issuing: 0,
        issued: 0,
        deactivated: 0,
        deleted: 0,
        resolved: 1,
      },
      policies: { ci: 1, standard: 1 },
      holds: { operator: 1 },
      held: 1,
      exempt: 0,
      ages: {
        'under 90 days': 0,
        '90 to 179 days': 1,
        '180 to 364 days': 0,
        '1 to 2 years': 0,
        'over 2 years': 1,
      },
      nags: { none: 1, one: 0, 'two or three': 1, 'four or more': 0 },
      reminders: 6,
      owners: 1,
      withoutOwner: 0,
      freezes: [
        { scope: { kind: 'all' }, since: '2026-01-11T00:00:00Z', by: 'olga', why: 'incident' },
      ],
      coverage: {
        date: '2026-01-19',
        planned: 3,
        finished: 1,
        notScanned: [
          {
            accountId: anAccountId(2),
            name: 'account-2',
            why: 'KEYNAG_ROLE_UNREACHABLE: not trusted',
          },
          { accountId: anAccountId(3), name: '', why: 'the ledger has no record of its scan' },
          { accountId: anAccountId(4), name: 'account-4', why: 'the account is SUSPENDED' },
        ],
        rootKeys: [{ accountId: anAccountId(1), name: 'account-1', keys: 1 }],
      },
      unread: [
        {
          accountId: anAccountId(1),
          name: 'payments',
          since: '2026-01-17T05:10:00Z',
          why: 'no scan of the account has finished since then',
          keys: 2,
        },
      ],
      unreadable: 0,
    })
    const words = (await terminal.keynag(['stats'])).output
    expect(words).toContain('Frozen since 2026-01-11T00:00:00Z by olga: incident')
    expect(words).toContain(
      `${anAccountId(1)} (payments), 2 keys left alone, unread since 2026-01-17T05:10:00Z: no scan`,
    )
    expect(words).toContain('Scan of 2026-01-19: 1 of 3 accounts read')
    expect(words).toContain(`${anAccountId(3)} was not read: the ledger has no record of its scan`)
  })

  it('says so when no scan was planned', async () => {
    expect((await terminal.keynag(['stats'])).output).toContain(
      'No scan was planned in the last month.',
    )
  })
})
