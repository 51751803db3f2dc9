import { changeSessionOf, done, type EpochMs, type Outcome } from '@keynag/core'
import { capsOn, tomorrow, whileOpen } from './gate.ts'
import { told } from './outcomes.ts'
import type { Reason, Work } from './work.ts'

/** Intent, one last look, DeleteAccessKey, record: the one step that cannot be undone. */
export async function deleteKey(
  work: Work,
  deactivatedAt: EpochMs,
  { enforce, rule }: Reason,
): Promise<Outcome> {
  const { phase } = work.rotation
  const replacement =
    'newKeyId' in phase && phase.newKeyId !== undefined ? { newKeyId: phase.newKeyId } : {}
  const counted = phase.kind === 'deleting' ? phase.intendedAt : undefined
  const capped = await work.intend(
    { kind: 'deleting', ...replacement, deactivatedAt, intendedAt: work.now },
    await capsOn(work, 'delete', counted),
  )
  if (capped !== undefined) {
    await work.record({ fact: { kind: 'postponed', until: tomorrow(work.now), why: capped } })
    return done(`postponed: ${capped}`)
  }
  if (!(await isStillInactive(work))) {
    await work.record({})
    return done('the key changed just before its deletion; the sweeper comes again')
  }
  return whileOpen(work, enforce, async () => {
    const { user, entry, rotation } = work
    const session = changeSessionOf(rotation.rotationId)
    await work.ports.mutations.delete(user, entry.accessKeyId, session)
    return recordDeleted(work, rule)
  })
}

async function isStillInactive(work: Work): Promise<boolean> {
  const { accountId, userName } = work.user
  const keys = (await work.ports.iam.accessKeys(accountId, userName)) ?? []
  const key = keys.find((listed) => listed.accessKeyId === work.entry.accessKeyId)
  return key === undefined || key.status === 'Inactive'
}

export async function recordDeleted(work: Work, rule: string): Promise<Outcome> {
  const { rotationId } = work.rotation
  const notice = await work.record({
    phase: { kind: 'closed', outcome: 'deleted' },
    fact: { kind: 'deleted', rotationId, rule },
    notice: 'deleted',
  })
  return told(work, notice, 'deleted the key')
}
