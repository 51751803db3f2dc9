import { describe, expect, it } from 'vitest'
import type { PolicyInput } from '../policy/policy.ts'
import {
  day,
  deactivated,
  deactivationDelivered,
  deleted,
  delivered,
  escalated,
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
  snoozed,
  undelivered,
  withdrawn,
} from '../testing/given.ts'
import {
  aFact,
  aFullEntry,
  anEntry,
  anOwner,
  aPolicy,
  aRotationId,
  aSighting,
  at,
} from '../testing/index.ts'
import { plusMs, type EpochMs } from '../time.ts'
import { decide, schedule, undeliverableAfter, type Decision } from './decide.ts'
import type { Entry } from './entry.ts'

const rotating = {
  kind: 'rotate',
  atDay: 90,
  installationGraceDays: 7,
  recoveryGraceDays: 7,
} as const

const decideUnder = (entry: Entry, policy: Partial<PolicyInput>, now: EpochMs): Decision =>
  decide(entry, [aPolicy(policy)], now)

/** The decision at `instant`, provided that a millisecond earlier the decision was to wait for it. */
function startsAt(entry: Entry, policy: Partial<PolicyInput>, instant: EpochMs): string {
  const before = decideUnder(entry, policy, plusMs(instant, -1))
  if (before.kind !== 'wait') return `${before.kind} before its time`
  if (before.until !== instant) return `waits for ${before.until}, not ${instant}`
  const then = decideUnder(entry, policy, instant)
  return then.kind === 'enforce' ? then.step : then.kind
}

describe('nags', () => {
  it('begin at staleAtDay, to the millisecond', () => {
    expect(startsAt(given(), { staleAtDay: 90 }, day(90))).toBe('nag')
  })

  it('begin at warnFromDay if it is set', () => {
    expect(startsAt(given(), { warnFromDay: 80, staleAtDay: 90 }, day(80))).toBe('nag')
  })

  it('repeat everyDays days after the last one', () => {
    const entry = given(nagged(91))
    expect(startsAt(entry, { nag: { everyDays: 5 } }, day(96))).toBe('nag')
  })

  it('are still due when keynag did not run for many days', () => {
    expect(decideUnder(given(), { staleAtDay: 90 }, day(200)).kind).toBe('nag')
    const late = given(nagged(91))
    expect(decideUnder(late, { nag: { everyDays: 5 } }, day(300)).kind).toBe('nag')
  })

  it('continue while the key is escalated', () => {
    const entry = given(escalated(90), nagged(91))
    expect(startsAt(entry, { nag: { everyDays: 5 } }, day(96))).toBe('nag')
  })

  it('include an Inactive key if the policy covers all keys', () => {
    const entry: Entry = { ...given(), status: 'Inactive' }
    expect(decideUnder(entry, { keys: 'all' }, day(90)).kind).toBe('nag')
  })
})

describe('a dry run', () => {
  it.each(['nagging', 'escalated', 'issued', 'deactivated'] as const)(
    'does nothing about a key that is %s',
    (state) => {
      const entry = anEntry({ state, createdAt: day(0) })
      const decision = decideUnder(entry, { mode: 'dry-run', enforce: rotating }, day(900))
      expect(decision).toMatchObject({ kind: 'wait', until: undefined })
    },
  )
})

describe('mode notify', () => {
  it('nags, but never changes a key', () => {
    const entry = given(nagged(83, 'rotate'))
    const policy = { mode: 'notify', enforce: rotating, nag: { everyDays: 7 } } as const
    expect(decideUnder(entry, policy, day(90)).kind).toBe('nag')
    const handed = given(nagged(83, 'rotate'), opened(90), issued(90, 1_000), delivered(90))
    expect(decideUnder(handed, policy, day(900)).kind).toBe('wait')
    const off = given(nagged(83, 'deactivate'), deactivated(90))
    expect(decideUnder(off, policy, day(900)).kind).toBe('wait')
  })
})

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

