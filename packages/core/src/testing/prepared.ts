import type { RotationId } from '../ids.ts'
import type { Handovers, UserRef } from '../ports.ts'

/** Makes the empty hand-over secret of a rotation. */
export async function prepared(
  handovers: Handovers,
  user: UserRef,
  rotationId: RotationId,
): Promise<{ secretArn: string }> {
  const secret = await handovers.prepare(user, rotationId)
  if (secret === 'name-taken') throw new Error(`the secret of ${rotationId} is being deleted`)
  return secret
}
