import { expect, it } from 'vitest'
import type { Rotation, RotationPhase } from '../../key/rotation.ts'
import { aKeyId, anAccountId, at, aUserId } from '../../testing/ids.ts'
import { aRotation } from '../../testing/rows.ts'
import type { Write } from '../ledger.ts'
import type { LedgerUnderTest } from './ledger-under-test.ts'

export const rotationCases = (on: LedgerUnderTest): void => {
  const phases: readonly RotationPhase[] = [
    { kind: 'opened' },
    { kind: 'prepared', secretArn: 'arn:s', attempt: 1 },
    {
      kind: 'creating',
      secretArn: 'arn:s',
      attempt: 2,
      snapshot: [aKeyId(1), aKeyId(2)],
      intendedAt: at('2026-01-20T09:00:01Z'),
    },
    { kind: 'undoing', secretArn: 'arn:s', attempt: 2, orphanKeyId: aKeyId(3) },
    {
      kind: 'undoing',
      secretArn: 'arn:s',
      attempt: 2,
      orphanKeyId: aKeyId(3),
      deactivatedAt: at('2026-01-20T10:00:00Z'),
    },
    {
      kind: 'stored',
      secretArn: 'arn:s',
      newKeyId: aKeyId(4),
      attempt: 2,
      storedAt: at('2026-01-20T11:00:00Z'),
    },
    { kind: 'replaced', newKeyId: aKeyId(4) },
    { kind: 'deactivating', intendedAt: at('2026-01-27T11:00:00Z') },
    {
      kind: 'deactivated',
      newKeyId: aKeyId(4),
      deactivatedAt: at('2026-01-27T11:00:05Z'),
    },
    {
      kind: 'deleting',
      newKeyId: aKeyId(4),
      deactivatedAt: at('2026-01-27T11:00:05Z'),
      intendedAt: at('2026-02-03T11:00:05Z'),
    },
    { kind: 'closed', outcome: 'deleted' },
  ]

  it('keeps every phase, with its lease and without', async () => {
    let before: Rotation | undefined
    for (const [index, phase] of phases.entries()) {
      const lease = { holder: 'fn-1', fence: index, until: at('2026-01-20T09:15:00Z') }
      const after = aRotation({
        phase,
        fence: index,
        version: index + 1,
        ...(index % 2 === 0 ? { lease } : {}),
      })
      await on.commit({ kind: 'rotation', before, after })
      expect(await on.ledger.rotation(after.accountId, after.userId)).toStrictEqual(after)
      before = after
    }
  })

  it("of several claims on one user's rotation, one wins", async () => {
    const rotation = aRotation()
    await on.commit({ kind: 'rotation', before: undefined, after: rotation })
    const claims = ['fn-1', 'fn-2', 'fn-3'].map((holder): Write => ({
      kind: 'rotation',
      before: rotation,
      after: {
        ...rotation,
        fence: 1,
        version: 2,
        lease: { holder, fence: 1, until: at('2026-01-20T09:15:00Z') },
      },
    }))
    const outcomes = await Promise.all(claims.map((claim) => on.ledger.commit([claim])))
    expect(outcomes.filter(({ kind }) => kind === 'committed')).toHaveLength(1)
    expect(outcomes.filter(({ kind }) => kind === 'lost')).toHaveLength(2)
  })

  it('keeps the rotations of different users and accounts apart', async () => {
    const rotations = [
      aRotation(),
      aRotation({ userId: aUserId(2) }),
      aRotation({ accountId: anAccountId(2) }),
    ]
    for (const after of rotations) await on.commit({ kind: 'rotation', before: undefined, after })
    for (const { accountId, userId } of rotations) {
      expect(await on.ledger.rotation(accountId, userId)).toMatchObject({ accountId, userId })
    }
  })
}
