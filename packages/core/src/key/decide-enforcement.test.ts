import { describe, expect, it } from 'vitest'
import { decideUnder, rotating, startsAt } from '../testing/starts-at.ts'
import type { PolicyInput } from '../policy/policy.ts'
import {
  calledOff,
  day,
  deactivated,
  deactivationDelivered,
  deleted,
  delivered,
  exempted,
  given,
  issued,
  nagged,
  opened,
  postponed,
  released,
  resolved,
  retired,
  rolledBack,
  undelivered,
  withdrawn,
} from '../testing/given.ts'
import { evolve } from './evolve.ts'
import { aFact, anOwner, aRotationId, aSighting, at } from '../testing/index.ts'
import { decide } from './decide.ts'

describe('an enforcement', () => {
  const warned = { at: day(83), of: 'deactivate', notBefore: day(95) } as const
  const enforce = { kind: 'deactivate', atDay: 90, installationGraceDays: 7 } as const
  const entry = { ...given(nagged(83, 'deactivate')), warned, lastNaggedAt: day(94) }

  it('comes no earlier than the date that the reminder showed', () => {
    expect(startsAt(entry, { enforce, warnFromDay: 83 }, day(95))).toBe('deactivate')
  })

  it('comes after the whole grace, also one that was lengthened after the reminder', () => {
    const longer = { ...enforce, installationGraceDays: 14 } as const
    expect(startsAt(entry, { enforce: longer, warnFromDay: 83 }, day(97))).toBe('deactivate')
  })
})

describe('enforcement', () => {
  const policy = { enforce: rotating, warnFromDay: 83, nag: { everyDays: 30 } } as const

  it('rotates at atDay after a delivered warning', () => {
    expect(startsAt(given(nagged(83, 'rotate')), policy, day(90))).toBe('rotate')
  })

  it('does not begin without a warning, however old the key', () => {
    expect(decideUnder(given(), policy, day(900)).kind).toBe('nag')
    const failed = given(undelivered(890))
    expect(decideUnder(failed, policy, day(900)).kind).toBe('wait')
  })

  it('does not accept a warning of another enforcement', () => {
    const entry = given(nagged(83, 'deactivate'), nagged(899, 'deactivate'))
    expect(decideUnder(entry, policy, day(900)).kind).toBe('wait')
  })

  it.each(['Inactive', 'Expired'] as const)('leaves a key alone that is %s', (status) => {
    const entry = { ...given(nagged(83, 'rotate')), status }
    expect(decideUnder(entry, policy, day(100)).kind).toBe('wait')
  })

  it.each(['deactivate', 'delete'] as const)(
    'of kind %s first deactivates, the whole grace after the warning',
    (kind) => {
      const enforce = { kind, atDay: 90, installationGraceDays: 14 } as const
      const late = given(nagged(100, kind))
      expect(startsAt(late, { enforce, nag: { everyDays: 60 } }, day(114))).toBe('deactivate')
      const early = given(nagged(60, kind))
      const from = { enforce, warnFromDay: 60, nag: { everyDays: 60 } }
      expect(startsAt(early, from, day(90))).toBe('deactivate')
    },
  )

  it('waits for its window, and for the next one after a missed window', () => {
    const enforce: PolicyInput['enforce'] = {
      ...rotating,
      window: { on: ['monday', 'tuesday'], from: '09:00', to: '17:00', notOn: ['2026-04-06'] },
    }
    const entry = given(nagged(83, 'rotate'))
    const windowed = { ...policy, enforce }
    // Day 90 is Wednesday, 1 April 2026; Monday the 6th is a holiday.
    expect(startsAt(entry, windowed, at('2026-04-07T09:00:00Z'))).toBe('rotate')
    expect(decideUnder(entry, windowed, at('2026-04-07T16:59:59Z')).kind).toBe('enforce')
    expect(decideUnder(entry, windowed, at('2026-04-07T17:00:00Z'))).toMatchObject({
      kind: 'wait',
      until: at('2026-04-13T09:00:00Z'),
    })
  })

  it('comes before a nag and an escalation that are due as well', () => {
    const escalation = [{ atDay: 90, to: 'security' }] as const
    const entry = { ...given(nagged(83, 'rotate')), lastNaggedAt: day(60) }
    expect(decideUnder(entry, { ...policy, escalation: [...escalation] }, day(90)).kind).toBe(
      'enforce',
    )
  })
})

