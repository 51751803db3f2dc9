import { describe, expect, it } from 'vitest'
import type { PolicyInput } from '../policy/policy.ts'
import { aFullEntry, aKeyId, anEntry, aPolicy, aRotationId, at } from '../testing/index.ts'
import { plusDays, plusMs, type EpochMs } from '../time.ts'
import { decide, schedule, undeliverableAfter, type Decision } from './decide.ts'
import type { Entry, EntryIn } from './entry.ts'

const born = at('2026-01-01T09:00:00Z')
const day = (n: number): EpochMs => plusDays(born, n)
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

const fresh = (fields: Partial<EntryIn<'nagging'>> = {}): Entry =>
  anEntry({ createdAt: born, ...fields })
const warnedOf = (of: 'rotate' | 'deactivate' | 'delete', n: number) =>
  fresh({ warned: { at: day(n), of }, lastNaggedAt: day(n), nagCount: 1 })

describe('nags', () => {
  it('begin at staleAtDay, to the millisecond', () => {
    expect(startsAt(fresh(), { staleAtDay: 90 }, day(90))).toBe('nag')
  })

  it('begin at warnFromDay if it is set', () => {
    expect(startsAt(fresh(), { warnFromDay: 80, staleAtDay: 90 }, day(80))).toBe('nag')
  })

  it('repeat everyDays days after the last one', () => {
    const entry = fresh({ lastNaggedAt: day(91) })
    expect(startsAt(entry, { nag: { everyDays: 5 } }, day(96))).toBe('nag')
  })

  it('are still due when keynag did not run for many days', () => {
    expect(decideUnder(fresh(), { staleAtDay: 90 }, day(200)).kind).toBe('nag')
    const late = fresh({ lastNaggedAt: day(91) })
    expect(decideUnder(late, { nag: { everyDays: 5 } }, day(300)).kind).toBe('nag')
  })

  it('continue while the key is escalated', () => {
    const entry = anEntry({ state: 'escalated', createdAt: born, lastNaggedAt: day(91) })
    expect(startsAt(entry, { nag: { everyDays: 5 } }, day(96))).toBe('nag')
  })

  it('include an Inactive key if the policy covers all keys', () => {
    const entry = fresh({ status: 'Inactive' })
    expect(decideUnder(entry, { keys: 'all' }, day(90)).kind).toBe('nag')
  })
})

describe('a dry run', () => {
  it.each(['nagging', 'escalated', 'issued', 'deactivated'] as const)(
    'does nothing about a key that is %s',
    (state) => {
      const entry = anEntry({ state, createdAt: born })
      const decision = decideUnder(entry, { mode: 'dry-run', enforce: rotating }, day(900))
      expect(decision).toMatchObject({ kind: 'wait', until: undefined })
    },
  )
})

describe('mode notify', () => {
  it('nags, but never changes a key', () => {
    const entry = warnedOf('rotate', 83)
    const policy = { mode: 'notify', enforce: rotating, nag: { everyDays: 7 } } as const
    expect(decideUnder(entry, policy, day(90)).kind).toBe('nag')
    const issued = anEntry({ state: 'issued', createdAt: born })
    expect(decideUnder(issued, policy, day(900)).kind).toBe('wait')
    const deactivated = anEntry({ state: 'deactivated', createdAt: born })
    expect(decideUnder(deactivated, policy, day(900)).kind).toBe('wait')
  })
})

describe('a due action is stopped by', () => {
  const due = warnedOf('rotate', 83)
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

  it('an exemption, until it lapses', () => {
    const until = day(120)
    const entry = { ...due, exemption: { until, approver: 'ciso', why: 'vendor' } }
    expect(startsAt(entry, policy, until)).toBe('rotate')
  })

  it('an exemption while keynag makes a replacement: the rotation is abandoned', () => {
    const exemption = { until: day(120), approver: 'ciso', why: 'vendor' }
    const entry = anEntry({ state: 'issuing', createdAt: born, exemption })
    expect(decideUnder(entry, policy, day(91))).toMatchObject({ kind: 'enforce', step: 'abandon' })
  })

  it('a snooze, until it lapses', () => {
    expect(startsAt({ ...due, snooze: { until: day(95), by: 'ann' } }, policy, day(95))).toBe(
      'rotate',
    )
    expect(startsAt(fresh({ snooze: { until: day(95), by: 'ann' } }), {}, day(95))).toBe('nag')
  })

  it('no snooze once a replacement was issued', () => {
    const handover = { replacementKeyId: aKeyId(2), issuedAt: day(90), deliveredAt: day(90) }
    const snooze = { until: day(200), by: 'ann' }
    const entry = anEntry({ state: 'issued', createdAt: born, handover, snooze })
    expect(decideUnder(entry, policy, day(97)).kind).toBe('enforce')
  })

  it('a postponement, but only enforcement', () => {
    const postponed = { until: day(95), why: 'cap of the day' }
    expect(startsAt({ ...due, postponed }, policy, day(95))).toBe('rotate')
    expect(decideUnder(fresh({ postponed }), {}, day(90)).kind).toBe('nag')
  })

  it('the removal of its policy, with a hold', () => {
    expect(decide(anEntry(), [], day(90))).toMatchObject({ kind: 'hold', code: 'policy-gone' })
  })
})

