import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KeyStatus } from './access-key.ts'
import type { PolicyInput } from '../policy/policy.ts'
import { nextOpening } from '../policy/window.ts'
import { aKeyId, anEntry, aNoticeId, aPolicy, aRotationId, at } from '../testing/index.ts'
import { dayMs, plusDays, plusMs, type EpochMs } from '../time.ts'
import { decide, schedule, type EnforcementStep } from './decide.ts'
import { entryStates, type Entry, type EntryState } from './entry.ts'
import { evolve } from './evolve.ts'
import type { Fact } from './fact.ts'

const start = at('2026-01-01T09:00:00Z')
const instant = fc.integer({ min: -10, max: 400 * dayMs }).map((ms) => plusMs(start, ms))
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const window = fc.constantFrom<
  NonNullable<Extract<PolicyInput['enforce'], { kind: 'rotate' }>>['window']
>(
  {},
  {},
  {},
  { on: ['friday'], from: '22:55', to: '24:00' },
  { timeZone: 'America/New_York', from: '09:00', to: '17:00', notOn: ['2026-03-09'] },
  { timeZone: 'Australia/Lord_Howe', from: '01:15', to: '02:15' },
)

const grace = fc.constantFrom(0, 0.5, 1, 7, 30)
const installationGrace = fc.constantFrom(1, 1.5, 7, 30)
const enforce: fc.Arbitrary<NonNullable<PolicyInput['enforce']>> = fc.oneof(
  fc.constant({ kind: 'none' } as const),
  fc.record({
    kind: fc.constantFrom('deactivate' as const),
    atDay: fc.integer({ min: 90, max: 120 }),
    installationGraceDays: installationGrace,
    window,
  }),
  fc.record({
    kind: fc.constantFrom('delete' as const),
    atDay: fc.integer({ min: 90, max: 120 }),
    installationGraceDays: installationGrace,
    recoveryGraceDays: grace,
    window,
  }),
  fc.record({
    kind: fc.constantFrom('rotate' as const),
    atDay: fc.integer({ min: 90, max: 120 }),
    installationGraceDays: installationGrace,
    recoveryGraceDays: grace,
    window,
  }),
)

const policy = fc
  .record({
    mode: fc.constantFrom(
      'dry-run' as const,
      'notify' as const,
      'enforce' as const,
      'enforce' as const,
    ),
    warnFromDay: fc.integer({ min: 0, max: 90 }),
    nag: fc.record({ everyDays: fc.constantFrom(1, 1.5, 7) }),
    escalation: fc.array(
      fc.oneof(
        fc.record({
          afterNags: fc.integer({ min: 1, max: 4 }),
          to: fc.constant('manager' as const),
        }),
        fc.record({ atDay: fc.integer({ min: 80, max: 140 }), to: fc.constant('#ops') }),
      ),
      { maxLength: 3 },
    ),
    enforce,
  })
  .map((input) => aPolicy(input))

const life = fc.record({
  createdAt: fc.constant(start),
  status: fc.constantFrom<KeyStatus[]>('Active', 'Active', 'Active', 'Inactive', 'Expired'),
  nagCount: fc.nat(5),
  undeliveredCount: fc.nat(3),
  escalationLevel: fc.nat(3),
  lastNaggedAt: maybe(instant),
  warned: maybe(
    fc.record({
      at: instant,
      of: fc.constantFrom('rotate' as const, 'deactivate' as const, 'delete' as const),
    }),
  ),
  handover: fc
    .record({ deliveredAt: maybe(instant), retireAt: maybe(instant), retiredAt: maybe(instant) })
    .map((times) => ({ replacementKeyId: aKeyId(2), issuedAt: start, ...times })),
  deactivatedAt: instant,
  deletionAnnounced: maybe(
    fc.record({ at: instant, notBefore: instant, noticeId: fc.constant(aNoticeId(5)) }),
  ),
})

const conditions = fc.oneof(
  fc.constant({}),
  fc.constant({}),
  fc.record(
    {
      hold: fc.constant({ code: 'operator', why: 'asked', since: start } as const),
      exemption: instant.map((until) => ({ until, approver: 'ciso', why: 'vendor' })),
      snooze: instant.map((until) => ({ until, by: 'ann' })),
      postponed: instant.map((until) => ({ until, why: 'cap' })),
    },
    { requiredKeys: [] },
  ),
)

const entryAmong = (...states: readonly EntryState[]): fc.Arbitrary<Entry> =>
  fc
    .tuple(fc.constantFrom(...states), life, conditions)
    .map(([state, life, conditions]) => anEntry({ state, ...life, ...conditions }))

