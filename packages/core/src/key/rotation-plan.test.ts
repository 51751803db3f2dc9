import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Policy, type ArmedEnforcement, type PolicyInput } from '../policy/policy.ts'
import { aKeyId, anEntry, aRotation, aRotationId, at } from '../testing/index.ts'
import { dayMs, hourMs, minuteMs, plusMs, type EpochMs } from '../time.ts'
import type { LastUsed, ListedKey } from './access-key.ts'
import type { Entry } from './entry.ts'
import { leaseMs, sessionNameOf, type RotationPhase } from './rotation.ts'
import { orphanGraceMs } from './lost-create.ts'
import { nextStep } from './rotation-plan.ts'
import {
  propagationMs,
  trailLagMs,
  type Goal,
  type LookFirst,
  type Maker,
  type Seen,
  type Step,
} from './rotation-step.ts'

const now = at('2026-04-01T09:00:00Z')
const [oldId, newId, otherId] = [aKeyId(1), aKeyId(2), aKeyId(3)]
const secretArn = 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:keynag'
const ago = (ms: number): EpochMs => plusMs(now, -ms)

const key = (fields: Partial<ListedKey> = {}): ListedKey => ({
  accessKeyId: oldId,
  status: 'Active',
  createdAt: at('2026-01-01'),
  ...fields,
})
const newKey = (fields: Partial<ListedKey> = {}) =>
  key({ accessKeyId: newId, createdAt: ago(hourMs), ...fields })

const never: LastUsed = { kind: 'never' }
const unknown: LastUsed = { kind: 'unknown', why: 'throttled' }
const usedAt = (instant: EpochMs): LastUsed => ({ kind: 'at', at: instant, service: 's3' })

function enforcement(input: PolicyInput['enforce']): ArmedEnforcement {
  const { enforce } = Policy.parse({ name: 'standard', enforce: input })
  if (enforce.kind === 'none') throw new Error('nothing is enforced')
  return enforce
}
const rotate = enforcement({ kind: 'rotate', atDay: 90, recoveryGraceDays: 7 })

interface Given {
  readonly phase: RotationPhase
  readonly keys: readonly ListedKey[]
  readonly wanted?: Goal['wanted']
  readonly entry?: Entry
  readonly enforce?: ArmedEnforcement
  readonly lastUsed?: readonly (readonly [ListedKey['accessKeyId'], LastUsed])[]
  readonly makers?: readonly (readonly [ListedKey['accessKeyId'], Maker])[]
  readonly stored?: NonNullable<Seen['stored']>
  /** CloudTrail was asked and knows of none, if left out. */
  readonly ownDeactivation?: boolean | 'unasked'
}

const creating = (intendedAt: EpochMs, attempt = 1): RotationPhase => ({
  kind: 'creating',
  secretArn,
  attempt,
  snapshot: [oldId],
  intendedAt,
})
const stored = (storedAt: EpochMs): RotationPhase => ({
  kind: 'stored',
  secretArn,
  newKeyId: newId,
  attempt: 1,
  storedAt,
})

const phases = (deactivatedAt: EpochMs): readonly RotationPhase[] => [
  { kind: 'deactivated', newKeyId: newId, deactivatedAt },
  { kind: 'deleting', newKeyId: newId, deactivatedAt, intendedAt: ago(minuteMs) },
]

const fixed = <T extends string>(kind: T) => fc.constant(kind)
const stepOf = (given: Given): Step | LookFirst =>
  nextStep({
    rotation: aRotation({ phase: given.phase }),
    entry: given.entry ?? anEntry({ accessKeyId: oldId }),
    wanted: given.wanted ?? 'rotate',
    enforce: given.enforce ?? rotate,
    now,
    seen: {
      keys: given.keys,
      lastUsed: new Map(given.lastUsed),
      makers: new Map(given.makers),
      ...(given.stored === undefined ? {} : { stored: given.stored }),
      ...(given.ownDeactivation === 'unasked'
        ? {}
        : { ownDeactivation: given.ownDeactivation ?? false }),
    },
  })

