import {
  decideRollback,
  isoTime,
  openIntent,
  type AccessKeyId,
  type Actor,
  type Entry,
  type Fact,
} from '@keynag/core'
import { HeldRotation, isHeld, newRotation } from '../held-rotation.ts'
import { hasName } from '../keys-of-user.ts'
import { noticeOfNext } from '../outbox.ts'
import type { Ports } from '../ports.ts'
import { entryWrite } from '../record-fact.ts'
import { conflict, retryOnConflict } from '../retry-on-conflict.ts'
import { answered, busy, refused, type Answer, type Request } from './answer.ts'
import { findKey, renamed } from './find-key.ts'
import { settleFirst } from './settle-first.ts'

type RollbackPorts = Pick<
  Ports,
  'clock' | 'iam' | 'ids' | 'ledger' | 'mutations' | 'organization' | 'telemetry'
>

/**
 * Reactivates a key that keynag has deactivated, and holds it. The user's lease is taken first, so
 * that no deletion is in flight; then the hold is written, which is the intent; then IAM is called;
 * then the rollback is recorded and the rotation closed.
 *
 * If the process dies after the hold, the key is held as `rolled-back`: nothing deletes it, an
 * operator may roll it back again at any time, and a scan that sees it Active records the rollback.
 * A freeze does not stop a rollback: it takes nothing away from anybody.
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
  const isSettled = openIntent(rotation, entry) === undefined
  const early = isSettled ? decideRollback(entry, rotation) : undefined
  if (early?.kind === 'refused') return refused(`${accessKeyId}: ${early.why}`)
  const atWork = `a function is at work on the keys of ${entry.userName}`
  if (isHeld(rotation, ports)) return busy(`${atWork} until ${isoTime(rotation.lease.until)}`)
  // A closed one stays closed: if this process dies, nothing is left open.
  const closed = { kind: 'closed', outcome: 'rolled-back' } as const
  const next = rotation ?? newRotation(ports, entry, undefined, closed)
  const taken = await HeldRotation.take(ports, rotation, next)
  if (taken.kind !== 'taken') return busy(`${atWork}; try again when it is done`)
  try {
    return await underLease(ports, taken.held, accessKeyId, request)
  } finally {
    await taken.held.giveBack()
  }
}

async function underLease(
  ports: RollbackPorts,
  held: HeldRotation,
  accessKeyId: AccessKeyId,
  request: Request,
): Promise<Answer> {
  // The entry may have changed between the first read and the lease.
  const known = await ports.ledger.entry(accessKeyId)
  if (known === undefined) return refused(`the ledger holds no key ${accessKeyId}`)
  const settled = await settleFirst(ports, held, known, operatorNamed(request.by))
  if (settled.kind !== 'settled') return settled
  const decision = decideRollback(settled.entry, held.rotation)
  if (decision.kind === 'refused') return refused(`${accessKeyId}: ${decision.why}`)
  const seen = await findKey(ports, decision.entry)
  const gone = refused(`${accessKeyId} is gone: somebody deleted it`)
  if (seen.kind === 'gone') return gone
  if (seen.kind === 'refused') return seen.answer
  if (!(await holdKey(ports, held, decision.entry, request))) {
    return busy(`${accessKeyId} has just changed`)
  }
  const { rotationId } = decision.entry
  const session = `keynag-${rotationId}-rollback`
  const result = await ports.mutations.reactivate(seen.user, accessKeyId, session)
  if (result === 'no-user' || (result === 'gone' && !(await hasName(ports.iam, seen.user)))) {
    return refused(`${renamed(seen.user)}; the key stays held, so repeat the rollback then`)
  }
  if (result === 'gone') {
    const fact = { kind: 'resolved', how: 'deleted-by-owner' } as const
    await finish(ports, held, accessKeyId, fact, request)
    return gone
  }
  const fact = { kind: 'rolled-back', rotationId, ...request } as const
  await finish(ports, held, accessKeyId, fact, request)
  ports.telemetry.count('KeysRolledBack', 1)
  return answered(`${accessKeyId} is Active again since ${isoTime(ports.clock.now())}, and held`)
}

/** Writes the intent: the hold, and the message to security. False: the entry changed meanwhile. */
async function holdKey(
  { organization, clock }: RollbackPorts,
  held: HeldRotation,
  entry: Entry,
  { by, why }: Request,
): Promise<boolean> {
  if (entry.hold?.code === 'rolled-back') return true
  const now = clock.now()
  const fact = { kind: 'held', code: 'rolled-back', why: `${by}: ${why}` } as const
  const committed = await held.write(
    {},
    entryWrite(organization, entry, fact, operatorNamed(by), now),
    noticeOfNext('held', entry, now),
  )
  return committed.kind === 'committed'
}

/**
 * Records the end for the key and closes its rotation, both or neither, however a scan has changed
 * the entry meanwhile. The rotation of another of the user's keys is left as it is.
 *
 * @throws KeynagError transient when the lease was lost; the hold stands
 */
const finish = (
  { ledger, organization, clock }: RollbackPorts,
  held: HeldRotation,
  accessKeyId: AccessKeyId,
  fact: Extract<Fact, { kind: 'rolled-back' | 'resolved' }>,
  { by }: Request,
): Promise<void> =>
  retryOnConflict(`the rotation of ${accessKeyId}`, async () => {
    const { rotation } = held
    const outcome = fact.kind === 'resolved' ? fact.how : fact.kind
    const isOwn = rotation.accessKeyId === accessKeyId
    const entry = await ledger.entry(accessKeyId)
    // A scan that saw the key Active may have recorded the rollback already.
    const writes =
      entry?.state === 'deactivated'
        ? [entryWrite(organization, entry, fact, operatorNamed(by), clock.now())]
        : []
    const closed = { phase: { kind: 'closed', outcome } } as const
    const committed = await held.finish(isOwn ? closed : {}, ...writes)
    return committed.kind === 'committed' ? undefined : conflict
  })

const operatorNamed = (name: string): Actor => ({ kind: 'operator', name })
