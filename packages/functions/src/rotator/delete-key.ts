import { done, type EpochMs, type Outcome } from '@keynag/core'
import { told, unlessFrozen } from './outcomes.ts'
import type { Work } from './work.ts'

/** Intent, one last look, DeleteAccessKey, record: the one step that cannot be undone. */
export async function deleteKey(
  work: Work,
  deactivatedAt: EpochMs,
  rule: string,
): Promise<Outcome> {
  const { phase } = work.rotation
  const replacement =
    'newKeyId' in phase && phase.newKeyId !== undefined ? { newKeyId: phase.newKeyId } : {}
  await work.record({
    phase: { kind: 'deleting', ...replacement, deactivatedAt, intendedAt: work.now },
    keepLease: true,
  })
  return unlessFrozen(work, async () => {
    if (!(await isStillInactive(work))) {
      await work.record({})
      return done('the key changed just before its deletion; the sweeper comes again')
    }
    const { user, entry, rotation } = work
    const session = `keynag-${rotation.rotationId}`
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
