import { describe, expect, it } from 'vitest'
import { Policy, type PolicyInput } from '../policy/policy.ts'
import { presets } from '../presets/presets.ts'
import {
  day,
  deactivated,
  deactivationDelivered,
  delivered,
  exempted,
  given,
  issued,
  nagged,
  opened,
  postponed,
  snoozed,
} from '../testing/given.ts'
import { aFact, aPolicy } from '../testing/index.ts'
import { rotating } from '../testing/starts-at.ts'
import { nextUtcDay } from '../time.ts'
import { earliestNewDate } from './date-read.ts'
import type { Entry } from './entry.ts'
import { keyCard } from './key-card.ts'
import { nextDeed } from './next-deed.ts'

const armed = { enforce: rotating, warnFromDay: 83 } as const
const warned = nagged(83, 'rotate')
const handed = [warned, opened(90), issued(90, 120)] as const
const off = [...handed, delivered(90), deactivated(97)] as const

const news = (final: object) => aFact('replacement-delivered', { deactivatesAt: day(97), ...final })

const ahead = (entry: Entry, age: number, policy: Partial<PolicyInput> = {}) => {
  const deed = nextDeed(entry, [aPolicy({ ...armed, ...policy })], day(age))
  return deed && [deed.deed, deed.at, deed.isTold]
}

describe('what comes next for a key', () => {
  it('is the begin of enforcement, which needs a warning', () => {
    expect(ahead(given(warned), 84)).toStrictEqual(['rotate', day(90), true])
    expect(ahead(given(), 92)).toStrictEqual(['rotate', day(92), false])
  })

  it.each([
    ['under another policy', { policy: 'another' }, { isFinal: true }, false],
    ['of a deletion that can be recovered', { policy: 'standard' }, {}, false],
    ['of this deletion', { policy: 'standard' }, { isFinal: true }, true],
    ['of an older release, which recorded no policy', {}, { isFinal: true }, true],
  ] as const)('a final deletion and a warning %s', (_, under, final, isTold) => {
    const enforce = { kind: 'delete', atDay: 90, recoveryGraceDays: 0 } as const
    const read = aFact('nagged', { announced: 'delete', ...under, ...final })
    expect(ahead(given([83, read]), 92, { enforce })?.[2]).toBe(isTold)
  })

  it('is the deactivation once a replacement was issued, and then the deletion', () => {
    expect(ahead(given(...handed), 91)).toStrictEqual(['deactivate', day(98), false])
    expect(ahead(given(...handed, delivered(90)), 91)).toStrictEqual(['deactivate', day(97), true])
    expect(ahead(given(...off), 98)).toStrictEqual(['delete', day(105), false])
    const told = given(...off, deactivationDelivered(97, 7))
    expect(ahead(told, 98)).toStrictEqual(['delete', day(104), true])
  })

  describe('where the deletion becomes final', () => {
    const enforce = { ...rotating, recoveryGraceDays: 0 }
    it('is the deactivation after the owner was told so, with the full grace', () => {
      const before = given(...handed, [90, news({})])
      expect(ahead(before, 96, { enforce })).toStrictEqual(['deactivate', day(103), false])
      const told = given(...handed, [90, news({})], [96, news({ isFinal: true })])
      expect(ahead(told, 96, { enforce })).toStrictEqual(['deactivate', day(103), true])
      expect(nextDeed(told, [aPolicy({ ...armed, enforce })], day(96))?.isFinal).toBe(true)
    })

    it('is the deletion at once, or after the grace of a warning if the owner did not expect it', () => {
      const told = given(...handed, [90, news({ isFinal: true })], deactivated(97))
      expect(ahead(told, 98, { enforce })).toStrictEqual(['delete', day(98), false])
      expect(ahead(given(...off), 98, { enforce })).toStrictEqual(['delete', day(105), false])
    })

    it('and the key begins anew, nothing counts that was said before', () => {
      const anew = given(...handed, [90, news({ isFinal: true })], deactivated(97), [
        98,
        aFact('rolled-back'),
      ])
      expect(anew.handover?.isFinal).toBeUndefined()
    })
  })

  it.each([
    ['a held key', given(warned, [84, aFact('held')])],
    ['an exempt key', given(warned, exempted(84, 120))],
    ['a key that is Inactive', { ...given(warned), status: 'Inactive' as const }],
  ])('is nothing for %s', (_, entry) => {
    expect(ahead(entry, 90)).toBeUndefined()
  })

  it.each([
    ['is in dry run', { mode: 'dry-run' }],
    ['only notifies', { mode: 'notify' }],
    ['enforces nothing', { enforce: { kind: 'none' } }],
    ['has another name', { name: 'another' }],
  ] as const)('is nothing where the policy %s', (_, policy) => {
    for (const entry of [given(warned), given(...handed), given(...off)]) {
      expect(ahead(entry, 98, policy)).toBeUndefined()
    }
  })

  it('comes after a snooze, a postponement and the closed window', () => {
    expect(ahead(given(warned, snoozed(84, 95)), 86)).toStrictEqual(['rotate', day(95), true])
    expect(ahead(given(warned, postponed(90, 91)), 90)).toStrictEqual(['rotate', day(91), true])
    const longer = given(...handed, delivered(90), postponed(97, 98))
    expect(ahead(longer, 97)).toStrictEqual(['deactivate', day(98), true])
    // Day 92 is Friday, 3 April 2026.
    const window = { on: ['monday' as const] }
    const enforce = { ...rotating, window }
    expect(ahead(given(warned, postponed(90, 92)), 90, { enforce })?.[1]).toBeGreaterThan(day(94))
  })
})

describe('a date that differs from the one that the owner read', () => {
  const told = [90, aFact('replacement-delivered', { deactivatesAt: day(97) })] as const
  const read = [...handed, told] as const

  it('is at least a day ahead of the message that shows it', () => {
    const movedAt = ahead(given(...read, postponed(97, 98)), 97.5)?.[1]
    expect(movedAt).toBe(earliestNewDate(day(97.5)))
    expect(movedAt).toBeGreaterThan(day(98.5))
    expect(ahead(given(...read, postponed(97, 120)), 97.5)?.[1]).toBe(day(120))
  })

  it('is in the window of the policy', () => {
    const window = { on: ['monday' as const] }
    const movedAt = ahead(given(...read, postponed(97, 98)), 97, {
      enforce: { ...rotating, window },
    })?.[1]
    // Day 102 is Monday, 13 April 2026.
    expect(movedAt).toBe(nextUtcDay(day(101)))
  })

  it('is the same to a reader if it is less than a day later', () => {
    expect(ahead(given(...read, postponed(97, 97.5)), 97)?.[1]).toBe(day(97.5))
  })
})

describe('a reminder', () => {
  it('says that a purge takes keys of any age, for which group, and at once', () => {
    const purge = Policy.parse({ ...presets['weekly-purge'], mode: 'enforce' })
    const card = keyCard({ ...given(), policy: purge.name }, [purge], day(3))
    expect(card.keysUnwanted).toStrictEqual({ groups: ['interactive-users'] })
    expect(card.ahead).toMatchObject({ kind: 'delete', isFinal: true })
    expect(keyCard(given(), [aPolicy(armed)], day(3))).not.toHaveProperty('keysUnwanted')
  })

  it('shows the date to which enforcement was postponed', () => {
    const entry = given(warned, postponed(90, 95))
    const policies = [aPolicy(armed)]
    expect(keyCard(entry, policies, day(91)).ahead).toStrictEqual({ kind: 'rotate', at: day(95) })
  })
})
