import {
  decideRollback,
  isoTime,
  policyNamed,
  type AccessKeyId,
  type Entry,
  type EntryIn,
  type UserRef,
} from '@keynag/core'
import type { Ports } from '../ports.ts'
import { answered, busy, refused, type Answer, type Request } from './answer.ts'
import { UserLease } from './user-lease.ts'

type RollbackPorts = Pick<
  Ports,
  'clock' | 'iam' | 'ids' | 'ledger' | 'mutations' | 'organization' | 'telemetry'
>

/**
 * Switches a key on again that keynag has switched off, and holds it. The user's lease is taken
 * first, so that no deletion is in flight; then the hold is written, which is the intent; then IAM
 * is called; then the rollback is recorded and the saga closed.
 *
 * If it dies after the hold, the key is held as `rolled-back`: nothing deletes it, it may be rolled
 * back again at any time, and a scan that sees it Active records what was not. A freeze does not
 * stop a rollback: it takes nothing away from anybody.
 *
 * @throws KeynagError when IAM or the ledger cannot be reached; it may be repeated
 */
export async function rollBack(
  ports: RollbackPorts,
  accessKeyId: AccessKeyId,
  request: Request,
): Promise<Answer> {
  const entry = await ports.ledger.entry(accessKeyId)
  if (entry === undefined) return refused(`the ledger holds no key ${accessKeyId}`)
  const rotation = await ports.ledger.rotation(entry.accountId, entry.userId)
  const early = decide(ports, entry, rotation)
  if (early.kind === 'refused') return refused(`${accessKeyId}: ${early.why}`)
  const lease = await UserLease.take(ports, entry, rotation, request)
  if (lease.kind === 'held') {
    return busy(`a function is at work on the keys of ${entry.userName} until ${lease.until}`)
  }
  try {
    return await underLease(ports, lease.lease, accessKeyId, request)
  } catch (error) {
    await lease.lease.giveBack()
    throw error
  }
}

async function underLease(
  ports: RollbackPorts,
  lease: UserLease,
  accessKeyId: AccessKeyId,
  request: Request,
): Promise<Answer> {
  // What was read before the lease was taken may have changed until then.
  const entry = await ports.ledger.entry(accessKeyId)
  const decision = entry === undefined ? undefined : decide(ports, entry, lease.rotation)
  if (decision?.kind !== 'go') {
    await lease.giveBack()
    return refused(`${accessKeyId}: ${decision?.why ?? 'the ledger holds no such key'}`)
  }
  const seen = await lookFor(ports, decision.entry)
  if (seen.kind === 'refused') {
    await lease.giveBack()
    return seen.answer
  }
  if (!(await lease.intend(decision.entry, request))) {
    await lease.giveBack()
    return busy(`${accessKeyId} has just changed`)
  }
  const session = `keynag-${decision.entry.rotationId}-rollback`
  const result = await ports.mutations.reactivate(seen.user, accessKeyId, session)
  if (result === 'gone') {
    await lease.finish(accessKeyId, { kind: 'resolved', how: 'deleted-by-owner' })
    return refused(`${accessKeyId} is gone: somebody deleted it`)
  }
  const { rotationId } = decision.entry
  await lease.finish(accessKeyId, { kind: 'rolled-back', rotationId, ...request })
  ports.telemetry.count('KeysRolledBack', 1)
  return answered(`${accessKeyId} is Active again since ${isoTime(ports.clock.now())}, and held`)
}

const decide = (
  { clock, organization }: RollbackPorts,
  entry: Entry,
  rotation: Parameters<typeof decideRollback>[1],
) => decideRollback(entry, rotation, policyNamed(organization.policies, entry.policy), clock.now())

type Found =
  | { readonly kind: 'found'; readonly user: UserRef }
  | { readonly kind: 'refused'; readonly answer: Answer }

const no = (sentence: string): Found => ({ kind: 'refused', answer: refused(sentence) })

/** Names are reused, IDs are not: a key of another user is never switched on. */
async function lookFor({ iam }: RollbackPorts, entry: EntryIn<'deactivated'>): Promise<Found> {
  const { accessKeyId, accountId, userName, userId } = entry
  const user = await iam.user(accountId, userName)
  if (user === undefined) return no(`account ${accountId} has no user ${userName} any more`)
  if (user.userId !== userId) {
    return no(`${userName} is another user by now: ${user.userId}, and the key was of ${userId}`)
  }
  const keys = (await iam.accessKeys(accountId, userName)) ?? []
  const key = keys.find((listed) => listed.accessKeyId === accessKeyId)
  if (key === undefined) return no(`${accessKeyId} is gone: somebody deleted it`)
  if (key.status === 'Expired') return no(`${accessKeyId} has expired; IAM does not renew it`)
  return { kind: 'found', user }
}
