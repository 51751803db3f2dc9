import {
  changeSessionOf,
  done,
  type AccessKeyId,
  type CapCount,
  type Fact,
  type Outcome,
  type RotationPhase,
} from '@keynag/core'
import { capsOn, tomorrow, whileOpen } from './gate.ts'
import { told } from './outcomes.ts'
import type { Reason, Work } from './work.ts'

/** Intent, UpdateAccessKey, record: the recovery grace begins with the record. */
export async function deactivate(work: Work, reason: Reason): Promise<Outcome> {
  const before = work.rotation.phase
  const intent = { kind: 'deactivating', ...replacementOf(work), intendedAt: work.now } as const
  const capped = await work.intend(intent, await capsOf(work))
  if (capped !== undefined) {
    await work.record({ fact: { kind: 'postponed', until: tomorrow(work.now), why: capped } })
    return done(`postponed: ${capped}`)
  }
  const go = async (): Promise<Outcome> => {
    const { user, entry, rotation } = work
    const session = changeSessionOf(rotation.rotationId)
    const result = await work.ports.mutations.deactivate(user, entry.accessKeyId, session)
    if (result === 'done') return recordDeactivated(work, reason)
    await work.record({
      fact: { kind: 'resolved', how: 'deleted-by-owner' },
      phase: { kind: 'closed', outcome: 'deleted-by-owner' },
    })
    return done('the owner had deleted the key')
  }
  return whileOpen(work, reason.enforce, go, before)
}

/** Where nothing is replaced, the rotation was opened for this, and counted then. */
function capsOf(work: Work): Promise<readonly CapCount[]> {
  const { phase, openedAt } = work.rotation
  const counted = phase.kind === 'deactivating' ? phase.intendedAt : undefined
  return work.entry.state === 'issued'
    ? capsOn(work, 'deactivate', counted)
    : capsOn(work, 'begin', counted ?? openedAt)
}

/** Stamps now, also where the call was made by a delivery that died: that only lengthens a grace. */
export async function recordDeactivated(work: Work, { enforce, rule }: Reason): Promise<Outcome> {
  const { rotationId } = work.rotation
  const staysInactive =
    enforce.kind === 'deactivate' ||
    (enforce.kind === 'rotate' && enforce.recoveryGraceDays === 'never')
  const phase: RotationPhase = staysInactive
    ? { kind: 'closed', outcome: 'deactivated' }
    : { kind: 'deactivated', ...replacementOf(work), deactivatedAt: work.now }
  const fact: Fact = { kind: 'deactivated', rotationId, rule }
  return told(
    work,
    await work.record({ phase, fact, notice: 'deactivated' }),
    'deactivated the key',
  )
}

function replacementOf(work: Work): { newKeyId?: AccessKeyId } {
  const { phase } = work.rotation
  return 'newKeyId' in phase && phase.newKeyId !== undefined ? { newKeyId: phase.newKeyId } : {}
}