describe('a replacement', () => {
  const policy = { enforce: rotating } as const
  const made = [nagged(80, 'rotate'), opened(90), issued(90, 120)]

  it('that is being made is continued only while its warning counts', () => {
    const entry = given(nagged(80, 'rotate'), opened(87))
    expect(decideUnder(entry, policy, day(90))).toMatchObject({ kind: 'enforce', step: 'rotate' })
    const unwarned = given(nagged(80, 'rotate'), opened(87), withdrawn(88))
    expect(decideUnder(unwarned, policy, day(90))).toMatchObject({ step: 'abandon' })
  })

  it('that was not delivered starts no grace', () => {
    const entry = given(...made)
    expect(decideUnder(entry, policy, day(90))).toMatchObject({ kind: 'wait', until: day(91) })
    expect(decideUnder(entry, policy, day(91))).toMatchObject({ step: 'tell' })
    expect(decideUnder(entry, policy, day(119))).toMatchObject({ step: 'tell' })
    expect(decideUnder(entry, policy, day(900))).toMatchObject({ step: 'tell' })
  })

  it.each([
    { change: 'a dry run', policy: { ...policy, mode: 'dry-run' } },
    { change: 'notices only', policy: { ...policy, mode: 'notify' } },
    { change: 'no rotation', policy: { enforce: { kind: 'none' } } },
  ] as const)('being made is abandoned when its policy changes to $change', ({ policy }) => {
    const entry = given(nagged(80, 'rotate'), opened(87))
    expect(decideUnder(entry, policy, day(90))).toMatchObject({ kind: 'enforce', step: 'abandon' })
  })

  it('of a resolved key is abandoned, and its secret is retired', () => {
    const ended = given(nagged(80, 'rotate'), opened(87), resolved(88, { open: aRotationId() }))
    expect(decideUnder(ended, policy, day(90))).toMatchObject({ kind: 'enforce', step: 'abandon' })
    const settled = given(...made, resolved(95))
    expect(decideUnder(settled, policy, day(120))).toMatchObject({ step: 'retire-secret' })
  })

  it('of a key that is nagged about again has its secret retired, in dry run too', () => {
    for (const mode of ['enforce', 'dry-run'] as const) {
      const entry = given(...made, deactivated(97), rolledBack(98), released(99), nagged(119))
      expect(decideUnder(entry, { ...policy, mode }, day(120))).toMatchObject({
        step: 'retire-secret',
      })
    }
  })

  it('starts the grace when it is delivered, not when it is issued', () => {
    expect(startsAt(given(...made, delivered(93)), policy, day(100))).toBe('deactivate')
    // The owner read a later date, before an operator shortened the grace.
    const dated = aFact('replacement-delivered', { deactivatesAt: day(105) })
    expect(startsAt(given(...made, [93, dated]), policy, day(105))).toBe('deactivate')
  })
})

