import { describe, expect, it } from 'vitest'
import { decideUnder, rotating, startsAt } from '../testing/starts-at.ts'
import type { PolicyInput } from '../policy/policy.ts'
import {
  day,
  deactivated,
  delivered,
  escalated,
  exempted,
  given,
  issued,
  nagged,
  opened,
  postponed,
  snoozed,
  undelivered,
} from '../testing/given.ts'
import { aFact, aFullEntry, anEntry, aPolicy } from '../testing/index.ts'
import { noPolicy } from '../policy/policies.ts'
import { decide, schedule, undeliverableAfter } from './decide.ts'
import type { Entry } from './entry.ts'

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
    const handed = [nagged(83, 'rotate'), opened(90), issued(90, 1_000), delivered(90)] as const
    expect(decideUnder(given(...handed), policy, day(91))).toMatchObject({ step: 'abandon' })
    const ended = given(...handed, [91, aFact('rotation-abandoned')])
    expect(ended).toMatchObject({ state: 'escalated' })
    expect(ended).not.toHaveProperty('warned')
    expect(ended.handover).not.toHaveProperty('deliveredAt')
    const off = given(nagged(83, 'deactivate'), deactivated(90))
    expect(decideUnder(off, policy, day(900)).kind).toBe('wait')
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

  it('a postponement, but only enforcement: reminders and escalations go on', () => {
    const entry = { ...given(warned, postponed(90, 95)), lastNaggedAt: day(90) }
    expect(startsAt(entry, policy, day(95))).toBe('rotate')
    const longer = given(warned, postponed(90, 120))
    expect(startsAt(longer, policy, day(90))).toBe('nag')
    const escalation = [{ atDay: 92, to: 'security' as const }]
    const nagged = { ...longer, lastNaggedAt: day(91) }
    expect(startsAt(nagged, { ...policy, escalation }, day(92))).toBe('escalate')
    expect(decideUnder(given(postponed(84, 95)), {}, day(90)).kind).toBe('nag')
  })

  it('a postponement, for every step, whatever the mode of its policy', () => {
    const unpostponed = [opened(90), issued(90, 100), delivered(90)] as const
    for (const mode of ['dry-run', 'enforce'] as const) {
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

  it('the removal of its policy, with the end of what was begun', () => {
    const begun = [nagged(83, 'rotate'), opened(90)] as const
    expect(decide(given(...begun), [], day(91))).toMatchObject({ step: 'abandon' })
    expect(decide(given(...begun, issued(90, 120), delivered(90)), [], day(91))).toMatchObject({
      step: 'abandon',
    })
    const off = given(nagged(83, 'delete'), [90, aFact('deactivated', { deletes: true })])
    expect(decide(off, [], day(91))).toMatchObject({ step: 'abandon' })
    const kept = given(nagged(83, 'deactivate'), deactivated(90))
    expect(decide(kept, [], day(91))).toMatchObject({ kind: 'wait', until: undefined })
  })

  it('a user who left every policy, until a scan resolves the key', () => {
    expect(decide(anEntry({ policy: noPolicy }), [aPolicy()], day(90)).kind).toBe('wait')
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
