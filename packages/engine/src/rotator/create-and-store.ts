import {
  hourMs,
  plusMs,
  sessionNameOf,
  type ArmedEnforcement,
  type Attempt,
  type CreatedKey,
  type RotationPhaseOf,
  type Seen,
  type StepOf,
  type UserRef,
} from '@keynag/core'
import { logRecovery } from './look.ts'
import { capsFor, closedWindow, obstacleTo } from './obstacle.ts'
import {
  postponed,
  unlessRefused,
  userNotFound,
  type RotationRun,
  type StepResult,
} from './rotation-run.ts'
import { deactivateOrphan } from './undo-orphan.ts'

/** Create and store happen in one delivery: the secret exists nowhere else in between. */
const neededMs = 60_000
const storeTries = 3
const pauseMs = 2_000

/**
 * Intent with the snapshot of key IDs, CreateAccessKey, PutSecretValue, record. A secret that cannot
 * be stored makes its key worthless, so that key is deactivated at once.
 */
export async function createAndStore(
  run: RotationRun,
  user: UserRef,
  { secretArn, attempt }: StepOf<'create'>,
  seen: Seen,
  enforce: ArmedEnforcement,
): Promise<StepResult> {
  const closed = closedWindow(enforce, run.now)
  // Before anything is counted.
  if (closed !== undefined) return closed
  if (run.remainingMs() < neededMs) {
    return { reason: 'too little time left to create and store', goesOn: true }
  }
  const snapshot = seen.keys.map((key) => key.accessKeyId)
  const prepared = { kind: 'prepared', secretArn, attempt } as const
  const intent = { kind: 'creating', secretArn, attempt, snapshot, intendedAt: run.now } as const
  const obstacle =
    (await run.intend(intent, await capsFor(run.ports, run.entry, 'begin'))) ??
    (await obstacleTo(run, enforce))
  if (obstacle !== undefined) return { ...obstacle, phase: prepared }
  return create(run, user, prepared)
}

async function create(
  run: RotationRun,
  user: UserRef,
  prepared: RotationPhaseOf<'prepared'>,
): Promise<StepResult> {
  const { secretArn, attempt } = prepared
  const of = { rotationId: run.rotation.rotationId, attempt }
  const { mutations } = run.ports
  const answer = await unlessRefused(run, prepared, () => mutations.create(user, sessionNameOf(of)))
  if ('refused' in answer) return answer.refused
  const created = answer.made
  if (created === 'limit-exceeded') {
    const again = plusMs(run.now, hourMs)
    return { ...postponed(again, 'IAM says the user has two keys already'), phase: prepared }
  }
  if (created === 'no-user') {
    const { until, why } = userNotFound(run.now)
    return { ...postponed(until, why), phase: prepared }
  }
  const newKeyId = created.accessKeyId
  const failure = await store(run, user, secretArn, of, created)
  if (failure !== undefined && !(await isStored(run, secretArn, of, created))) {
    logRecovery(run, 'store-failed')
    // Under a freeze the phase tells the next delivery to undo the key.
    await run.record(
      await deactivateOrphan(run, user, { secretArn, attempt, orphanKeyId: newKeyId }),
    )
    throw failure
  }
  return {
    reason: 'created and stored a replacement',
    phase: { kind: 'stored', secretArn, newKeyId, attempt, storedAt: run.now },
    isMade: true,
    goesOn: true,
  }
}

/** The same token each time, so that a repeat of a store that did happen changes nothing. */
async function store(
  { ports: { handovers, clock } }: RotationRun,
  user: UserRef,
  secretArn: string,
  of: Attempt,
  key: CreatedKey,
): Promise<Error | undefined> {
  let failure: Error | undefined
  for (let tries = 0; tries < storeTries; tries += 1) {
    try {
      await handovers.store(user, secretArn, of, key)
      return undefined
    } catch (error) {
      failure = error instanceof Error ? error : new Error('the secret could not be stored')
      await clock.sleep(pauseMs)
    }
  }
  return failure
}

/**
 * Perhaps only the answers were lost. Where nobody can tell, the intent stands, and the next
 * delivery looks again.
 */
async function isStored(
  { ports, entry }: RotationRun,
  secretArn: string,
  of: Attempt,
  { accessKeyId }: CreatedKey,
): Promise<boolean> {
  const stored = await ports.handovers.stored(entry.accountId, secretArn, of)
  return stored.kind === 'key' && stored.newKeyId === accessKeyId
}
