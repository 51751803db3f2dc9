import {
  isOpen,
  releaseFact,
  type AccessKeyId,
  type Actor,
  type Entry,
  type Rotation,
  type Write,
} from '@keynag/core'
import { entryWrite } from '../entry-write.ts'
import type { Ports } from '../ports.ts'
import { answered, busy, refused, type Answer, type Request } from './answer.ts'

type ReleasePorts = Pick<Ports, 'clock' | 'ledger' | 'organization'>

const tries = 5

/**
 * Ends a hold, and with it what the hold was about. Where that is a key which somebody switched on
 * again, its saga ends here: its owner is warned anew, and it has all of its graces again.
 */
export async function release(
  ports: ReleasePorts,
  accessKeyId: AccessKeyId,
  request: Request,
): Promise<Answer> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const entry = await ports.ledger.entry(accessKeyId)
    if (entry === undefined) return refused(`the ledger holds no key ${accessKeyId}`)
    const fact = releaseFact(entry, request)
    if (fact === undefined) return refused(`${accessKeyId} is not held`)
    const now = ports.clock.now()
    const actor: Actor = { kind: 'operator', name: request.by }
    const writes: Write[] = [entryWrite(ports.organization, entry, fact, actor, now)]
    if (fact.kind === 'reactivation-accepted') {
      const rotation = await ports.ledger.rotation(entry.accountId, entry.userId)
      if (rotation?.lease !== undefined && rotation.lease.until > now) {
        return busy(`a function is at work on the keys of ${entry.userName}`)
      }
      writes.push(...closing(rotation, entry))
    }
    const committed = await ports.ledger.commit(writes)
    if (committed.kind !== 'committed') continue
    return answered(
      fact.kind === 'released'
        ? `released ${accessKeyId}`
        : `released ${accessKeyId}, which stays Active: its owner is warned anew`,
    )
  }
  return busy(`${accessKeyId} keeps changing`)
}

function closing(rotation: Rotation | undefined, { accessKeyId }: Entry): readonly Write[] {
  if (rotation === undefined || rotation.accessKeyId !== accessKeyId || !isOpen(rotation)) return []
  const { lease: _, ...rest } = rotation
  const after: Rotation = {
    ...rest,
    phase: { kind: 'closed', outcome: 'reactivated' },
    version: rotation.version + 1,
  }
  return [{ kind: 'rotation', before: rotation, after }]
}
