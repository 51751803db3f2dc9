import { describe, expect, it } from 'vitest'
import {
  ago,
  creating,
  key,
  never,
  newId,
  newKey,
  oldId,
  secretArn,
  stepOf,
  stored,
  usedAt,
} from '../testing/next-step.ts'
import { dayMs, hourMs, minuteMs, secondMs } from '../time.ts'
import { recoveryRules, type RecoveryRule } from './recovery.ts'
import type { RotationPhaseOf } from './rotation.ts'

type Given = Parameters<typeof stepOf>[0]

const undoing = (deactivatedAt?: ReturnType<typeof ago>): RotationPhaseOf<'undoing'> => ({
  kind: 'undoing',
  secretArn,
  attempt: 1,
  orphanKeyId: newId,
  ...(deactivatedAt === undefined ? {} : { deactivatedAt }),
})
const deactivating = { kind: 'deactivating', intendedAt: ago(3 * hourMs) } as const
const deactivated = { kind: 'deactivated', deactivatedAt: ago(9 * dayMs) } as const
const deleting = { ...deactivated, kind: 'deleting', intendedAt: ago(minuteMs) } as const
const unused: Given['lastUsed'] = [
  [oldId, never],
  [newId, never],
]
const off = key({ status: 'Inactive' })
const absent = { kind: 'absent' } as const
const inVault = { kind: 'key', newKeyId: newId } as const

/** A situation for each rule, left by a delivery that died, and the step that makes up for it. */
const situations: readonly (readonly [RecoveryRule, Given, string])[] = [
  ['preflight-again', { phase: { kind: 'opened' }, keys: [key()] }, 'prepare'],
  ['lists-settle', { phase: creating(ago(minuteMs)), keys: [key()], stored: absent }, 'wait'],
  ['create-again', { phase: creating(ago(hourMs)), keys: [key()], stored: absent }, 'retry-create'],
  [
    'stored-adopted',
    { phase: creating(ago(hourMs)), keys: [key()], stored: { kind: 'key', newKeyId: newId } },
    'adopt-stored',
  ],
  [
    'trail-awaited',
    {
      phase: creating(ago(hourMs)),
      keys: [key(), newKey()],
      stored: absent,
      makers: [[newId, { kind: 'not-found' }]],
    },
    'wait',
  ],
  [
    'trail-awaited',
    { phase: { ...deactivating, intendedAt: ago(hourMs) }, keys: [key()], ownDeactivation: false },
    'wait',
  ],
  [
    'orphan-unproven',
    {
      phase: creating(ago(hourMs)),
      keys: [key(), newKey()],
      stored: absent,
      makers: [[newId, { kind: 'other', who: 'ann' }]],
    },
    'hold',
  ],
  ['orphan-off-again', { phase: undoing(), keys: [key()] }, 'deactivate-orphan'],
  ['orphan-rests', { phase: undoing(ago(minuteMs)), keys: [key()] }, 'wait'],
  [
    'orphan-deleted',
    {
      phase: undoing(ago(2 * hourMs)),
      keys: [key(), newKey({ status: 'Inactive' })],
      lastUsed: unused,
    },
    'delete-orphan',
  ],
  ['orphan-gone', { phase: undoing(ago(2 * hourMs)), keys: [key()] }, 'retry-create'],
  ['orphan-reactivated', { phase: undoing(ago(2 * hourMs)), keys: [key(), newKey()] }, 'hold'],
  [
    'issue-again',
    { phase: stored(ago(hourMs)), keys: [key(), newKey()], stored: inVault },
    'test-and-issue',
  ],
  [
    'deactivated-unrecorded',
    { phase: deactivating, keys: [off], ownDeactivation: true },
    'record-deactivated',
  ],
  [
    'deactivated-unrecorded',
    { phase: deactivating, keys: [key()], ownDeactivation: true },
    'record-deactivated',
  ],
  ['deactivate-again', { phase: deactivating, keys: [key()] }, 'withdraw-intent'],
  ['reactivated', { phase: deactivated, keys: [key()] }, 'hold'],
  ['deleted-outside', { phase: deactivated, keys: [] }, 'resolve'],
  ['deleted-unrecorded', { phase: deleting, keys: [] }, 'record-deleted'],
  ['delete-again', { phase: deleting, keys: [off] }, 'withdraw-intent'],
]

describe('a step that makes up for a delivery that died', () => {
  it.each(situations)('carries the rule %s', (recovery, given, kind) => {
    expect(stepOf(given)).toMatchObject({ kind, recovery })
  })

  it('has a situation here for every rule that a step can carry', () => {
    const elsewhere = ['orphan-off', 'store-failed', 'notice-again', 'retire-again']
    const shown = new Set<string>([...situations.map(([rule]) => rule), ...elsewhere])
    expect([...shown].toSorted()).toStrictEqual(Object.keys(recoveryRules).toSorted())
  })
})

describe('a step of the usual course', () => {
  it.each<[string, Given]>([
    [
      'create',
      { phase: { kind: 'prepared', secretArn, attempt: 1 }, keys: [key()], stored: absent },
    ],
    ['test-and-issue', { phase: stored(ago(secondMs)), keys: [key(), newKey()], stored: inVault }],
    [
      'deactivate',
      { phase: { kind: 'replaced', newKeyId: newId }, keys: [key(), newKey()], lastUsed: unused },
    ],
    ['delete', { phase: deactivated, keys: [off], lastUsed: unused }],
    [
      'hold',
      { phase: deactivated, keys: [off], lastUsed: [[oldId, { kind: 'unknown', why: 'no' }]] },
    ],
    [
      'wait',
      {
        phase: { ...deactivated, deactivatedAt: ago(dayMs) },
        keys: [off],
        lastUsed: [[oldId, usedAt(ago(2 * dayMs))]],
      },
    ],
  ])('carries no rule: %s', (kind, given) => {
    const step = stepOf(given)
    expect(step).toMatchObject({ kind })
    expect(step).not.toHaveProperty('recovery')
  })
})