describe('an owner who cannot be reached', () => {
  const entry = fresh({
    undeliveredCount: undeliverableAfter,
    nagCount: 1,
    lastNaggedAt: day(89),
    warned: { at: day(80), of: 'rotate' },
  })

  it('gets the key held where the policy enforces', () => {
    const decision = decideUnder(entry, { enforce: rotating, warnFromDay: 80 }, day(90))
    expect(decision).toMatchObject({ kind: 'hold', code: 'owner-unreachable' })
  })

  it('does not get the key held after one failed message less', () => {
    const almost = { ...entry, undeliveredCount: undeliverableAfter - 1 }
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
    const entry = fresh({ nagCount: 2, lastNaggedAt: day(97) })
    expect(startsAt(entry, policy, day(104))).toBe('escalate')
    const once = fresh({ nagCount: 1, lastNaggedAt: day(97) })
    expect(decideUnder(once, policy, day(104)).kind).toBe('nag')
  })

  it('takes one rung after the other', () => {
    const entry = anEntry({
      state: 'escalated',
      createdAt: born,
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

  it('comes at the earlier of atDay and afterNags', () => {
    const both: Partial<PolicyInput> = {
      escalation: [{ afterNags: 1, atDay: 92, to: 'security' }],
    }
    expect(startsAt(fresh({ nagCount: 1, lastNaggedAt: day(90) }), both, day(92))).toBe('escalate')
  })

  it('comes at atDay even if no nag was ever delivered', () => {
    const entry = fresh({ undeliveredCount: 2, lastNaggedAt: day(119) })
    expect(startsAt(entry, { escalation: [{ atDay: 120, to: 'security' }] }, day(120))).toBe(
      'escalate',
    )
  })
})

describe('enforcement', () => {
  const policy = { enforce: rotating, warnFromDay: 83, nag: { everyDays: 30 } } as const

  it('rotates at atDay after a delivered warning', () => {
    expect(startsAt(warnedOf('rotate', 83), policy, day(90))).toBe('rotate')
  })

  it('does not begin without a warning, however old the key', () => {
    expect(decideUnder(fresh(), policy, day(900)).kind).toBe('nag')
    const undelivered = fresh({ undeliveredCount: 1, lastNaggedAt: day(890) })
    expect(decideUnder(undelivered, policy, day(900)).kind).toBe('wait')
  })

  it('does not accept a warning of another enforcement', () => {
    const entry = { ...warnedOf('deactivate', 83), lastNaggedAt: day(899) }
    expect(decideUnder(entry, policy, day(900)).kind).toBe('wait')
  })

  it.each(['Inactive', 'Expired'] as const)('leaves a key alone that is %s', (status) => {
    const entry = { ...warnedOf('rotate', 83), status }
    expect(decideUnder(entry, policy, day(100)).kind).toBe('wait')
  })

  it.each(['deactivate', 'delete'] as const)(
    'of kind %s first deactivates, the whole grace after the warning',
    (kind) => {
      const enforce = { kind, atDay: 90, installationGraceDays: 14 } as const
      const late = warnedOf(kind, 100)
      expect(startsAt(late, { enforce, nag: { everyDays: 60 } }, day(114))).toBe('deactivate')
      const early = warnedOf(kind, 60)
      const from = { enforce, warnFromDay: 60, nag: { everyDays: 60 } }
      expect(startsAt(early, from, day(90))).toBe('deactivate')
    },
  )

  it('waits for its window, and for the next one after a missed window', () => {
    const enforce: PolicyInput['enforce'] = {
      ...rotating,
      window: { on: ['monday', 'tuesday'], from: '09:00', to: '17:00', notOn: ['2026-04-06'] },
    }
    const entry = warnedOf('rotate', 83)
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
    const entry = { ...warnedOf('rotate', 83), lastNaggedAt: day(60) }
    expect(decideUnder(entry, { ...policy, escalation: [...escalation] }, day(90)).kind).toBe(
      'enforce',
    )
  })
})

describe('a replacement', () => {
  const policy = { enforce: rotating } as const
  const handover = { replacementKeyId: aKeyId(2), issuedAt: day(90), retireAt: day(120) }

  it('that is being made is continued only while its warning counts', () => {
    const warned = { at: day(80), of: 'rotate' } as const
    const entry = anEntry({ state: 'issuing', createdAt: born, warned })
    expect(decideUnder(entry, policy, day(90))).toMatchObject({ kind: 'enforce', step: 'rotate' })
    const { warned: _, ...takenBack } = entry
    expect(decideUnder(takenBack, policy, day(90))).toMatchObject({ step: 'abandon' })
  })

  it('that was not delivered starts no grace', () => {
    const entry = anEntry({ state: 'issued', createdAt: born, handover })
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
    const entry = anEntry({ state: 'issuing', createdAt: born })
    expect(decideUnder(entry, policy, day(90))).toMatchObject({ kind: 'enforce', step: 'abandon' })
  })

  it('of a resolved key is abandoned, and its secret is retired', () => {
    const ended = anEntry({ state: 'resolved', createdAt: born, rotationId: aRotationId() })
    expect(decideUnder(ended, policy, day(90))).toMatchObject({ kind: 'enforce', step: 'abandon' })
    const given = anEntry({ state: 'resolved', createdAt: born, handover })
    expect(decideUnder(given, policy, day(120))).toMatchObject({ step: 'retire-secret' })
  })

  it('of a key that is nagged about again has its secret retired, in dry run too', () => {
    for (const mode of ['enforce', 'dry-run'] as const) {
      const entry = anEntry({ createdAt: born, handover, lastNaggedAt: day(119) })
      expect(decideUnder(entry, { ...policy, mode }, day(120))).toMatchObject({
        step: 'retire-secret',
      })
    }
  })

  it('starts the grace when it is delivered, not when it is issued', () => {
    const delivered = { ...handover, deliveredAt: day(93) }
    const entry = anEntry({ state: 'issued', createdAt: born, handover: delivered })
    expect(startsAt(entry, policy, day(100))).toBe('deactivate')
  })
})

describe('a deactivated key', () => {
  const deactivatedAt = day(97)
  const entry = anEntry({ state: 'deactivated', createdAt: born, deactivatedAt })

  it('is deleted the whole recovery grace after the recorded deactivation', () => {
    expect(startsAt(entry, { enforce: rotating }, day(104))).toBe('delete')
    const enforce = { kind: 'delete', atDay: 90, recoveryGraceDays: 30 } as const
    expect(startsAt(entry, { enforce }, day(127))).toBe('delete')
  })

  it.each([
    { kind: 'none' },
    { kind: 'deactivate', atDay: 90 },
    { ...rotating, recoveryGraceDays: 'never' },
  ] as const)('is never deleted under $kind', (enforce) => {
    expect(decideUnder(entry, { enforce }, day(9_000))).toMatchObject({
      kind: 'wait',
      until: undefined,
    })
  })

  it('is never deleted in mode notify', () => {
    const decision = decideUnder(entry, { enforce: rotating, mode: 'notify' }, day(9_000))
    expect(decision.kind).toBe('wait')
  })

  it('has its hand-over secret retired on time, even long before its deletion', () => {
    const handover = { replacementKeyId: aKeyId(2), issuedAt: day(90), retireAt: day(120) }
    const enforce = { ...rotating, recoveryGraceDays: 60 }
    expect(startsAt({ ...entry, handover }, { enforce }, day(120))).toBe('retire-secret')
    const retired = { ...handover, retiredAt: day(120) }
    expect(startsAt({ ...entry, handover: retired }, { enforce }, day(157))).toBe('delete')
  })
})

describe('a hand-over secret', () => {
  const handover = { replacementKeyId: aKeyId(2), issuedAt: day(90), retireAt: day(120) }

  it.each(['deleted', 'resolved'] as const)('of a key that is %s is retired on time', (state) => {
    const entry: Entry = anEntry({ state, createdAt: born, handover })
    expect(startsAt(entry, {}, day(120))).toBe('retire-secret')
    const retired = { ...entry, handover: { ...handover, retiredAt: day(120) } }
    expect(decideUnder(retired, {}, day(900))).toMatchObject({ kind: 'wait', until: undefined })
  })

  it('of a key that is nagged about again is retired on time, between nags', () => {
    const entry = anEntry({ createdAt: born, lastNaggedAt: day(119), nagCount: 1, handover })
    expect(startsAt(entry, {}, day(120))).toBe('retire-secret')
  })

  it('is retired even if the policy was removed', () => {
    const entry: Entry = anEntry({ state: 'deleted', createdAt: born, handover })
    expect(decide(entry, [], day(120)).kind).toBe('enforce')
  })
})

describe('schedule', () => {
  it('makes the entry due at once when something is to be done', () => {
    expect(schedule(fresh(), [aPolicy()], day(95)).dueAt).toBe(day(95))
  })

  it('makes the entry due later, or never by time alone', () => {
    expect(schedule(fresh(), [aPolicy()], day(1)).dueAt).toBe(day(90))
    const dry = schedule(fresh({ dueAt: day(3) }), [aPolicy({ mode: 'dry-run' })], day(1))
    expect(dry).not.toHaveProperty('dueAt')
  })
})
