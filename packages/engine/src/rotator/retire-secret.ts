import {
  done,
  plusDays,
  type AccessKeyId,
  type Actor,
  type Entry,
  type EpochMs,
  type Fact,
  type Outcome,
} from '@keynag/core'
import { entryWrite } from '../entry-write.ts'
import type { RotatorPorts } from './work.ts'

/** How long an unused hand-over is kept before it is looked at again, in days. */
const keepDays = 7

/**
 * Deletes the hand-over secret once its retention is over and the new key has been used: only then
 * is it certain that somebody picked it up. The secret stays recoverable for seven more days.
 */
export async function retireSecret(
  ports: RotatorPorts,
  entry: Entry,
  actor: Actor,
  now: EpochMs,
): Promise<Outcome> {
  const { handover } = entry
  if (handover?.secretArn === undefined) return done('there is no hand-over secret')
  const write = async (fact: Fact): Promise<void> => {
    await ports.ledger.commit([entryWrite(ports.organization, entry, fact, actor, now)])
  }
  const used = await ports.iam.lastUsed(entry.accountId, handover.replacementKeyId)
  // keynag's own test of the key, before it was issued, counts as a use to IAM.
  if (used.kind === 'at' && used.at > handover.issuedAt) {
    await ports.handovers.retire(entry.accountId, handover.secretArn)
    await write({ kind: 'secret-retired', why: 'the replacement is in use' })
    return done('retired the hand-over secret')
  }
  if (used.kind === 'unknown' && (await isGone(ports, entry, handover.replacementKeyId))) {
    await ports.handovers.retire(entry.accountId, handover.secretArn)
    await write({ kind: 'secret-retired', why: 'the replacement is gone' })
    return done('retired the hand-over secret of a key that is gone')
  }
  const why = used.kind === 'unknown' ? used.why : 'the replacement was not used yet'
  await write({ kind: 'secret-kept', retireAt: plusDays(now, keepDays), why })
  return done(`kept the hand-over secret: ${why}`)
}

/** IAM says nothing of a deleted key: only the user's list tells that it is one. */
async function isGone(
  { iam }: RotatorPorts,
  entry: Entry,
  accessKeyId: AccessKeyId,
): Promise<boolean> {
  if (entry.state === 'resolved' && entry.resolution === 'user-deleted') return true
  const { accountId, userId, userName } = entry
  const user = await iam.user(accountId, userName)
  if (user?.userId !== userId) return false
  const keys = await iam.accessKeys(accountId, userName)
  return keys?.every((key) => key.accessKeyId !== accessKeyId) ?? false
}
