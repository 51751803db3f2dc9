import { describe, expect, it } from 'vitest'
import { aKeyId, aKnownAccount, anAccountId, anEntry, anOrganization, at } from './testing/index.ts'
import { plusDays } from './time.ts'
import { UnreadAccounts } from './unread-accounts.ts'

const now = at('2026-01-20T10:00:00Z')
const { policies } = anOrganization({
  policies: [
    { name: 'standard', mode: 'enforce' },
    { name: 'patient', mode: 'enforce', staleSightingDays: 30 },
  ],
})
const read = plusDays(now, -5)

/** Of keys in account 1, by their policies and states. */
const counted = (
  accounts: Parameters<typeof aKnownAccount>[0][],
  keys: readonly Parameters<typeof anEntry>[0][],
) => {
  const unread = new UnreadAccounts(accounts.map(aKnownAccount), policies, now)
  const entries = keys.map((fields, index) =>
    anEntry({ accessKeyId: aKeyId(index + 1), ...fields }),
  )
  for (const entry of entries) unread.add(entry)
  return { rows: unread.rows(), waiting: entries.map((entry) => unread.hasKey(entry)) }
}

describe('the unread accounts', () => {
  it('have a row each, with the number of keys that wait, the oldest first', () => {
    const { rows, waiting } = counted(
      [
        { readAt: read },
        {
          accountId: anAccountId(2),
          name: 'gone',
          state: 'UNLISTED',
          stopped: { since: plusDays(now, -9), why: 'not listed' },
        },
        { accountId: anAccountId(3), readAt: now },
      ],
      [{}, {}, { state: 'resolved' }, { accountId: anAccountId(2) }, { accountId: anAccountId(3) }],
    )
    expect(rows).toStrictEqual([
      {
        accountId: anAccountId(2),
        name: 'gone',
        keys: 1,
        since: plusDays(now, -9),
        why: 'not listed',
      },
      {
        accountId: anAccountId(1),
        name: 'payments',
        keys: 2,
        since: read,
        why: 'no scan of the account has finished since then',
      },
    ])
    expect(waiting).toStrictEqual([true, true, false, true, false])
  })

  it('are unread as soon as the policy of one of their keys says so', () => {
    expect(counted([{ readAt: read }], [{ policy: 'patient' }]).waiting).toStrictEqual([false])
    const { rows } = counted([{ readAt: read }], [{ policy: 'patient' }, {}])
    expect(rows.map(({ keys }) => keys)).toStrictEqual([1])
  })

  it('without a key are named while they may have one that nobody has seen', () => {
    const states = ['ACTIVE', 'SUSPENDED', 'CLOSED', 'UNLISTED'] as const
    const { rows } = counted(
      states.map((state, index) => ({ accountId: anAccountId(index + 1), state, readAt: read })),
      [],
    )
    expect(rows.map(({ accountId }) => accountId)).toStrictEqual([anAccountId(1), anAccountId(2)])
  })

  it('are named before the planner has listed the accounts', () => {
    expect(counted([], [{}]).rows).toStrictEqual([
      {
        accountId: anAccountId(1),
        name: '',
        keys: 1,
        why: 'keynag has not listed the accounts yet',
      },
    ])
  })
})