describe.each([
  { phase: { kind: 'opened' }, go: { kind: 'prepare' } },
  {
    phase: { kind: 'prepared', secretArn, attempt: 2 },
    go: { kind: 'create', secretArn, attempt: 2 },
  },
] as const)('before creating, $phase.kind', ({ phase, go }) => {
  it('goes on with the one Active key', () => {
    expect(stepOf({ phase, keys: [key()] })).toStrictEqual(go)
  })

  it('resolves what the owner did meanwhile', () => {
    expect(stepOf({ phase, keys: [] })).toStrictEqual({ kind: 'resolve', how: 'deleted-by-owner' })
    for (const status of ['Inactive', 'Expired'] as const) {
      expect(stepOf({ phase, keys: [key({ status })] })).toStrictEqual({
        kind: 'resolve',
        how: 'deactivated-by-owner',
      })
    }
  })

  it('adopts a newer key that the owner made and uses', () => {
    const keys = [key(), newKey()]
    expect(stepOf({ phase, keys })).toStrictEqual({
      kind: 'look',
      at: { kind: 'last-used', accessKeyId: newId },
    })
    const used = [[newId, usedAt(ago(hourMs))]] as const
    expect(stepOf({ phase, keys, lastUsed: used })).toStrictEqual({
      kind: 'adopt-owners',
      newKeyId: newId,
    })
  })

  it('goes on with the replacement that was handed over before the old key came back', () => {
    const handover = { replacementKeyId: newId, issuedAt: ago(hourMs) }
    const entry = anEntry({ accessKeyId: oldId, handover })
    expect(stepOf({ phase, entry, keys: [key(), newKey()] })).toStrictEqual({
      kind: 'adopt-owners',
      newKeyId: newId,
    })
    const isOff = [key(), newKey({ status: 'Inactive' })]
    expect(stepOf({ phase, entry, keys: isOff })).toMatchObject({ kind: 'hold', code: 'two-keys' })
  })

  it.each([
    { second: 'newer, never used', other: newKey(), used: never },
    { second: 'newer, use unknown', other: newKey(), used: unknown },
    { second: 'newer, Inactive', other: newKey({ status: 'Inactive' }), used: usedAt(now) },
    { second: 'newer, Expired', other: newKey({ status: 'Expired' }), used: usedAt(now) },
    { second: 'older', other: newKey({ createdAt: at('2025-01-01') }), used: usedAt(now) },
    {
      second: 'of the same time',
      other: newKey({ createdAt: key().createdAt }),
      used: usedAt(now),
    },
  ])('never makes room: a second key, $second, is a hold', ({ other, used }) => {
    const step = stepOf({ phase, keys: [other, key()], lastUsed: [[newId, used]] })
    expect(step).toMatchObject({ kind: 'hold', code: 'two-keys' })
  })
})

/** As long as the lease may last, the request of one that died may arrive. */
const settledMs = leaseMs + propagationMs

