import { expect, it } from 'vitest'
import { anAccountId, at } from '../../testing/ids.ts'
import type { EndedFreeze, Freeze, FreezeScope } from '../freeze.ts'
import type { LedgerUnderTest } from './ledger-under-test.ts'

const key = { accountId: anAccountId(1), policy: 'standard' }
const everything: FreezeScope = { kind: 'all' }
const account: FreezeScope = { kind: 'account', accountId: key.accountId }
const policy: FreezeScope = { kind: 'policy', policy: key.policy }

const freezeOf = (scope: FreezeScope, by = 'olga'): Freeze => ({
  scope,
  since: at('2026-01-05T09:00:00Z'),
  by,
  why: 'incident 7',
})
const endOf = (freeze: Freeze): EndedFreeze => ({
  ...freeze,
  ended: { at: at('2026-01-06T09:00:00Z'), by: 'otto', why: 'it is over' },
})

export const freezeCases = (on: LedgerUnderTest): void => {
  const start = (freeze: Freeze) => on.ledger.commit([{ kind: 'freeze-started', freeze }])
  const end = (freeze: EndedFreeze) => on.ledger.commit([{ kind: 'freeze-ended', freeze }])

  it.each([everything, account, policy])(
    'of $kind starts and ends, and both stay',
    async (scope) => {
      expect(await on.ledger.freezeOver(key)).toBeUndefined()
      const freeze = freezeOf(scope)
      expect(await start(freeze)).toStrictEqual({ kind: 'committed' })
      expect(await on.ledger.freezeOver(key)).toStrictEqual(freeze)
      expect(await on.ledger.freezes()).toStrictEqual([freeze])
      expect(await on.ledger.endedFreezes()).toStrictEqual([])
      expect(await end(endOf(freeze))).toStrictEqual({ kind: 'committed' })
      expect(await on.ledger.freezeOver(key)).toBeUndefined()
      expect(await on.ledger.freezes()).toStrictEqual([])
      expect(await on.ledger.endedFreezes()).toStrictEqual([endOf(freeze)])
    },
  )

  it('of one account or policy stops no other key', async () => {
    await start(freezeOf(account))
    await start(freezeOf(policy))
    const other = { accountId: anAccountId(2), policy: 'ci' }
    expect(await on.ledger.freezeOver(other)).toBeUndefined()
    expect(await on.ledger.freezeOver({ ...other, policy: key.policy })).toMatchObject({
      scope: policy,
    })
    expect(await on.ledger.freezeOver({ ...key, policy: 'ci' })).toMatchObject({ scope: account })
  })

  it('of everything is named first, and each ends for itself', async () => {
    for (const scope of [policy, account, everything]) await start(freezeOf(scope))
    expect(await on.ledger.freezes()).toHaveLength(3)
    expect(await on.ledger.freezeOver(key)).toMatchObject({ scope: everything })
    await end(endOf(freezeOf(everything)))
    expect(await on.ledger.freezeOver(key)).toMatchObject({ scope: account })
  })

  it('is not replaced by a second one: who began it and why stays known', async () => {
    await start(freezeOf(everything))
    const second = { ...freezeOf(everything, 'ann'), since: at('2026-01-05T10:00:00Z') }
    expect(await start(second)).toMatchObject({ kind: 'lost' })
    expect(await on.ledger.freezeOver(key)).toStrictEqual(freezeOf(everything))
  })

  it('ends once, and only the one that was meant', async () => {
    const freeze = freezeOf(everything)
    await start(freeze)
    const other = { ...freeze, since: at('2026-01-04T09:00:00Z') }
    expect(await end(endOf(other))).toMatchObject({ kind: 'lost' })
    expect(await end(endOf(freeze))).toStrictEqual({ kind: 'committed' })
    expect(await end(endOf(freeze))).toMatchObject({ kind: 'lost' })
    expect(await on.ledger.endedFreezes()).toHaveLength(1)
  })
}
