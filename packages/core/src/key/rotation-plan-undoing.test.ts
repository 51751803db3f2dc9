import { describe, expect, it } from 'vitest'
import {
  ago,
  creating,
  key,
  never,
  newId,
  newKey,
  now,
  oldId,
  secretArn,
  settledMs,
  stepOf,
  stored,
  unknown,
  usedAt,
} from '../testing/next-step.ts'
import { anEntry } from '../testing/rows.ts'
import { hourMs, plusMs, type EpochMs } from '../time.ts'
import type { RotationPhase } from './rotation.ts'
import { orphanGraceMs } from './lost-create.ts'

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

  it('creates nothing more: it returns to the phase before the create', () => {
    const given = { phase: long, keys: [key()], stored: { kind: 'absent' }, entry: making } as const
    expect(stepOf({ ...given, wanted: 'abandon' }).kind).toBe('retry-create')
  })

  it('issues a stored replacement while the old key is open', () => {
    const keys = [key(), newKey()]
    const given = { keys, entry: making, wanted: 'abandon' } as const
    expect(stepOf({ ...given, phase: long, stored: inVault }).kind).toBe('adopt-stored')
    expect(stepOf({ ...given, phase: stored(ago(hourMs)), stored: inVault }).kind).toBe(
      'test-and-issue',
    )
  })

  it('undoes the stored replacement of a settled key, unless somebody uses it', () => {
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

const undoing = (deactivatedAt?: EpochMs, attempt = 1): RotationPhase => ({
  kind: 'undoing',
  secretArn,
  attempt,
  orphanKeyId: newId,
  ...(deactivatedAt === undefined ? {} : { deactivatedAt }),
})

describe('while an orphan is undone', () => {
  const unused = [[newId, never]] as const

  it('deactivates the orphan only when it is proven unused', () => {
    const given = { phase: undoing(), keys: [key(), newKey()] }
    expect(stepOf(given).kind).toBe('look')
    expect(stepOf({ ...given, lastUsed: unused }).kind).toBe('deactivate-orphan')
    expect(stepOf({ ...given, lastUsed: [[newId, usedAt(now)]] }).kind).toBe('hold')
  })

  it('deactivates it again when the deactivation was not recorded', () => {
    const keys = [key(), newKey({ status: 'Inactive' })]
    expect(stepOf({ phase: undoing(), keys, lastUsed: unused }).kind).toBe('deactivate-orphan')
  })

  it('deletes it after its grace', () => {
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

  it('creates again once the orphan is gone', () => {
    expect(stepOf({ phase: undoing(ago(hourMs), 3), keys: [key()] })).toMatchObject({
      kind: 'retry-create',
      attempt: 4,
    })
  })
})