describe('after a create that may have been lost', () => {
  const absent = { kind: 'absent' } as const
  const long = creating(ago(settledMs))
  const orphan = newKey({ createdAt: ago(settledMs) })
  const ours: Maker = {
    kind: 'session',
    sessionName: sessionNameOf({ rotationId: aRotationId(), attempt: 1 }),
  }

  it('looks whether the secret was stored, and adopts it', () => {
    const keys = [key(), orphan]
    expect(stepOf({ phase: long, keys })).toMatchObject({ at: { kind: 'stored-secret' } })
    const stored = { kind: 'key', newKeyId: newId } as const
    expect(stepOf({ phase: long, keys, stored })).toStrictEqual({
      kind: 'adopt-stored',
      secretArn,
      newKeyId: newId,
      attempt: 1,
    })
  })

  it('waits until lists can be believed', () => {
    const phase = creating(ago(settledMs - 1))
    expect(stepOf({ phase, keys: [key()], stored: absent })).toMatchObject({
      kind: 'wait',
      until: plusMs(now, 1),
    })
  })

  it('tries again when no key came of it', () => {
    expect(stepOf({ phase: long, keys: [key()], stored: absent })).toStrictEqual({
      kind: 'retry-create',
      secretArn,
      attempt: 2,
    })
  })

  it('takes back an orphan that is proven to be ours and unused', () => {
    const given = { phase: long, keys: [key(), orphan], stored: absent }
    expect(stepOf(given)).toMatchObject({ at: { kind: 'maker', accessKeyId: newId } })
    const makers = [[newId, ours]] as const
    expect(stepOf({ ...given, makers })).toMatchObject({
      at: { kind: 'last-used', accessKeyId: newId },
    })
    expect(stepOf({ ...given, makers, lastUsed: [[newId, never]] })).toStrictEqual({
      kind: 'deactivate-orphan',
      orphanKeyId: newId,
      secretArn,
      attempt: 1,
    })
  })

  it('waits for CloudTrail, and holds when it never says', () => {
    const makers = [[newId, { kind: 'not-found' }]] as const
    const keys = [key(), orphan]
    expect(stepOf({ phase: long, keys, stored: absent, makers }).kind).toBe('wait')
    const phase = creating(ago(trailLagMs))
    expect(stepOf({ phase, keys, stored: absent, makers })).toMatchObject({
      kind: 'hold',
      code: 'orphan-unproven',
    })
  })

  it.each([
    { lacking: 'somebody else made it', maker: { kind: 'other', who: 'ann' }, used: never },
    {
      lacking: 'another rotation made it',
      maker: {
        kind: 'session',
        sessionName: sessionNameOf({ rotationId: aRotationId(2), attempt: 1 }),
      },
      used: never,
    },
    {
      lacking: 'a rotation whose name ours begins made it',
      maker: { kind: 'session', sessionName: `keynag-${aRotationId()}0-1` },
      used: never,
    },
    { lacking: 'it has been used', maker: ours, used: usedAt(ago(minuteMs)) },
    { lacking: 'nobody can tell whether it was used', maker: ours, used: unknown },
    {
      lacking: 'it is older than the intent',
      maker: ours,
      used: never,
      orphan: newKey({ createdAt: ago(settledMs + minuteMs + 1) }),
    },
  ] as const)('holds when a proof is missing: $lacking', ({ maker, used, ...given }) => {
    const found = 'orphan' in given ? given.orphan : orphan
    const step = stepOf({
      phase: long,
      keys: [key(), found],
      stored: absent,
      makers: [[newId, maker]],
      lastUsed: [[newId, used]],
    })
    expect(step).toMatchObject({ kind: 'hold', code: 'orphan-unproven' })
  })
})

describe('attempts', () => {
  it('are four in a row, and as many again after each release', () => {
    const held = Array.from({ length: 12 }, (_, index) => index + 1).filter((attempt) => {
      const phase = { kind: 'prepared', secretArn, attempt } as const
      return stepOf({ phase, keys: [key()] }).kind === 'hold'
    })
    expect(held).toStrictEqual([5, 10])
  })
})

describe('a rotation that is given up', () => {
  const ended = anEntry({ accessKeyId: oldId, state: 'resolved' })
  const making = anEntry({ accessKeyId: oldId, state: 'issuing' })
  const long = creating(ago(settledMs))
  const inVault = { kind: 'key', newKeyId: newId } as const
  const unused = [[newId, never]] as const

  it.each([
    { kind: 'opened' },
    { kind: 'prepared', secretArn, attempt: 1 },
    { kind: 'replaced', newKeyId: newId },
    { kind: 'deactivating', intendedAt: now },
    { kind: 'deactivated', deactivatedAt: now },
  ] as const)('ends at once while $kind', (phase) => {
    expect(stepOf({ phase, keys: [key()], wanted: 'abandon' })).toStrictEqual({ kind: 'abandon' })
  })

  it('creates nothing more: it goes back to before the create, and ends there', () => {
    const given = { phase: long, keys: [key()], stored: { kind: 'absent' }, entry: making } as const
    expect(stepOf({ ...given, wanted: 'abandon' }).kind).toBe('retry-create')
  })

  it('finishes what was stored while the old key is a concern', () => {
    const keys = [key(), newKey()]
    const given = { keys, entry: making, wanted: 'abandon' } as const
    expect(stepOf({ ...given, phase: long, stored: inVault }).kind).toBe('adopt-stored')
    expect(stepOf({ ...given, phase: stored(ago(hourMs)) }).kind).toBe('test-and-issue')
  })

  it('undoes what was stored for a key that is gone, unless somebody uses it', () => {
    const given = { keys: [newKey()], entry: ended, wanted: 'abandon' } as const
    for (const phase of [long, stored(ago(hourMs))]) {
      const seen = { ...given, phase, stored: inVault }
      expect(stepOf(seen).kind).toBe('look')
      expect(stepOf({ ...seen, lastUsed: unused }).kind).toBe('deactivate-orphan')
      expect(stepOf({ ...seen, lastUsed: [[newId, usedAt(now)]] }).kind).toBe('abandon')
      expect(stepOf({ ...seen, keys: [] }).kind).toBe('abandon')
    }
  })
})

