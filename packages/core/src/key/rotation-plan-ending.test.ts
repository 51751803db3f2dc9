import { describe, expect, it } from 'vitest'
import {
  ago,
  byUs,
  enforcement,
  key,
  never,
  newId,
  newKey,
  now,
  oldId,
  otherId,
  stepOf,
  unknown,
  usedAt,
} from '../testing/next-step.ts'
import { anEntry } from '../testing/rows.ts'
import { dayMs, hourMs, minuteMs, plusMs, type EpochMs } from '../time.ts'
import type { LastUsed, ListedKey } from './access-key.ts'
import { propagationMs, trailLagMs } from './rotation-step.ts'

const deactivated = (deactivatedAt: EpochMs) =>
  ({ kind: 'deactivated', newKeyId: newId, deactivatedAt }) as const
const deleting = (deactivatedAt: EpochMs) =>
  ({ ...deactivated(deactivatedAt), kind: 'deleting', intendedAt: ago(minuteMs) }) as const

const used = (lastUsed: LastUsed) => [[oldId, lastUsed]] as const

describe('before deactivating under rotate', () => {
  const phase = { kind: 'replaced', newKeyId: newId } as const
  const issuedAt = ago(7 * dayMs)
  const handover = { replacementKeyId: newId, issuedAt }
  const entry = anEntry({ state: 'issued', accessKeyId: oldId, handover })
  const keys = [key(), newKey()]

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

  it('sees that the owner has switched the key off and on again, and does nothing else', () => {
    const off = { ...entry, status: 'Inactive' } as const
    expect(stepOf({ phase, entry: off, keys, lastUsed: used(never) })).toStrictEqual({
      kind: 'see-active',
    })
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

  it('holds a key that was used lately, and a key whose use is unknown', () => {
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

  it('waits until the key is unused, or deactivates it in use, as the policy says', () => {
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

describe('the outcome of a deactivation', () => {
  const keys = [key({ status: 'Inactive' }), newKey()]

  it('resolves an Inactive key that keynag did not intend to deactivate', () => {
    expect(stepOf({ phase: { kind: 'replaced', newKeyId: newId }, keys })).toStrictEqual({
      kind: 'resolve',
      how: 'deactivated-by-owner',
      status: 'Inactive',
    })
  })

  it.each(['Active', 'Inactive'] as const)(
    'asks CloudTrail who made an intended deactivation of a key that is %s',
    (status) => {
      const intendedAt = ago(hourMs)
      const phase = { kind: 'deactivating', newKeyId: newId, intendedAt } as const
      const given = { phase, keys: [key({ status }), newKey()] }
      expect(stepOf({ ...given, ownDeactivation: 'unasked' })).toStrictEqual({
        kind: 'look',
        at: { kind: 'own-deactivation', accessKeyId: oldId, since: ago(hourMs + minuteMs) },
      })
      expect(stepOf({ ...given, ownDeactivation: true }).kind).toBe('record-deactivated')
      expect(stepOf({ ...given, ownDeactivation: false }).kind).toBe('wait')
      const long = { ...phase, intendedAt: ago(trailLagMs) }
      expect(stepOf({ ...given, phase: long, ownDeactivation: false })).toMatchObject({
        kind: 'withdraw-intent',
        phase: { kind: 'replaced', newKeyId: newId },
      })
    },
  )

  it('settles an intent whatever the policy enforces by now', () => {
    const phase = { kind: 'deactivating', intendedAt: ago(hourMs) } as const
    const off = [key({ status: 'Inactive' })]
    for (const wanted of ['rotate', 'deactivate', 'settle'] as const) {
      const step = stepOf({ phase, keys: off, wanted, ownDeactivation: true })
      expect(step.kind).toBe('record-deactivated')
    }
    expect(stepOf({ phase, keys: [], wanted: 'settle' })).toMatchObject({
      kind: 'resolve',
      how: 'deleted-by-owner',
    })
  })

  it('needs no replacement under a policy that only deactivates', () => {
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
    expect(stepOf({ phase: deactivated(ago(graceMs - 1)), keys: [inactive] })).toMatchObject({
      kind: 'wait',
      until: plusMs(now, 1),
    })
    const lastUsed = [[oldId, usedAt(ago(graceMs - propagationMs))]] as const
    expect(stepOf({ phase: deactivated(ago(graceMs)), keys: [inactive], lastUsed }).kind).toBe(
      'delete',
    )
  })

  it.each([
    { used: usedAt(ago(graceMs - propagationMs - 1)), code: 'reactivated' },
    { used: unknown, code: 'use-unknown' },
  ] as const)(
    'holds a key that may have been used since its deactivation: $code',
    ({ used, code }) => {
      const phase = deactivated(ago(graceMs))
      const lastUsed = [[oldId, used]] as const
      expect(stepOf({ phase, keys: [inactive], lastUsed })).toMatchObject({ kind: 'hold', code })
    },
  )

  it.each(['Active', 'Expired'] as const)('holds when the key is %s again', (status) => {
    const phase = deactivated(ago(2 * graceMs))
    expect(stepOf({ phase, keys: [key({ status })] })).toMatchObject({
      kind: 'hold',
      code: 'reactivated',
    })
  })

  it('does not take a list for a reactivation before the list has settled', () => {
    const early = deactivated(ago(propagationMs - 1))
    expect(stepOf({ phase: early, keys: [key()] })).toMatchObject({
      kind: 'wait',
      until: plusMs(now, 1),
    })
    const settled = deactivated(ago(propagationMs))
    expect(stepOf({ phase: settled, keys: [key()] })).toMatchObject({
      kind: 'hold',
      code: 'reactivated',
    })
  })

  it('needs another key that works, where the policy replaces keys', () => {
    const phase = deactivated(ago(graceMs))
    const handover = { replacementKeyId: newId, issuedAt: ago(14 * dayMs) }
    const entry = anEntry({ state: 'deactivated', accessKeyId: oldId, handover })
    const other = key({ accessKeyId: otherId })
    const after = (left: readonly ListedKey[], otherUsed?: LastUsed, given = entry) =>
      stepOf({
        phase,
        entry: given,
        keys: [inactive, ...left],
        lastUsed: [[oldId, never], ...(otherUsed ? [[otherId, otherUsed] as const] : [])],
      })
    expect(after([newKey()]).kind).toBe('delete')
    for (const left of [[], [newKey({ status: 'Inactive' })], [newKey({ status: 'Expired' })]]) {
      expect(after(left)).toMatchObject({ kind: 'hold', code: 'replacement-gone' })
    }
    expect(after([other])).toMatchObject({ kind: 'look', at: { accessKeyId: otherId } })
    expect(after([other], usedAt(ago(dayMs))).kind).toBe('delete')
    for (const used of [never, unknown]) {
      expect(after([other], used)).toMatchObject({ kind: 'hold', code: 'replacement-gone' })
    }
    const givenUp = { ...entry, handover: { ...handover, isGivenUp: true as const } }
    expect(after([], undefined, givenUp).kind).toBe('delete')
    const enforce = enforcement({ kind: 'delete', atDay: 90, recoveryGraceDays: 7 })
    expect(stepOf({ phase, entry, enforce, ...quiet }).kind).toBe('delete')
  })

  const quiet = { keys: [inactive], lastUsed: [[oldId, never]] } as const
  const notShown = { kind: 'not-found' } as const

  it('needs the last change of the key to be the deactivation of this story', () => {
    const phase = deactivated(ago(graceMs))
    const accessKeyId = oldId
    expect(stepOf({ ...quiet, phase, lastCall: 'unasked' })).toStrictEqual({
      kind: 'look',
      at: { kind: 'last-call', call: 'UpdateAccessKey', accessKeyId },
    })
    expect(stepOf({ ...quiet, phase, lastCall: byUs }).kind).toBe('delete')
    for (const lastCall of [
      { kind: 'other', who: 'ann' },
      { kind: 'session', sessionName: 'keynag-another' },
    ] as const) {
      expect(stepOf({ ...quiet, phase, lastCall })).toMatchObject({
        kind: 'hold',
        code: 'reactivated',
      })
    }
  })

  it('waits for CloudTrail, and after 90 days without a trace nobody can have changed the key', () => {
    const enforce = enforcement({ kind: 'delete', atDay: 90, recoveryGraceDays: 0 })
    const after = (ms: number) =>
      stepOf({ ...quiet, enforce, phase: deactivated(ago(ms)), lastCall: notShown })
    expect(after(trailLagMs - 1)).toMatchObject({ kind: 'wait', until: plusMs(now, 10 * minuteMs) })
    expect(after(trailLagMs)).toMatchObject({ kind: 'wait', until: plusMs(now, dayMs) })
    expect(after(90 * dayMs - 1)).toMatchObject({ kind: 'wait', until: plusMs(now, 1) })
    expect(after(90 * dayMs).kind).toBe('delete')
  })

  it('of a key that is gone belongs to the one whom CloudTrail names', () => {
    const intended = { phase: deleting(ago(graceMs)), keys: [] }
    expect(stepOf({ ...intended, lastCall: 'unasked' })).toStrictEqual({
      kind: 'look',
      at: { kind: 'last-call', call: 'DeleteAccessKey', accessKeyId: oldId },
    })
    expect(stepOf({ ...intended, lastCall: byUs }).kind).toBe('record-deleted')
    const byOwner = { kind: 'resolve', how: 'deleted-by-owner' }
    expect(stepOf({ ...intended, lastCall: { kind: 'other', who: 'ann' } })).toMatchObject(byOwner)
    expect(stepOf({ ...intended, lastCall: notShown }).kind).toBe('wait')
    const long = { ...intended.phase, intendedAt: ago(trailLagMs) }
    expect(stepOf({ phase: long, keys: [], lastCall: notShown })).toMatchObject(byOwner)
    expect(stepOf({ phase: deactivated(ago(graceMs)), keys: [] })).toMatchObject(byOwner)
  })

  it.each(['Active', 'Inactive', 'Expired'] as const)(
    'that was intended and not made is decided on again: the key is %s',
    (status) => {
      const phase = deleting(ago(graceMs))
      expect(stepOf({ phase, keys: [key({ status })] })).toMatchObject({
        kind: 'withdraw-intent',
        phase: deactivated(phase.deactivatedAt),
      })
    },
  )

  it('throws under a policy that deletes nothing', () => {
    const phase = deactivated(ago(graceMs))
    const enforce = enforcement({ kind: 'deactivate', atDay: 90 })
    expect(() => stepOf({ phase, keys: [inactive], enforce })).toThrow(/deletes nothing/)
  })

  it('throws for a closed rotation', () => {
    expect(() => stepOf({ phase: { kind: 'closed', outcome: 'deleted' }, keys: [] })).toThrow(
      /no next step/,
    )
  })
})