describe('a due action is stopped by', () => {
  const warned = nagged(83, 'rotate')
  const policy = { enforce: rotating, warnFromDay: 83 } as const

  it.each([
    'nagging',
    'escalated',
    'issuing',
    'issued',
    'deactivated',
    'deleted',
    'resolved',
  ] as const)('a hold, for an unlimited time, in state %s', (state) => {
    const entry = aFullEntry(state)
    expect(decideUnder(entry, policy, day(900))).toMatchObject({
      kind: 'wait',
      until: undefined,
    })
  })

  it('a hold while keynag makes a replacement, also when an earlier secret is due', () => {
    const entry = given(warned, opened(90), issued(90, 100))
    const hold = { code: 'operator', why: 'asked', since: day(102) } as const
    const held = { ...aFullEntry('issuing'), handover: entry.handover, hold }
    expect(decideUnder(held, policy, day(120))).toMatchObject({ kind: 'wait', until: undefined })
  })

  it('an exemption, until it lapses', () => {
    const exempt = given(warned, exempted(84, 120))
    // The fact takes the warning away, so that the owner is warned again.
    expect(startsAt(exempt, policy, day(120))).toBe('nag')
    expect(startsAt({ ...exempt, ...given(warned) }, policy, day(120))).toBe('rotate')
  })

  it('an exemption while keynag makes a replacement: the rotation is abandoned', () => {
    const entry = given(warned, opened(90), exempted(90, 120))
    expect(decideUnder(entry, policy, day(91))).toMatchObject({ kind: 'enforce', step: 'abandon' })
  })

  it('a snooze, until it lapses', () => {
    expect(startsAt(given(warned, snoozed(84, 95)), policy, day(95))).toBe('rotate')
    expect(startsAt(given(snoozed(84, 95)), {}, day(95))).toBe('nag')
  })

  it('no snooze once a replacement was issued', () => {
    const handed = [opened(90), issued(90, 1_000), delivered(90)]
    const entry = given(warned, ...handed, snoozed(91, 200))
    expect(decideUnder(entry, policy, day(97)).kind).toBe('enforce')
  })

  it('a postponement, but only enforcement', () => {
    expect(startsAt(given(warned, postponed(90, 95)), policy, day(95))).toBe('rotate')
    expect(decideUnder(given(postponed(84, 95)), {}, day(90)).kind).toBe('nag')
  })

  it('a postponement, for every step, whatever the mode of its policy', () => {
    const unpostponed = [opened(90), issued(90, 100), delivered(90)] as const
    for (const mode of ['dry-run', 'notify', 'enforce'] as const) {
      const enforce = { ...rotating, installationGraceDays: 60, retentionDays: 60 } as const
      const under = { mode, enforce } as const
      expect(decideUnder(given(...unpostponed), under, day(110))).toMatchObject({
        kind: 'enforce',
        step: 'retire-secret',
      })
      const later = given(...unpostponed, postponed(110, 111))
      expect(startsAt(later, under, day(111))).toBe('retire-secret')
    }
  })

  it('the removal of its policy, with a hold', () => {
    expect(decide(anEntry(), [], day(90))).toMatchObject({ kind: 'hold', code: 'policy-gone' })
  })
})

describe('an owner who cannot be reached', () => {
  const failed = Array.from({ length: undeliverableAfter }, () => undelivered(89))
  const entry = given(nagged(80, 'rotate'), ...failed)

  it('gets the key held where the policy enforces', () => {
    const decision = decideUnder(entry, { enforce: rotating, warnFromDay: 80 }, day(90))
    expect(decision).toMatchObject({ kind: 'hold', code: 'owner-unreachable' })
  })

  it('does not get the key held after one failed message less', () => {
    const almost = given(nagged(80, 'rotate'), ...failed.slice(1))
    const decision = decideUnder(almost, { enforce: rotating, warnFromDay: 80 }, day(90))
    expect(decision.kind).toBe('enforce')
  })

  it('is nagged further where the policy enforces nothing', () => {
    expect(decideUnder(entry, { nag: { everyDays: 1 } }, day(90)).kind).toBe('nag')
  })
})