describe('while an orphan is undone', () => {
  const undoing = (deactivatedAt?: EpochMs, attempt = 1): RotationPhase => ({
    kind: 'undoing',
    secretArn,
    attempt,
    orphanKeyId: newId,
    ...(deactivatedAt === undefined ? {} : { deactivatedAt }),
  })
  const unused = [[newId, never]] as const

  it('deactivates it, once it is sure that it is unused', () => {
    const given = { phase: undoing(), keys: [key(), newKey()] }
    expect(stepOf(given).kind).toBe('look')
    expect(stepOf({ ...given, lastUsed: unused }).kind).toBe('deactivate-orphan')
    expect(stepOf({ ...given, lastUsed: [[newId, usedAt(now)]] }).kind).toBe('hold')
  })

  it('deactivates it again when that was not recorded', () => {
    const keys = [key(), newKey({ status: 'Inactive' })]
    expect(stepOf({ phase: undoing(), keys, lastUsed: unused }).kind).toBe('deactivate-orphan')
  })

  it('lets it rest, then deletes it', () => {
    const keys = [key(), newKey({ status: 'Inactive' })]
    const resting = undoing(ago(orphanGraceMs - 1))
    expect(stepOf({ phase: resting, keys })).toMatchObject({ kind: 'wait', until: plusMs(now, 1) })
    const rested = undoing(ago(orphanGraceMs))
    expect(stepOf({ phase: rested, keys, lastUsed: unused }).kind).toBe('delete-orphan')
    expect(stepOf({ phase: rested, keys, lastUsed: [[newId, unknown]] }).kind).toBe('hold')
  })

  it.each(['Active', 'Expired'] as const)('holds when it is %s again', (status) => {
    const keys = [key(), newKey({ status })]
    const step = stepOf({ phase: undoing(ago(2 * hourMs)), keys, lastUsed: unused })
    expect(step).toMatchObject({ kind: 'hold', code: 'reactivated' })
  })

  it('tries again once it is gone', () => {
    expect(stepOf({ phase: undoing(ago(hourMs), 3), keys: [key()] })).toMatchObject({
      kind: 'retry-create',
      attempt: 4,
    })
  })
})

describe('a stored key', () => {
  it('is tested and issued', () => {
    const phase = stored(ago(hourMs))
    expect(stepOf({ phase, keys: [key(), newKey()] })).toStrictEqual({
      kind: 'test-and-issue',
      phase,
    })
  })

  it('that is not listed yet is waited for; that is gone or inactive is a hold', () => {
    expect(stepOf({ phase: stored(ago(propagationMs - 1)), keys: [key()] }).kind).toBe('wait')
    for (const keys of [[key()], [key(), newKey({ status: 'Inactive' })]]) {
      expect(stepOf({ phase: stored(ago(propagationMs)), keys })).toMatchObject({
        kind: 'hold',
        code: 'replacement-gone',
      })
    }
  })
})