const entry = entryAmong(...entryStates)

/** The counterexample that fast-check found; `undefined` when the property holds. */
const failureOf = <T>(property: fc.IProperty<T>, numRuns: number): string | undefined =>
  fc.defaultReportMessage(fc.check(property, { numRuns }))

/** Whether the step may change the key itself. */
const changesKey = (step: EnforcementStep): boolean =>
  step === 'rotate' || step === 'deactivate' || step === 'delete'

describe('a decision', () => {
  it('depends only on the entry, the policies and the instant', () => {
    const property = fc.property(entry, policy, instant, (entry, policy, now) => {
      const first = decide(entry, [policy], now)
      const again = decide(structuredClone(entry), structuredClone([policy]), now)
      return JSON.stringify(again) === JSON.stringify(first)
    })
    expect(failureOf(property, 300)).toBeUndefined()
  })

  it('changes no key that is held, and tells nobody: it only retires the hand-over secret', () => {
    const property = fc.property(entry, policy, instant, (entry, policy, now) => {
      const held = { ...entry, hold: { code: 'operator', why: 'asked', since: start } } as const
      const decision = decide(held, [policy], now)
      return (
        decision.kind === 'wait' ||
        (decision.kind === 'enforce' && decision.step === 'retire-secret')
      )
    })
    expect(failureOf(property, 300)).toBeUndefined()
  })

  it('to wait names a time in the future, and no longer waits for it once it has come', () => {
    const property = fc.property(entry, policy, instant, (entry, policy, now) => {
      const due = schedule(entry, [policy], now).dueAt
      if (due === undefined) return true
      const then = decide(entry, [policy], due)
      const over = then.kind !== 'wait' || then.until === undefined || then.until > due
      return due >= now && over
    })
    expect(failureOf(property, 1_000)).toBeUndefined()
  })

  it('to wait stays the same until its time: nothing is due in between', () => {
    const part = fc.double({ min: 0, max: 1, noNaN: true })
    const property = fc.property(entry, policy, instant, part, (entry, policy, now, part) => {
      const decision = decide(entry, [policy], now)
      if (decision.kind !== 'wait') return true
      const until = decision.until ?? plusDays(now, 100)
      const between = plusMs(now, Math.max(0, (until - now - 1) * part))
      return decide(entry, [policy], between).kind === 'wait'
    })
    expect(failureOf(property, 1_000)).toBeUndefined()
  })

  it('to enforce comes only in the window, the whole grace after a delivered warning', () => {
    let seen = 0
    const before = entryAmong('nagging', 'escalated', 'issued')
    const property = fc.property(before, policy, instant, (entry, policy, now) => {
      const decision = decide(entry, [policy], now)
      if (decision.kind !== 'enforce' || !changesKey(decision.step)) return true
      if (entry.state === 'issuing' || entry.state === 'deactivated') return true
      seen += 1
      const { enforce, mode } = policy
      if (enforce.kind === 'none' || mode !== 'enforce') return false
      if (nextOpening(enforce.window, now) !== now) return false
      const graceMs = enforce.installationGraceDays * dayMs
      if (entry.state === 'issued') {
        const { deliveredAt } = entry.handover
        return deliveredAt !== undefined && deliveredAt <= now - graceMs
      }
      const { warned, status } = entry
      return (
        status === 'Active' &&
        warned?.of === enforce.kind &&
        warned.at <= (enforce.kind === 'rotate' ? now : now - graceMs)
      )
    })
    expect(failureOf(property, 4_000)).toBeUndefined()
    expect(seen).toBeGreaterThan(20)
  })

  it('to delete comes only the whole recovery grace after the owner was told its date', () => {
    let seen = 0
    const deactivated = entryAmong('deactivated', 'deactivated', 'issued')
    const property = fc.property(deactivated, policy, instant, (entry, policy, now) => {
      const decision = decide(entry, [policy], now)
      if (decision.kind !== 'enforce' || decision.step !== 'delete') return true
      seen += 1
      const { enforce } = policy
      return (
        entry.state === 'deactivated' &&
        (enforce.kind === 'delete' || enforce.kind === 'rotate') &&
        entry.deletionAnnounced !== undefined &&
        now >= entry.deletionAnnounced.notBefore &&
        now - entry.deletionAnnounced.at >= enforce.recoveryGraceDays * dayMs
      )
    })
    expect(failureOf(property, 4_000)).toBeUndefined()
    expect(seen).toBeGreaterThan(20)
  })
})

