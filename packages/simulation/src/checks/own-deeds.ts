import type { SimKey } from '../estate.ts'
import type { CheckedRun } from './checked-run.ts'

/** keynag's own deactivation of the key, if nobody has changed the key since. */
function ownDeactivation(key: SimKey) {
  const last = key.events.at(-1)
  return last?.what === 'deactivated' && last.by === 'keynag' ? last : undefined
}

function isRecorded({ books }: CheckedRun, key: SimKey): boolean {
  const since = ownDeactivation(key)?.at ?? 0
  return books.factsOf(key.id).some(({ at, fact }) => fact.kind === 'deactivated' && at >= since)
}

/** I14, at the end: whatever keynag deactivated is recorded, and so the owner was told. */
export function checkOwnDeedsAreRecorded(run: CheckedRun): void {
  for (const { accessKeyId } of run.books.entries.values()) {
    const key = run.estate.key(accessKeyId)
    if (run.checks.trailLate.has(key.id)) continue
    if (key.user.deletedAt === undefined && ownDeactivation(key) && !isRecorded(run, key)) {
      run.checks.violated('I14', `${key.id} was deactivated by keynag, and nobody was told`)
    }
  }
}

/**
 * I6: an operator can roll back what keynag deactivated, also before keynag has recorded it, and until
 * keynag intends the deletion, or the account is closed or gone: then nobody can change its keys.
 */
export function checkRollbackIsNotRefused(run: CheckedRun, accessKeyId: string): void {
  const key = run.estate.key(accessKeyId)
  const entry = run.books.entries.get(accessKeyId)
  if (entry === undefined || entry.userName !== key.user.name) return
  if (run.checks.trailLate.has(key.id)) return
  const { phase, accessKeyId: rotated } = run.books.rotationOf(key.user) ?? {}
  const isBeingDeleted = phase?.kind === 'deleting' && rotated === accessKeyId
  const isClosed = entry.state === 'resolved' && entry.resolution === 'account-closed'
  if (ownDeactivation(key) !== undefined && !isBeingDeleted && !isClosed) {
    run.checks.violated(
      'I6',
      `the rollback of ${key.id} was refused, and keynag had deactivated it`,
    )
  }
}
