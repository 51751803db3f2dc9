import { describe, expect, it } from 'vitest'
import type { PolicyInput } from '../policy/policy.ts'
import {
  calledOff,
  day,
  deactivated,
  exempted,
  given,
  issued,
  opened,
  postponed,
  released,
  resolved,
  rolledBack,
} from '../testing/given.ts'
import { aFact, aPolicy } from '../testing/index.ts'
import { rotating } from '../testing/starts-at.ts'
import { dateToCallOff, whyCalledOff } from './call-off.ts'
import { earliestNewDate } from './date-read.ts'
import { decide } from './decide.ts'
import type { Entry } from './entry.ts'
import { evolve } from './evolve.ts'
import { nextDeed } from './next-deed.ts'

const policy = { enforce: rotating, warnFromDay: 83, nag: { everyDays: 7 } } as const
const policies = (changes: Partial<PolicyInput> = {}) => [aPolicy({ ...policy, ...changes })]

const warned = [83, aFact('nagged', { announced: 'rotate', notBefore: day(90) })] as const
const told = [90, aFact('replacement-delivered', { deactivatesAt: day(97) })] as const
const handed = [warned, opened(90), issued(90, 120), told] as const
const toldOfDeletion = [97, aFact('deactivation-delivered', { deletesAt: day(104) })] as const
const off = [...handed, deactivated(97), toldOfDeletion] as const
const held = (age: number) => [age, aFact('held', { code: 'still-in-use' })] as const

const toCallOff = (entry: Entry, age: number, changes: Partial<PolicyInput> = {}) =>
  dateToCallOff(entry, policies(changes), day(age))

describe('a date that the owner read', () => {
  it('stands while keynag does what it announced, also when keynag is late', () => {
    expect(toCallOff(given(warned), 84)).toBeUndefined()
    expect(toCallOff(given(...handed), 97)).toBeUndefined()
    expect(toCallOff(given(...off), 110)).toBeUndefined()
  })

  it.each([
    ['held', given(warned, held(84)), { deed: 'rotate', date: day(90) }],
    ['held, with a replacement', given(...handed, held(97)), { date: day(97) }],
    ['held, while keynag makes the replacement', given(warned, opened(90), held(90)), {}],
    ['held before its deletion', given(...off, held(98)), { deed: 'delete', date: day(104) }],
    ['rolled back', given(...off, rolledBack(98)), { deed: 'delete', date: day(104) }],
    ['exempt', given(warned, exempted(84, 120)), { deed: 'rotate' }],
    ['resolved', given(...handed, resolved(92)), { deed: 'deactivate' }],
  ])('is called off when the key is %s', (_, entry, expected) => {
    expect(toCallOff(entry, 98)).toMatchObject(expected)
    expect(toCallOff(entry, 98)).not.toHaveProperty('movedTo')
  })

  it.each([
    ['only notifies', { mode: 'notify' }],
    ['is in dry run', { mode: 'dry-run' }],
    ['enforces nothing', { enforce: { kind: 'none' } }],
  ] as const)('is called off when the policy %s', (_, changes) => {
    expect(toCallOff(given(...handed), 92, changes)).toMatchObject({ date: day(97) })
  })

  it('is left to the next reminder where reminders go on', () => {
    for (const mode of ['notify', 'enforce'] as const) {
      expect(toCallOff(given(warned, postponed(90, 95)), 90, { mode })).toBeUndefined()
    }
    expect(toCallOff(given(warned), 84, { mode: 'dry-run' })).toMatchObject({ deed: 'rotate' })
  })

  it('is called off where reminders go to a channel from now on', () => {
    const nag = { everyDays: 7, via: ['#access-keys', 'email'] }
    const called = toCallOff(given(warned), 84, { nag, enforce: { kind: 'none' } })
    expect(called).toMatchObject({ deed: 'rotate', date: day(90) })
  })

  it('is moved by a postponement of a day or more, and told once in each nag period', () => {
    expect(toCallOff(given(...handed, postponed(97, 97.5)), 97)).toBeUndefined()
    const once = toCallOff(given(...handed, postponed(97, 98)), 97)
    const movedTo = earliestNewDate(day(97))
    expect(once).toMatchObject({ deed: 'deactivate', date: day(97), movedTo })
    const moved = [...handed, calledOff(97, 97, 'deactivate', 98)] as const
    expect(toCallOff(given(...moved, postponed(98, 99)), 98)).toBeUndefined()
    const late = toCallOff(given(...moved, postponed(104, 105)), 104)
    expect(late).toMatchObject({ date: day(98), movedTo: earliestNewDate(day(104)) })
  })

  it('is moved before the deed where keynag is more than a week late', () => {
    const withoutSecret = [98, aFact('secret-retired')] as const
    const entry = given(...off, withoutSecret)
    expect(toCallOff(entry, 120)).toMatchObject({ movedTo: earliestNewDate(day(120)) })
    expect(decide(entry, policies(), day(120))).toMatchObject({ kind: 'call-off' })
    const told = evolve(
      entry,
      aFact('called-off', { deed: 'delete', date: day(104), movedTo: day(122) }),
      day(120),
    )
    expect(decide(told, policies(), day(121))).toMatchObject({ kind: 'wait', until: day(122) })
    expect(decide(told, policies(), day(122))).toMatchObject({ kind: 'enforce', step: 'delete' })
  })

  it('is moved, and then the later date binds', () => {
    const moved = [
      given(...handed, calledOff(92, 97, 'deactivate', 101)),
      given(...off, calledOff(98, 104, 'delete', 130)),
      given(warned, calledOff(84, 90, 'rotate', 95)),
    ]
    const dates = moved.map((entry) => nextDeed(entry, policies(), day(92))?.notBefore)
    expect(dates).toStrictEqual([day(101), day(130), day(95)])
  })

  it('is called off once, and does not bind after that', () => {
    const entry = given(...handed, held(92), calledOff(92, 97, 'deactivate'))
    expect(toCallOff(entry, 98)).toBeUndefined()
    expect(entry.handover).not.toHaveProperty('deliveredAt')
  })

  it('is called off again by a hold after a release, because the first call-off may not have arrived', () => {
    const again = given(warned, held(84), calledOff(84, 90, 'rotate'), released(85), held(86))
    expect(toCallOff(again, 86)).toMatchObject({ deed: 'rotate', date: day(90) })
  })

  it('does not bind after a release', () => {
    expect(given(warned, held(84), released(84))).not.toHaveProperty('warned')
    expect(given(...handed, held(92), released(92)).handover).not.toHaveProperty('deliveredAt')
    expect(given(warned, opened(90), held(90), released(90))).not.toHaveProperty('warned')
  })
})

it('a call-off that waits is not true any more when the date stands again', () => {
  const entry = given(...handed)
  const shown = {
    deed: 'deactivate',
    date: day(97),
    noticeId: aFact('called-off').noticeId,
  } as const
  expect(whyCalledOff(shown, entry, policies(), day(92))).toBeUndefined()
  const after = given(...handed, postponed(97, 99))
  expect(whyCalledOff(shown, after, policies(), day(97))).toStrictEqual({
    kind: 'moved',
    to: day(99),
  })
})
