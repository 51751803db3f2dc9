import type { Rotation, Write } from '@keynag/core'
import { userKey } from '../books.ts'
import type { SimUser } from '../estate.ts'
import type { Invocation } from '../invocation.ts'
import type { CheckedRun } from './checked-run.ts'

/** I8: only the function that wrote the rotation's latest version changes a key. */
export function checkFence(
  { checks }: CheckedRun,
  invocation: Invocation,
  user: SimUser,
  rotation: Rotation,
): void {
  if (invocation.fences.get(userKey(user)) !== rotation.version) {
    checks.violated('I8', `a key of ${user.name} was changed under a stale fence`)
  }
}

/** I8: each write of a rotation follows the write before it, and takes over no unfinished one. */
export function checkRotationWrite(
  { checks }: CheckedRun,
  invocation: Invocation | undefined,
  { before, after }: Extract<Write, { kind: 'rotation' }>,
): void {
  if (after.version !== (before?.version ?? 0) + 1 || after.fence < (before?.fence ?? 0)) {
    checks.violated('I8', `the rotation of ${after.accessKeyId} has lost its fence`)
  }
  invocation?.fences.set(userKey(after), after.version)
  if (before === undefined || before.rotationId === after.rotationId) return
  const { kind } = before.phase
  if (kind === 'creating' || kind === 'undoing' || kind === 'stored') {
    checks.violated('I8', `the rotation of ${before.accessKeyId} was replaced while ${kind}`)
  }
}
