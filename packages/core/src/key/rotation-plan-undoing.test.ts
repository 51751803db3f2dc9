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
import { dayMs, hourMs, minuteMs, plusMs, type EpochMs } from '../time.ts'
import { leaseMs, type RotationPhase } from './rotation.ts'
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

const storedAndTested = (at: EpochMs): RotationPhase => ({
  kind: 'stored',
  secretArn,
  newKeyId: newId,
  attempt: 1,
  storedAt: ago(6 * hourMs),
  testedAt: at,
})
const newKeyUsed = (at: EpochMs, service = 'sts') => [[newId, { kind: 'at', at, service }]] as const

describe('a new key that keynag has tested', () => {
  const ended = anEntry({ accessKeyId: oldId, state: 'resolved' })
  const testedAt = ago(5 * hourMs)
  const made = newKey({ createdAt: ago(6 * hourMs) })
  const given = { keys: [made], entry: ended, wanted: 'abandon', isFetched: false } as const
  const phase = storedAndTested(testedAt)
  const asTested = newKeyUsed(testedAt)

  it('is undone where IAM shows the test and nobody has fetched the key', () => {
    const step = stepOf({ ...given, phase, lastUsed: asTested })
    expect(step).toMatchObject({ kind: 'deactivate-orphan', testedAt })
    const of = { secretArn, attempt: 1, orphanKeyId: newId, testedAt }
    const rested = { kind: 'undoing', ...of, deactivatedAt: ago(orphanGraceMs) } as const
    const keys = [{ ...made, status: 'Inactive' as const }]
    expect(stepOf({ ...given, phase: rested, keys, lastUsed: asTested })).toMatchObject({
      kind: 'delete-orphan',
      testedAt,
    })
  })

  it('is left to whoever has fetched or used it', () => {
    expect(stepOf({ ...given, phase, lastUsed: asTested, isFetched: true }).kind).toBe('abandon')
    const usedLater = newKeyUsed(plusMs(testedAt, leaseMs + 1))
    expect(stepOf({ ...given, phase, lastUsed: usedLater }).kind).toBe('abandon')
    const usedElsewhere = newKeyUsed(testedAt, 's3')
    expect(stepOf({ ...given, phase, lastUsed: usedElsewhere }).kind).toBe('abandon')
  })

  it('waits until CloudTrail shows who had fetched it by the time of the test', () => {
    const late = storedAndTested(ago(hourMs))
    expect(stepOf({ ...given, phase: late, lastUsed: newKeyUsed(ago(hourMs)) })).toMatchObject({
      kind: 'wait',
      until: plusMs(now, hourMs + leaseMs + 15 * minuteMs),
    })
  })

  it('holds the old key where CloudTrail has forgotten who fetched it', () => {
    const keys = [newKey({ createdAt: ago(90 * dayMs) })]
    expect(stepOf({ ...given, phase, keys, lastUsed: asTested })).toMatchObject({
      kind: 'hold',
      code: 'orphan-unproven',
      why: expect.stringContaining('nobody can tell'),
    })
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