/** A fact that people may cause between two sweeps, chosen by a number. */
const interference = (pick: number, now: EpochMs): Fact | undefined => {
  const facts: (Fact | undefined)[] = [
    undefined,
    undefined,
    undefined,
    { kind: 'snoozed', until: plusDays(now, 3), by: 'ann' },
    { kind: 'exempted', until: plusDays(now, 20), approver: 'ciso', why: 'vendor' },
    { kind: 'postponed', until: plusDays(now, 1), why: 'cap' },
    { kind: 'held', code: 'operator', why: 'asked' },
    { kind: 'released', by: 'olga', why: 'done' },
  ]
  return facts[pick % facts.length]
}

describe('in any life of a key', () => {
  it('a warning was delivered at least the grace before each deactivation', () => {
    let deactivations = 0
    const turns = fc.array(fc.record({ fails: fc.boolean(), pick: fc.nat(40) }), {
      minLength: 40,
      maxLength: 40,
    })
    const property = fc.property(policy, turns, (policy, turns) => {
      let entry: Entry = schedule(anEntry({ createdAt: start }), [policy], start)
      let now = start
      const delivered: { at: EpochMs; of: string }[] = []
      for (const { fails, pick } of turns) {
        const extra = pick > 7 ? undefined : interference(pick, now)
        if (extra !== undefined) {
          // Nothing that was announced before an exemption counts after it.
          if (extra.kind === 'exempted') delivered.length = 0
          entry = schedule(evolve(entry, extra, now), [policy], now)
        }
        if (entry.dueAt === undefined) {
          if (entry.hold === undefined) return true
          now = plusDays(now, 5)
          continue
        }
        now = entry.dueAt > now ? entry.dueAt : now
        const decision = decide(entry, [policy], now)
        const ids = { rotationId: aRotationId(), noticeId: aNoticeId(), rule: 'walk' }
        const delivery = { channel: 'slack', to: 'ann', messageId: 'm' }
        const facts: Fact[] = []
        if (decision.kind === 'hold') {
          facts.push({ kind: 'held', code: decision.code, why: decision.why })
        } else if (decision.kind === 'escalate') {
          facts.push({ ...ids, kind: 'escalated', level: decision.level, to: decision.rung.to })
        } else if (decision.kind === 'nag') {
          const announced = policy.mode === 'enforce' ? policy.enforce.kind : 'none'
          if (fails) facts.push({ kind: 'nag-undelivered', noticeId: aNoticeId(), why: 'bounce' })
          else {
            facts.push({ ...ids, kind: 'nagged', delivery, announced })
            delivered.push({ at: now, of: announced })
          }
        } else if (decision.kind === 'enforce' && policy.enforce.kind !== 'none') {
          const { kind, installationGraceDays } = policy.enforce
          const graceMs = installationGraceDays * dayMs
          if (decision.step === 'deactivate') {
            const warned = delivered.some(({ at, of }) => of === kind && at <= now - graceMs)
            if (!warned) return false
            deactivations += 1
            facts.push({ ...ids, kind: 'deactivated' })
          } else if (decision.step === 'delete') {
            facts.push({ ...ids, kind: 'deleted' })
          } else if (decision.step === 'tell') {
            if (entry.state === 'deactivated') {
              facts.push({ ...ids, kind: 'deactivation-delivered', delivery, deletesAt: now })
            } else {
              facts.push({ ...ids, kind: 'replacement-delivered', delivery })
              delivered.push({ at: now, of: 'rotate' })
            }
          } else if (decision.step === 'retire-secret') {
            facts.push({ kind: 'secret-retired', why: 'over' })
          } else if (entry.state === 'issuing') {
            facts.push({
              ...ids,
              kind: 'replacement-issued',
              replacementKeyId: aKeyId(2),
              secretArn: 'arn:s',
              retireAt: plusDays(now, 30),
            })
            facts.push({ ...ids, kind: 'replacement-delivered', delivery })
            delivered.push({ at: now, of: 'rotate' })
          } else {
            if (!delivered.some(({ of }) => of === 'rotate')) return false
            facts.push({ ...ids, kind: 'rotation-opened' })
          }
        }
        for (const fact of facts) entry = evolve(entry, fact, now)
        entry = schedule(entry, [policy], now)
      }
      return true
    })
    expect(failureOf(property, 600)).toBeUndefined()
    expect(deactivations).toBeGreaterThan(20)
  })
})