describe('a deactivated key', () => {
  const untold = [nagged(83, 'delete'), deactivated(97)]
  const entry = given(...untold, deactivationDelivered(98, 7))
  const off = given(...untold, deactivationDelivered(98, 7), calledOff(100, 105, 'delete'))

  it('is deleted the whole recovery grace after its owner was told', () => {
    expect(startsAt(entry, { enforce: rotating }, day(105))).toBe('delete')
    const enforce = { kind: 'delete', atDay: 90, recoveryGraceDays: 30 } as const
    const moved = [deactivationDelivered(98, 7), calledOff(99, 105, 'delete', 128)] as const
    expect(startsAt(given(...untold, ...moved), { enforce }, day(128))).toBe('delete')
  })

  it('is not deleted before the date that its owner was told', () => {
    const late = given(...untold, deactivationDelivered(97, 20))
    expect(startsAt(late, { enforce: rotating }, day(117))).toBe('delete')
  })

  it('is not deleted while its owner was not told: keynag tells again, once a day', () => {
    expect(startsAt(given(...untold), { enforce: rotating }, day(98))).toBe('tell')
    const again = given(...untold, postponed(98, 99))
    expect(startsAt(again, { enforce: rotating }, day(99))).toBe('tell')
  })

  it.each([
    ['was exempted', exempted(99, 100)],
    ['was held and released', released(100)],
    [
      'has another owner',
      [100, aFact('observed', { sighting: aSighting({ owner: anOwner({ id: 'bob' }) }) })],
    ],
    ['has a message that came back', [100, aFact('delivery-withdrawn', { counted: 'nothing' })]],
  ] as const)('that %s is not deleted on the date that was told before', (_, fact) => {
    expect(given(...untold, deactivationDelivered(98, 7), fact)).not.toHaveProperty(
      'deletionAnnounced',
    )
  })

  it.each([
    { enforce: { kind: 'none' } },
    { enforce: { kind: 'deactivate', atDay: 90 } },
    { enforce: rotating, mode: 'notify' },
  ] as const)('under a policy that deletes nothing now, ends its rotation once: %j', (policy) => {
    expect(decideUnder(entry, policy, day(98))).toMatchObject({ kind: 'call-off' })
    const told = { ...off, deletes: true } as const
    expect(decideUnder(told, policy, day(98))).toMatchObject({ step: 'abandon' })
    const ended = evolve(told, aFact('rotation-abandoned'), day(98))
    expect(ended).toMatchObject({ state: 'deactivated', status: 'Inactive' })
    expect(decideUnder(ended, policy, day(9_000))).toMatchObject({ kind: 'wait', until: undefined })
  })

  it('is not deleted on the old announcement when its policy deletes again', () => {
    const ended = evolve(off, aFact('rotation-abandoned'), day(98))
    const decision = decideUnder(ended, { enforce: rotating }, day(9_000))
    expect(decision).toMatchObject({ step: 'tell' })
  })

  it('has its hand-over secret retired on time, even long before its deletion', () => {
    const off = [
      nagged(80, 'rotate'),
      opened(90),
      issued(90, 120),
      deactivated(97),
      deactivationDelivered(97, 60),
    ]
    const enforce = { ...rotating, recoveryGraceDays: 60 }
    expect(startsAt(given(...off), { enforce }, day(120))).toBe('retire-secret')
    expect(startsAt(given(...off, retired(120)), { enforce }, day(157))).toBe('delete')
  })
})

describe('a hand-over secret', () => {
  const made = [nagged(80, 'rotate'), opened(90), issued(90, 120)]

  const ended = {
    deleted: [...made, deactivated(97), deleted(104)],
    resolved: [...made, resolved(104)],
  }

  it.each(['deleted', 'resolved'] as const)('of a key that is %s is retired on time', (state) => {
    expect(startsAt(given(...ended[state]), {}, day(120))).toBe('retire-secret')
    expect(decideUnder(given(...ended[state], retired(120)), {}, day(900))).toMatchObject({
      kind: 'wait',
      until: undefined,
    })
  })

  it('of a key that is nagged about again is retired on time, between nags', () => {
    const entry = given(...made, deactivated(97), rolledBack(98), released(99), nagged(119))
    expect(startsAt(entry, {}, day(120))).toBe('retire-secret')
  })

  const off = {
    exempt: exempted(100, 200),
    held: [100, aFact('held')] as const,
    'not enforced': calledOff(100, 97, 'deactivate'),
  }
  it.each(['exempt', 'held', 'not enforced'] as const)(
    'is kept while the old key is %s, and the owner is told of it anew',
    (how) => {
      const entry = given(...made, delivered(90), off[how], calledOff(100, 97, 'deactivate'))
      expect(decideUnder(entry, {}, day(150))).not.toMatchObject({ step: 'retire-secret' })
      const again = [...made, delivered(90), exempted(100, 200)] as const
      const told = aFact('replacement-delivered', { deactivatesAt: day(207) })
      expect(startsAt(given(...again), { enforce: rotating }, day(200))).toBe('tell')
      expect(given(...again, [200, told]).handover).toMatchObject({ retireAt: day(207) })
    },
  )

  it('of a deactivated key is retired on time, also while the key is exempt', () => {
    const entry = given(...made, deactivated(97), exempted(98, 300))
    expect(decideUnder(entry, {}, day(99))).toMatchObject({ kind: 'wait', until: day(120) })
    expect(startsAt(entry, {}, day(120))).toBe('retire-secret')
    const over = given(...made, deactivated(97), exempted(98, 300), retired(120))
    expect(decideUnder(over, {}, day(121))).toMatchObject({ kind: 'wait', until: day(300) })
  })

  it('can be fetched until the date to which the deactivation of the old key has moved', () => {
    const entry = given(...made, delivered(90), calledOff(97, 97, 'deactivate', 130))
    expect(entry.handover).toMatchObject({ notBefore: day(130), retireAt: day(130) })
  })

  it('is retired even if the policy was removed', () => {
    expect(decide(given(...ended.deleted), [], day(120)).kind).toBe('enforce')
  })
})
