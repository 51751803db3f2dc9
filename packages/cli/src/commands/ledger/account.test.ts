import {
  aKeyId,
  aKnownAccount,
  anAccountId,
  anEntry,
  anOwner,
  aRotation,
  at,
} from '@keynag/core/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  failed,
  finished,
  keysOf,
  ledgerTerminal,
  open,
  scanOf,
} from '../../testing/ledger-terminal.ts'

let terminal: ReturnType<typeof ledgerTerminal>
beforeEach(() => {
  terminal = ledgerTerminal()
})

describe('keynag ledger owner', () => {
  it("lists an owner's keys in all accounts", async () => {
    await terminal.given(
      open(anEntry({ accessKeyId: aKeyId(1) })),
      open(anEntry({ accessKeyId: aKeyId(2), accountId: anAccountId(2), state: 'resolved' })),
      open(anEntry({ accessKeyId: aKeyId(3), owner: anOwner({ id: 'anna@example.com' }) })),
    )
    const { output } = await terminal.keynag(['owner', 'ANN@example.com'])
    expect(keysOf(output)).toStrictEqual([aKeyId(1), aKeyId(2)])
    expect(output).toContain('2 keys of ann@example.com in 2 accounts')
    const json: unknown = JSON.parse(
      (await terminal.keynag(['owner', 'ann@example.com', '--json'])).output,
    )
    expect(json).toMatchObject({
      owner: 'ann@example.com',
      keys: [{ accessKeyId: aKeyId(1) }, { accessKeyId: aKeyId(2), state: 'resolved' }],
    })
    expect((await terminal.keynag(['owner', 'x@example.com'])).output).toBe(
      'The ledger of stage test has no key of x@example.com.',
    )
  })
})

describe('keynag ledger account', () => {
  it('prints its keys, scans, root keys and open rotations', async () => {
    const rotating = anEntry({ accessKeyId: aKeyId(7), state: 'issuing' })
    await terminal.given(
      open(rotating),
      { kind: 'rotation', before: undefined, after: aRotation({ accessKeyId: aKeyId(7) }) },
      scanOf('2026-01-20', 1, failed),
      scanOf('2026-01-19', 1, finished(1)),
    )
    const { output } = await terminal.keynag(['account', anAccountId(1), '--days', '3'])
    expect(output).toContain(`Account ${anAccountId(1)} (account-1)`)
    expect(output).toContain('1 active root access key (slot 1, changed 2020-01-01)')
    expect(output).toMatch(/2026-01-20 +failed +KEYNAG_ROLE_UNREACHABLE: not trusted/)
    expect(output).toMatch(/2026-01-19 +finished +4 keys of 3 users: 2 stale, 1 new, 0 settled/)
    expect(output).toMatch(/2026-01-18 +not planned/)
    expect(output).toMatch(new RegExp(`${aKeyId(7)} +2026-01-20 +opened +free`))
    const json: unknown = JSON.parse(
      (await terminal.keynag(['account', anAccountId(1), '--json'])).output,
    )
    expect(json).toMatchObject({
      keys: [{ accessKeyId: aKeyId(7) }],
      scans: [
        { date: '2026-01-20', result: { kind: 'failed', at: '2026-01-20T03:10:00Z' } },
        { date: '2026-01-19', result: { kind: 'finished', rootKeys: [{ slot: '1' }] } },
        { date: '2026-01-18', result: { kind: 'not-planned' } },
        ...Array.from({ length: 4 }, () => ({})),
      ],
      rotations: [{ openedAt: '2026-01-20T09:00:00Z' }],
    })
  })

  it('says since when it is unread and why, when it was read, or when its keys ended', async () => {
    const stopped = { since: at('2026-01-19T05:00:00Z'), why: 'the account is SUSPENDED' }
    const accounts = [
      aKnownAccount({ state: 'SUSPENDED', stopped }),
      aKnownAccount({ accountId: anAccountId(2), readAt: at('2026-01-20T05:10:00Z') }),
      aKnownAccount({ accountId: anAccountId(3), state: 'CLOSED', endedAt: at('2026-01-18') }),
    ]
    await terminal.given(
      open(anEntry()),
      ...accounts.map((after) => ({ kind: 'account' as const, before: undefined, after })),
    )
    const said = async (n: number, ...more: readonly string[]) =>
      (await terminal.keynag(['account', anAccountId(n), ...more])).output
    expect(await said(1)).toContain(
      'The account is unread since 2026-01-19T05:00:00Z: the account is SUSPENDED. 1 key left alone.',
    )
    expect(await said(2)).toContain('A scan last read the account at 2026-01-20 05:10.')
    expect(await said(3)).toContain("The account is CLOSED: its keys' stories ended on 2026-01-18.")
    expect(JSON.parse(await said(1, '--json'))).toMatchObject({
      account: { state: 'SUSPENDED', stopped: { since: '2026-01-19T05:00:00Z' } },
      unread: { since: '2026-01-19T05:00:00Z', keys: 1 },
    })
  })

  it('refuses a malformed account ID', async () => {
    const { remarks, exitCode } = await terminal.keynag(['account', '12'])
    expect(remarks).toContain('"12" is not an account ID: those have twelve digits')
    expect(exitCode).toBe(1)
  })
})
