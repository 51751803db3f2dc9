import { expect, it } from 'vitest'
import { aKeyId, aNoticeId } from '../../testing/ids.ts'
import { anEntry, aNotice } from '../../testing/rows.ts'
import type { Write } from '../ledger.ts'
import { open, type LedgerUnderTest } from './ledger-under-test.ts'

export const capCases = (on: LedgerUnderTest): void => {
  const cap = { date: '2026-01-05', scope: 'policy/standard', limit: 3 }

  it('counts up to the limit, then refuses and writes nothing else', async () => {
    for (let n = 1; n <= 3; n += 1) {
      await on.commit({ kind: 'cap', cap }, open(anEntry({ accessKeyId: aKeyId(n) })))
    }
    const writes: Write[] = [
      open(anEntry({ accessKeyId: aKeyId(4) })),
      { kind: 'cap', cap },
      { kind: 'notice', before: undefined, after: aNotice() },
    ]
    expect(await on.ledger.commit(writes)).toStrictEqual({ kind: 'cap-reached', cap })
    expect(await on.ledger.entry(aKeyId(4))).toBeUndefined()
    expect(await on.ledger.timeline(aKeyId(4))).toStrictEqual([])
    expect(await on.ledger.notice(aNoticeId())).toBeUndefined()
  })

  it('refuses even the first when the limit is 0', async () => {
    const none = { ...cap, limit: 0 }
    expect(await on.ledger.commit([{ kind: 'cap', cap: none }])).toStrictEqual({
      kind: 'cap-reached',
      cap: none,
    })
  })

  it('applies the limit of the commit, not that of the first count', async () => {
    await on.commit({ kind: 'cap', cap: { ...cap, limit: 1 } })
    const lowered = { ...cap, limit: 1 }
    expect(await on.ledger.commit([{ kind: 'cap', cap: lowered }])).toMatchObject({
      kind: 'cap-reached',
    })
    await on.commit({ kind: 'cap', cap: { ...cap, limit: 2 } })
  })

  it('counts none of several caps when one of them is reached', async () => {
    const wide = { ...cap, scope: 'policy/standard', limit: 2 }
    const narrow = { ...cap, scope: 'policy/standard/111111111111', limit: 1 }
    await on.commit({ kind: 'cap', cap: wide }, { kind: 'cap', cap: narrow })
    expect(
      await on.ledger.commit([
        { kind: 'cap', cap: wide },
        { kind: 'cap', cap: narrow },
      ]),
    ).toStrictEqual({ kind: 'cap-reached', cap: narrow })
    await on.commit({ kind: 'cap', cap: wide })
  })

  it('returns how much of a cap is used', async () => {
    expect(await on.ledger.capUsed(cap)).toBe(0)
    await on.commit({ kind: 'cap', cap })
    await on.commit({ kind: 'cap', cap })
    expect(await on.ledger.capUsed(cap)).toBe(2)
    expect(await on.ledger.capUsed({ ...cap, date: '2026-01-06' })).toBe(0)
  })

  it('gives back what was counted, and counts it again', async () => {
    const one = { ...cap, limit: 1 }
    await on.commit({ kind: 'cap', cap: one })
    const { limit: _, ...use } = one
    await on.commit({ kind: 'cap-back', cap: use }, open(anEntry()))
    expect(await on.ledger.capUsed(cap)).toBe(0)
    await on.commit({ kind: 'cap', cap: one })
    expect(await on.ledger.commit([{ kind: 'cap', cap: one }])).toMatchObject({
      kind: 'cap-reached',
    })
  })

  it('counts each day and scope separately', async () => {
    const one = { ...cap, limit: 1 }
    await on.commit({ kind: 'cap', cap: one })
    await on.commit({ kind: 'cap', cap: { ...one, date: '2026-01-06' } })
    await on.commit({ kind: 'cap', cap: { ...one, scope: 'policy/standard/1' } })
    expect(await on.ledger.commit([{ kind: 'cap', cap: one }])).toMatchObject({
      kind: 'cap-reached',
    })
  })

  it('concurrent commits never exceed a cap', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        on.ledger.commit([{ kind: 'cap', cap }, open(anEntry({ accessKeyId: aKeyId(n) }))]),
      ),
    )
    const committed = outcomes.filter(({ kind }) => kind === 'committed')
    expect(committed).toHaveLength(3)
    expect(outcomes.filter(({ kind }) => kind === 'cap-reached')).toHaveLength(7)
  })
}