describe.each([
  { phase: { kind: 'replaced', newKeyId: newId } },
  { phase: { kind: 'deactivating', newKeyId: newId, intendedAt: ago(dayMs) } },
] as const)('before deactivating under rotate, $phase.kind', ({ phase }) => {
  const issuedAt = ago(7 * dayMs)
  const handover = { replacementKeyId: newId, issuedAt }
  const entry = anEntry({ state: 'issued', accessKeyId: oldId, handover })
  const keys = [key(), newKey()]
  const used = (lastUsed: LastUsed) => [[oldId, lastUsed]] as const

  it('asks for the use of the old key, and deactivates it when it is quiet', () => {
    expect(stepOf({ phase, entry, keys })).toMatchObject({
      at: { kind: 'last-used', accessKeyId: oldId },
    })
    // The owner fetched the replacement with the old key, and has swapped it in since.
    const afterPickUp = usedAt(plusMs(issuedAt, dayMs))
    for (const quiet of [never, afterPickUp, usedAt(ago(3 * dayMs))]) {
      expect(stepOf({ phase, entry, keys, lastUsed: used(quiet) }).kind).toBe('deactivate')
    }
  })

  it('never leaves the user without a working key', () => {
    for (const left of [
      [key()],
      [key(), newKey({ status: 'Inactive' })],
      [key(), newKey({ status: 'Expired' })],
    ]) {
      expect(stepOf({ phase, entry, keys: left, lastUsed: used(never) })).toMatchObject({
        kind: 'hold',
        code: 'replacement-gone',
      })
    }
  })

  it('holds a key that was used lately, or of which nobody can tell', () => {
    const lately = usedAt(ago(3 * dayMs - 1))
    expect(stepOf({ phase, entry, keys, lastUsed: used(lately) })).toMatchObject({
      kind: 'hold',
      code: 'still-in-use',
    })
    expect(stepOf({ phase, entry, keys, lastUsed: used(unknown) })).toMatchObject({
      kind: 'hold',
      code: 'use-unknown',
    })
  })

  it('waits for a quiet spell, or goes on, where the policy says so', () => {
    const wait = enforcement({ kind: 'rotate', atDay: 90, whenInUse: 'wait', inUseDays: 7 })
    const lastUsed = used(usedAt(ago(7 * dayMs - 1)))
    expect(stepOf({ phase, entry, keys, enforce: wait, lastUsed })).toMatchObject({
      kind: 'wait',
      until: plusMs(now, 1),
    })
    const quiet = used(usedAt(ago(7 * dayMs)))
    expect(stepOf({ phase, entry, keys, enforce: wait, lastUsed: quiet }).kind).toBe('deactivate')
    const proceed = enforcement({ kind: 'rotate', atDay: 90, whenInUse: 'proceed' })
    expect(stepOf({ phase, entry, keys, enforce: proceed }).kind).toBe('deactivate')
  })

  it('resolves a key that the owner deleted', () => {
    expect(stepOf({ phase, entry, keys: [newKey()] })).toMatchObject({ kind: 'resolve' })
  })
})

describe('what became of a deactivation', () => {
  const keys = [key({ status: 'Inactive' }), newKey()]

  it('without an intent of ours was the owner', () => {
    expect(stepOf({ phase: { kind: 'replaced', newKeyId: newId }, keys })).toStrictEqual({
      kind: 'resolve',
      how: 'deactivated-by-owner',
    })
  })

  it('with an intent of ours that shows no effect may have been undone: CloudTrail tells', () => {
    const phase = { kind: 'deactivating', newKeyId: newId, intendedAt: ago(hourMs) } as const
    const lastUsed = [[oldId, never]] as const
    const given = { phase, keys: [key(), newKey()], lastUsed }
    expect(stepOf({ ...given, ownDeactivation: 'unasked' })).toStrictEqual({
      kind: 'look',
      at: { kind: 'own-deactivation', accessKeyId: oldId, since: ago(hourMs + minuteMs) },
    })
    expect(stepOf({ ...given, ownDeactivation: true }).kind).toBe('record-deactivated')
    expect(stepOf({ ...given, ownDeactivation: false }).kind).toBe('wait')
    const long = { ...phase, intendedAt: ago(trailLagMs) }
    expect(stepOf({ ...given, phase: long, ownDeactivation: false }).kind).toBe('deactivate')
  })

  it('with an intent of ours was ours, and is stamped now', () => {
    const phase = { kind: 'deactivating', newKeyId: newId, intendedAt: ago(dayMs) } as const
    expect(stepOf({ phase, keys }).kind).toBe('record-deactivated')
  })

  it('under a policy that deactivates only needs no replacement', () => {
    const enforce = enforcement({ kind: 'deactivate', atDay: 90 })
    const given = { phase: { kind: 'opened' }, wanted: 'deactivate', enforce } as const
    const lastUsed = [[oldId, never]] as const
    expect(stepOf({ ...given, keys: [key()], lastUsed }).kind).toBe('deactivate')
    const recent = [[oldId, usedAt(ago(dayMs))]] as const
    expect(stepOf({ ...given, keys: [key()], lastUsed: recent })).toMatchObject({
      kind: 'hold',
      code: 'still-in-use',
    })
  })
})

