import { describe, expect, it } from 'vitest'
import { aFullEntry, aKeyId, anEntry, aPolicy, at } from '../testing/index.ts'
import { plusDays } from '../time.ts'
import { entryStates } from './entry.ts'
import { forecast } from './forecast.ts'

const now = at('2026-04-01T09:00:00Z')
const rotate = aPolicy({
  warnFromDay: 83,
  enforce: { kind: 'rotate', atDay: 90, installationGraceDays: 7, recoveryGraceDays: 7 },
})
const old = { createdAt: plusDays(now, -85) }

const plan = (...args: Parameters<typeof forecast>) =>
  forecast(...args).map((next) => `${(next.at - now) / 86_400_000} ${next.what}`)

describe('a forecast', () => {
  it('lists the coming steps of a key', () => {
    const used = { lastUsed: { kind: 'at', at: plusDays(now, -40) } } as const
    expect(plan([anEntry({ ...old, ...used })], [rotate], now, 60)).toStrictEqual([
      '0 nag',
      '5 rotate',
      '5 issue',
      '12 deactivate',
      '19 delete',
      '35 retire-secret',
    ])
  })

  it('includes steps up to the last instant of its days', () => {
    expect(plan([anEntry(old)], [rotate], now, 12)).toContain('12 deactivate')
    expect(plan([anEntry(old)], [rotate], now, 11.9)).not.toContain('12 deactivate')
    expect(plan([anEntry(old)], [rotate], now, 0)).toStrictEqual(['0 nag'])
  })

  it('ends with a hold, and is empty for a held key', () => {
    const handover = { replacementKeyId: aKeyId(2), issuedAt: plusDays(now, -3) }
    const lastUsed = { kind: 'unknown', why: 'no answer' } as const
    const issued = anEntry({ state: 'issued', ...old, handover, lastUsed })
    expect(plan([issued], [rotate], now, 60)).toStrictEqual(['7 hold'])
    expect(plan([anEntry(old)], [], now, 60)).toStrictEqual(['0 hold'])
    expect(plan([aFullEntry('nagging')], [rotate], now, 60)).toStrictEqual([])
  })

  it('waits until a key in use is unused if the policy says so', () => {
    const policy = aPolicy({
      warnFromDay: 80,
      staleAtDay: 80,
      enforce: { kind: 'deactivate', atDay: 80, installationGraceDays: 1, whenInUse: 'wait' },
    })
    const lastUsed = { kind: 'at', at: plusDays(now, -1) } as const
    expect(plan([anEntry({ ...old, lastUsed })], [policy], now, 30)).toStrictEqual([
      '0 nag',
      '6 deactivate',
    ])
  })

  it('sorts the steps of all keys, soonest first', () => {
    const late = anEntry({ accessKeyId: aKeyId(1), createdAt: plusDays(now, -80) })
    const early = anEntry({ accessKeyId: aKeyId(2), ...old })
    const all = forecast([late, early], [rotate], now, 60)
    expect(all.map((next) => next.at)).toStrictEqual(
      all.map((next) => next.at).sort((a, b) => a - b),
    )
    expect(new Set(all.map((next) => next.accessKeyId)).size).toBe(2)
  })

  it('is empty in dry run, and lists the steps once the policy is armed', () => {
    const dry = { ...rotate, mode: 'dry-run' } as const
    expect(plan([anEntry(old)], [dry], now, 60)).toStrictEqual([])
    expect(plan([anEntry(old)], [{ ...dry, mode: 'enforce' }], now, 60)).toContain('5 rotate')
  })

  it.each(entryStates)('ends for a key that is %s', (state) => {
    const policy = aPolicy({ nag: { everyDays: 1 }, escalation: [{ atDay: 91, to: 'manager' }] })
    expect(forecast([anEntry({ state })], [policy], now, 3_650).length).toBeLessThan(4_000)
  })
})
