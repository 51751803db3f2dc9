import {
  done,
  isInstalled,
  plusDays,
  type AccessKeyId,
  type Entry,
  type Outcome,
} from '@keynag/core'
import { keysOfUser } from '../keys-of-user.ts'
import { recordDecided } from './record-decided.ts'
import type { Decided, RotatorPorts } from './rotation-run.ts'

/** How long an unused hand-over is kept before keynag looks at it again, in days. */
const keepDays = 7

/**
 * Deletes the hand-over secret once its retention is over and the new key has been used: only then
 * is it certain that somebody fetched it. The secret stays recoverable for seven more days.
 */
export async function retireSecret(ports: RotatorPorts, decided: Decided): Promise<Outcome> {
  const { entry } = decided
  const { handover, accountId } = entry
  if (handover?.secretArn === undefined) return done('there is no hand-over secret')
  const { secretArn, replacementKeyId } = handover
  const retire = async (why: string): Promise<Outcome> => {
    await ports.handovers.retire(accountId, secretArn)
    return recordDecided(ports, decided, { fact: { kind: 'secret-retired', why } })
  }
  const used = await ports.iam.lastUsed(accountId, replacementKeyId)
  if (isInstalled(handover, used)) return retire('the replacement is in use')
  if (used.kind === 'unknown' && (await isGone(ports, entry, replacementKeyId))) {
    return retire('the replacement is gone')
  }
  const why = used.kind === 'unknown' ? used.why : 'the replacement was not used yet'
  const retireAt = plusDays(ports.clock.now(), keepDays)
  return recordDecided(ports, decided, { fact: { kind: 'secret-kept', retireAt, why } })
}

/** IAM says nothing of a deleted key: only the user's list shows that the key is gone. */
async function isGone(
  { iam }: RotatorPorts,
  entry: Entry,
  accessKeyId: AccessKeyId,
): Promise<boolean> {
  if (entry.state === 'resolved' && entry.resolution === 'user-deleted') return true
  const keys = await keysOfUser(iam, entry, accessKeyId)
  return keys?.every((key) => key.accessKeyId !== accessKeyId) ?? false
}
