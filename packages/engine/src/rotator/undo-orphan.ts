import { plusMs, propagationMs, type StepOf, type UserRef } from '@keynag/core'
import { freezeOver } from './obstacle.ts'
import type { RotationRun, StepResult } from './rotation-run.ts'

/** The first half of the way back from a lost secret: deactivates the key that nobody can use. */
export async function deactivateOrphan(
  run: RotationRun,
  user: UserRef,
  { secretArn, orphanKeyId, attempt, testedAt }: Omit<StepOf<'deactivate-orphan'>, 'kind'>,
): Promise<StepResult> {
  const tested = testedAt === undefined ? {} : { testedAt }
  const undoing = { kind: 'undoing', secretArn, attempt, orphanKeyId, ...tested } as const
  await run.intend(undoing)
  const obstacle = await freezeOver(run.ports, run.entry)
  if (obstacle !== undefined) return obstacle
  const result = await run.ports.mutations.deactivate(user, orphanKeyId, sessionOf(run))
  const renamed = await run.renamed(user, result)
  if (renamed !== undefined) return { ...renamed, phase: undoing }
  return {
    reason: 'deactivated a new key whose secret was lost',
    phase: { ...undoing, deactivatedAt: run.now },
    isMade: true,
    goesOn: true,
  }
}

/** The second half, after the key has rested: the one deletion of a key that nobody was handed. */
export async function deleteOrphan(
  run: RotationRun,
  user: UserRef,
  { secretArn, orphanKeyId, attempt }: StepOf<'delete-orphan'>,
): Promise<StepResult> {
  const obstacle = await freezeOver(run.ports, run.entry)
  if (obstacle !== undefined) return obstacle
  const result = await run.ports.mutations.delete(user, orphanKeyId, sessionOf(run))
  const renamed = await run.renamed(user, result)
  if (renamed !== undefined) return renamed
  const why = 'IAM lists may still show the deleted key'
  return {
    reason: 'deleted a new key whose secret was lost',
    phase: { kind: 'prepared', secretArn, attempt: attempt + 1 },
    fact: { kind: 'postponed', until: plusMs(run.now, propagationMs), why },
  }
}

const sessionOf = ({ rotation }: RotationRun): string => `keynag-${rotation.rotationId}-undo`