describe('a deletion', () => {
  const graceMs = 7 * dayMs
  const inactive = key({ status: 'Inactive' })
  it('waits for the whole recovery grace', () => {
    for (const phase of phases(ago(graceMs - 1))) {
      expect(stepOf({ phase, keys: [inactive] })).toMatchObject({
        kind: 'wait',
        until: plusMs(now, 1),
      })
    }
    for (const phase of phases(ago(graceMs))) {
      const lastUsed = [[oldId, usedAt(ago(graceMs - propagationMs))]] as const
      expect(stepOf({ phase, keys: [inactive], lastUsed }).kind).toBe('delete')
    }
  })

  it.each([
    { used: usedAt(ago(graceMs - propagationMs - 1)), code: 'reactivated' },
    { used: unknown, code: 'use-unknown' },
  ] as const)('holds a key that may have been on meanwhile: $code', ({ used, code }) => {
    for (const phase of phases(ago(graceMs))) {
      const lastUsed = [[oldId, used]] as const
      expect(stepOf({ phase, keys: [inactive], lastUsed })).toMatchObject({ kind: 'hold', code })
    }
  })

  it.each(['Active', 'Expired'] as const)('holds when the key is %s again', (status) => {
    for (const phase of phases(ago(2 * graceMs))) {
      expect(stepOf({ phase, keys: [key({ status })] })).toMatchObject({
        kind: 'hold',
        code: 'reactivated',
      })
    }
  })

  it('with our intent is recorded when the key is gone; without, it was the owner', () => {
    const [deactivated, deleting] = phases(ago(graceMs))
    if (deactivated === undefined || deleting === undefined) throw new Error('two phases')
    expect(stepOf({ phase: deleting, keys: [] }).kind).toBe('record-deleted')
    expect(stepOf({ phase: deactivated, keys: [] })).toMatchObject({ how: 'deleted-by-owner' })
  })

  it('never is asked of a policy that deletes nothing', () => {
    const [phase] = phases(ago(graceMs))
    if (phase === undefined) throw new Error('a phase')
    for (const enforce of [
      enforcement({ kind: 'deactivate', atDay: 90 }),
      enforcement({ kind: 'rotate', atDay: 90, recoveryGraceDays: 'never' }),
    ]) {
      expect(() => stepOf({ phase, keys: [inactive], enforce })).toThrow(/deletes nothing/)
    }
  })

  it('of a closed rotation has no step', () => {
    expect(() => stepOf({ phase: { kind: 'closed', outcome: 'deleted' }, keys: [] })).toThrow(
      /no next step/,
    )
  })
})