describe('escalation', () => {
  const policy: Partial<PolicyInput> = {
    nag: { everyDays: 7 },
    escalation: [
      { afterNags: 2, to: 'manager' },
      { atDay: 120, to: 'security' },
    ],
  }

  it('comes one nag period after nag number afterNags', () => {
    const entry = given(nagged(90), nagged(97))
    expect(startsAt(entry, policy, day(104))).toBe('escalate')
    const once = given(nagged(97))
    expect(decideUnder(once, policy, day(104)).kind).toBe('nag')
  })

  it('takes one rung after the other', () => {
    const entry = anEntry({
      state: 'escalated',
      createdAt: day(0),
      nagCount: 9,
      escalationLevel: 1,
      lastNaggedAt: day(119),
    })
    expect(startsAt(entry, policy, day(120))).toBe('escalate')
    expect(decideUnder(entry, policy, day(120))).toMatchObject({
      level: 2,
      rung: { to: 'security' },
    })
    const top = { ...entry, escalationLevel: 2 }
    expect(decideUnder(top, policy, day(125)).kind).toBe('wait')
  })

  it('leaves a nag period between two rungs of a ladder that was added to a much-nagged key', () => {
    const ladder: Partial<PolicyInput> = {
      nag: { everyDays: 7 },
      escalation: [
        { afterNags: 1, to: 'manager' },
        { afterNags: 2, to: 'security' },
        { atDay: 100, to: '#ops' },
      ],
    }
    const nags = [90, 97, 104, 111].map((age) => nagged(age))
    expect(startsAt(given(...nags), ladder, day(118))).toBe('escalate')
    const first = given(...nags, escalated(118))
    expect(startsAt(first, ladder, day(118))).toBe('nag')
    const again = given(...nags, escalated(118), nagged(118))
    expect(startsAt(again, ladder, day(125))).toBe('escalate')
  })

  it('comes at the earlier of atDay and afterNags', () => {
    const both: Partial<PolicyInput> = {
      escalation: [{ afterNags: 1, atDay: 92, to: 'security' }],
    }
    expect(startsAt(given(nagged(90)), both, day(92))).toBe('escalate')
  })

  it('comes at atDay even if no nag was ever delivered', () => {
    const entry = given(undelivered(118), undelivered(119))
    expect(startsAt(entry, { escalation: [{ atDay: 120, to: 'security' }] }, day(120))).toBe(
      'escalate',
    )
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
    expect(decideUnder(entry, policy, day(900))).toMatchObject({ step: 'retire-secret' })
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
  })
})

describe('a deactivated key', () => {
  const untold = [nagged(83, 'delete'), deactivated(97)]
  const entry = given(...untold, deactivationDelivered(98, 7))

  it('is deleted the whole recovery grace after its owner was told', () => {
    expect(startsAt(entry, { enforce: rotating }, day(105))).toBe('delete')
    const enforce = { kind: 'delete', atDay: 90, recoveryGraceDays: 30 } as const
    expect(startsAt(entry, { enforce }, day(128))).toBe('delete')
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

  it.each([{ kind: 'none' }, { kind: 'deactivate', atDay: 90 }] as const)(
    'is never deleted under $kind',
    (enforce) => {
      expect(decideUnder(entry, { enforce }, day(9_000))).toMatchObject({
        kind: 'wait',
        until: undefined,
      })
    },
  )

  it('is never deleted in mode notify', () => {
    const decision = decideUnder(entry, { enforce: rotating, mode: 'notify' }, day(9_000))
    expect(decision.kind).toBe('wait')
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

  it('is retired even if the policy was removed', () => {
    expect(decide(given(...ended.deleted), [], day(120)).kind).toBe('enforce')
  })
})

describe('schedule', () => {
  it('makes the entry due at once when something is to be done', () => {
    expect(schedule(given(), [aPolicy()], day(95)).dueAt).toBe(day(95))
  })

  it('makes the entry due later, or never by time alone', () => {
    expect(schedule(given(), [aPolicy()], day(1)).dueAt).toBe(day(90))
    const dry = schedule({ ...given(), dueAt: day(3) }, [aPolicy({ mode: 'dry-run' })], day(1))
    expect(dry).not.toHaveProperty('dueAt')
  })
})
