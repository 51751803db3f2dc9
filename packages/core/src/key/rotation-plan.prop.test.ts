import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aRotationId } from '../testing/ids.ts'
import {
  ago,
  byUs,
  never,
  newId,
  now,
  oldId,
  otherId,
  secretArn,
  stepOf,
  unknown,
  usedAt,
} from '../testing/next-step.ts'
import { dayMs } from '../time.ts'
import { sessionNameOf, type RotationPhase } from './rotation.ts'
import { orphanGraceMs } from './lost-create.ts'
import { trailDays, type Maker } from './rotation-step.ts'

const fixed = <T extends string>(kind: T) => fc.constant(kind)

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

  it('takes a step only when its conditions are met', () => {
    const property = fc.property(
      phase,
      keys,
      fc.array(lastUsed, { minLength: 3, maxLength: 3 }),
      fc.array(maker, { minLength: 3, maxLength: 3 }),
      fc.boolean(),
      fc.boolean(),
      fc.oneof(maker, fixed('ours')),
      (phase, keys, uses, makers, isStored, ownDeactivation, calls) => {
        const ids = [oldId, newId, otherId]
        const lastCall = calls === 'ours' ? byUs : calls
        const lastUsed = ids.map((id, index) => [id, uses[index] ?? unknown] as const)
        const step = stepOf({
          phase,
          keys,
          lastUsed,
          makers: ids.map((id, index) => [id, makers[index] ?? { kind: 'not-found' }] as const),
          stored: isStored ? { kind: 'key', newKeyId: newId } : { kind: 'absent' },
          ownDeactivation,
          lastCall,
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
          case 'record-deactivated':
            return phase.kind === 'deactivating' && ownDeactivation
          case 'record-deleted':
            return phase.kind === 'deleting' && (calls === 'ours' || calls.kind === 'session')
          case 'delete':
            return (
              find(oldId)?.status === 'Inactive' &&
              step.deactivatedAt <= ago(7 * dayMs) &&
              used.get(oldId)?.kind !== 'unknown' &&
              (calls === 'ours' ||
                (calls.kind === 'not-found' && step.deactivatedAt <= ago(trailDays * dayMs)))
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
