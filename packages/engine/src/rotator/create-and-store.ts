import {
  done,
  plusMs,
  sessionNameOf,
  type AccessKeyId,
  type ArmedEnforcement,
  type Attempt,
  type CreatedKey,
  type EpochMs,
  type Outcome,
  type RotationPhaseOf,
  type Seen,
  hourMs,
} from '@keynag/core'
import { retireUnissued } from './abandon.ts'
import { capsOn, tomorrow, unlessFrozen, whileOpen } from './gate.ts'
import { tellRecovery, type Act } from './look.ts'
import { goOn } from './outcomes.ts'
import type { Work } from './work.ts'

/** Create and store happen in one delivery: the secret exists nowhere else in between. */
const neededMs = 60_000
const storeTries = 3
const pauseMs = 2_000

/**
 * Intent with the snapshot of key IDs, CreateAccessKey, PutSecretValue, record. A secret that cannot
 * be stored makes its key worthless, so that key is switched off at once.
 */
export async function createAndStore(
  work: Work,
  { secretArn, attempt }: Extract<Act, { kind: 'create' }>,
  seen: Seen,
  enforce: ArmedEnforcement,
): Promise<Outcome> {
  if (work.received.remainingMs() < neededMs) {
    await work.record({})
    return goOn(work, 'too little time left to create and store')
  }
  const snapshot = seen.keys.map((key) => key.accessKeyId)
  const prepared = { kind: 'prepared', secretArn, attempt } as const
  const intent = { kind: 'creating', secretArn, attempt, snapshot, intendedAt: work.now } as const
  const capped = await work.intend(intent, await capsOn(work, 'begin', work.rotation.openedAt))
  if (capped !== undefined) return postpone(work, tomorrow(work.now), capped)
  return whileOpen(work, enforce, () => create(work, prepared), prepared)
}

async function create(work: Work, prepared: RotationPhaseOf<'prepared'>): Promise<Outcome> {
  const { secretArn, attempt } = prepared
  const of = { rotationId: work.rotation.rotationId, attempt }
  const created = await work.ports.mutations.create(work.user, sessionNameOf(of))
  if (created === 'limit-exceeded') {
    const why = 'IAM says the user has two keys already'
    return postpone(work, plusMs(work.now, hourMs), why, prepared)
  }
  if (created === 'no-user') return userGone(work)
  const newKeyId = created.accessKeyId
  const failure = await store(work, secretArn, of, created)
  if (failure !== undefined && !(await isStored(work, secretArn, of, newKeyId))) {
    await giveUp(work, { secretArn, attempt, orphanKeyId: newKeyId })
    throw failure
  }
  const storedAt = work.now
  await work.record({ phase: { kind: 'stored', secretArn, newKeyId, attempt, storedAt } })
  return goOn(work, 'created and stored a replacement')
}

async function postpone(
  work: Work,
  until: EpochMs,
  why: string,
  phase?: RotationPhaseOf<'prepared'>,
): Promise<Outcome> {
  const fact = { kind: 'postponed', until, why } as const
  await work.record({ fact, ...(phase === undefined ? {} : { phase }) })
  return done(`postponed: ${why}`)
}

async function userGone(work: Work): Promise<Outcome> {
  await retireUnissued(work)
  await work.record({
    fact: { kind: 'resolved', how: 'user-deleted' },
    phase: { kind: 'closed', outcome: 'user-deleted' },
  })
  return done('the user is gone')
}

/** The same token each time, so that a repeat of a store that did happen changes nothing. */
async function store(
  work: Work,
  secretArn: string,
  of: Attempt,
  key: CreatedKey,
): Promise<Error | undefined> {
  let failure: Error | undefined
  for (let tries = 0; tries < storeTries; tries += 1) {
    try {
      await work.ports.handovers.store(work.user, secretArn, of, key)
      return undefined
    } catch (error) {
      failure = error instanceof Error ? error : new Error('the secret could not be stored')
      await work.ports.clock.sleep(pauseMs)
    }
  }
  return failure
}

/**
 * Perhaps only the answers were lost. Where nobody can tell, the intent stands, and the next
 * delivery looks again.
 */
async function isStored(
  work: Work,
  secretArn: string,
  of: Attempt,
  newKeyId: AccessKeyId,
): Promise<boolean> {
  const { handovers } = work.ports
  const stored = await handovers.stored(work.user.accountId, secretArn, of)
  return stored.kind === 'key' && stored.newKeyId === newKeyId
}

/** Under a freeze it is left to the next delivery: the phase says what has to be undone. */
async function giveUp(
  work: Work,
  orphan: { secretArn: string; attempt: number; orphanKeyId: AccessKeyId },
): Promise<void> {
  tellRecovery(work, 'store-failed')
  const undoing = { kind: 'undoing', ...orphan } as const
  await work.intend(undoing, [])
  await unlessFrozen(work, async () => {
    const session = `keynag-${work.rotation.rotationId}-undo`
    await work.ports.mutations.deactivate(work.user, orphan.orphanKeyId, session)
    await work.record({ phase: { ...undoing, deactivatedAt: work.now } })
    return done('switched off')
  })
}