describe('in every situation', () => {
  const instant = fc.integer({ min: 0, max: 40 * dayMs }).map(ago)
  const status = fc.constantFrom('Active' as const, 'Inactive' as const, 'Expired' as const)
  const keys = fc
    .subarray([oldId, newId, otherId], { maxLength: 2 })
    .chain((ids) =>
      fc.tuple(
        ...ids.map((accessKeyId) =>
          fc.record({ accessKeyId: fc.constant(accessKeyId), status, createdAt: instant }),
        ),
      ),
    )
  const lastUsed = fc.oneof(fc.constant(never), fc.constant(unknown), instant.map(usedAt))
  const maker = fc.constantFrom<Maker[]>(
    { kind: 'session', sessionName: sessionNameOf({ rotationId: aRotationId(), attempt: 1 }) },
    { kind: 'other', who: 'ann' },
    { kind: 'not-found' },
  )
  const attempt = fc.integer({ min: 1, max: 5 })
  const phase: fc.Arbitrary<RotationPhase> = fc.oneof(
    fc.record({ kind: fixed('opened') }),
    fc.record({ kind: fixed('prepared'), secretArn: fc.constant<string>(secretArn), attempt }),
    fc.record({
      kind: fixed('creating'),
      secretArn: fc.constant<string>(secretArn),
      attempt,
      snapshot: fc.constant([oldId]).map((ids) => [...ids]),
      intendedAt: instant,
    }),
    fc.record({
      kind: fixed('undoing'),
      secretArn: fc.constant<string>(secretArn),
      attempt,
      orphanKeyId: fc.constant(newId),
      deactivatedAt: fc.option(instant, { nil: undefined }),
    }),
    fc.record({
      kind: fixed('stored'),
      secretArn: fc.constant<string>(secretArn),
      newKeyId: fc.constant(newId),
      attempt: fc.constant(1),
      storedAt: instant,
    }),
    fc.record({ kind: fixed('replaced'), newKeyId: fc.constant(newId) }),
    fc.record({ kind: fixed('deactivating'), newKeyId: fc.constant(newId), intendedAt: instant }),
    fc.record({ kind: fixed('deactivated'), newKeyId: fc.constant(newId), deactivatedAt: instant }),
    fc.record({
      kind: fixed('deleting'),
      newKeyId: fc.constant(newId),
      deactivatedAt: instant,
      intendedAt: instant,
    }),
  )

  it('no guard is missing', () => {
    const property = fc.property(
      phase,
      keys,
      fc.array(lastUsed, { minLength: 3, maxLength: 3 }),
      fc.array(maker, { minLength: 3, maxLength: 3 }),
      fc.boolean(),
      fc.boolean(),
      (phase, keys, uses, makers, isStored, ownDeactivation) => {
        const ids = [oldId, newId, otherId]
        const lastUsed = ids.map((id, index) => [id, uses[index] ?? unknown] as const)
        const step = stepOf({
          phase,
          keys,
          lastUsed,
          makers: ids.map((id, index) => [id, makers[index] ?? { kind: 'not-found' }] as const),
          stored: isStored ? { kind: 'key', newKeyId: newId } : { kind: 'absent' },
          ownDeactivation,
        })
        const find = (id: string) => keys.find(({ accessKeyId }) => accessKeyId === id)
        const used = new Map(lastUsed)
        switch (step.kind) {
          case 'look':
            return false
          case 'wait':
            return step.until > now
          case 'prepare':
          case 'create':
            return keys.length === 1 && find(oldId)?.status === 'Active'
          case 'deactivate':
            return (
              find(oldId)?.status === 'Active' &&
              find(newId)?.status === 'Active' &&
              (phase.kind !== 'deactivating' || !ownDeactivation)
            )
          case 'delete':
            return (
              find(oldId)?.status === 'Inactive' &&
              step.deactivatedAt <= ago(7 * dayMs) &&
              used.get(oldId)?.kind !== 'unknown'
            )
          case 'deactivate-orphan':
            return (
              step.orphanKeyId !== oldId &&
              (used.get(step.orphanKeyId)?.kind === 'never' ||
                (phase.kind === 'undoing' && find(step.orphanKeyId) === undefined))
            )
          case 'delete-orphan':
            return (
              phase.kind === 'undoing' &&
              phase.orphanKeyId === step.orphanKeyId &&
              find(step.orphanKeyId)?.status === 'Inactive' &&
              (phase.deactivatedAt ?? now) <= ago(orphanGraceMs) &&
              used.get(step.orphanKeyId)?.kind === 'never'
            )
          default:
            return true
        }
      },
    )
    const failure = fc.defaultReportMessage(fc.check(property, { numRuns: 4_000 }))
    expect(failure).toBeUndefined()
  })
})
