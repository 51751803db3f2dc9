import { done, plusMs, propagationMs, type Outcome } from '@keynag/core'
import { unlessFrozen } from './gate.ts'
import type { Act } from './look.ts'
import { goOn } from './outcomes.ts'
import type { Work } from './work.ts'

type StepOf<K extends Act['kind']> = Extract<Act, { kind: K }>

/** First half of the way back from a lost secret: the key nobody can use is switched off. */
export async function deactivateOrphan(
  work: Work,
  { secretArn, orphanKeyId, attempt }: StepOf<'deactivate-orphan'>,
): Promise<Outcome> {
  const undoing = { kind: 'undoing', secretArn, attempt, orphanKeyId } as const
  await work.intend(undoing, [])
  return unlessFrozen(work, async () => {
    await work.ports.mutations.deactivate(work.user, orphanKeyId, sessionOf(work))
    await work.record({ phase: { ...undoing, deactivatedAt: work.now } })
    return goOn(work, 'deactivated a new key whose secret was lost')
  })
}

/** Second half, after it has rested: the one deletion of a key that was never handed out. */
export const deleteOrphan = (
  work: Work,
  { secretArn, orphanKeyId, attempt }: StepOf<'delete-orphan'>,
): Promise<Outcome> =>
  unlessFrozen(work, async () => {
    await work.ports.mutations.delete(work.user, orphanKeyId, sessionOf(work))
    const why = 'IAM lists may still show the deleted key'
    await work.record({
      phase: { kind: 'prepared', secretArn, attempt: attempt + 1 },
      fact: { kind: 'postponed', until: plusMs(work.now, propagationMs), why },
    })
    return done('deleted a new key whose secret was lost')
  })

const sessionOf = (work: Work): string => `keynag-${work.rotation.rotationId}-undo`
