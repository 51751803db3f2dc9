import {
  hourMs,
  minuteMs,
  plusDays,
  plusMs,
  type Attempt,
  type Goal,
  type RotationPhaseOf,
  type UserRef,
} from '@keynag/core'
import { held, postponed, type RotationRun, type StepResult } from './rotation-run.ts'

/** Pauses between tries of a new key, in milliseconds: new keys have taken 8 to 15 s to work. */
const pausesMs = [0, 2_000, 4_000, 8_000, 16_000, 30_000] as const
/** A key that IAM still refuses after this long will not come to work by itself. */
const unusableMs = hourMs
/** For a replacement whose policy stopped rotating while it was made. */
const usualRetentionDays = 30

/**
 * Signs a request with the stored key and promotes it to AWSCURRENT. Only then the key counts as
 * issued, and the message to the owner is written in the same transaction.
 */
export async function testAndIssue(
  run: RotationRun,
  user: UserRef,
  phase: RotationPhaseOf<'stored'>,
  goal: Goal,
): Promise<StepResult> {
  const { secretArn, newKeyId, storedAt, attempt } = phase
  const { rotationId } = run.rotation
  // Before the test, so that keynag never takes its own test for a use by somebody else.
  await run.intend({ ...phase, testedAt: run.now })
  const of = { rotationId, attempt }
  const userId = await tryKey(run, user, secretArn, of)
  if (userId === undefined) {
    if (run.now < storedAt + unusableMs) {
      return postponed(plusMs(run.now, 10 * minuteMs), 'IAM does not accept the new key yet')
    }
    const why = `IAM refuses the new key ${newKeyId} an hour after it was made`
    return held('replacement-unusable', why)
  }
  if (userId !== user.userId) {
    const why = `the new key ${newKeyId} belongs to somebody else than ${user.arn}`
    return held('replacement-unusable', why)
  }
  await run.ports.handovers.promote(user.accountId, secretArn, of)
  const retireAt = plusDays(run.now, retentionDaysOf(goal))
  return {
    reason: 'issued a replacement',
    phase: { kind: 'replaced', newKeyId },
    fact: {
      kind: 'replacement-issued',
      rotationId,
      replacementKeyId: newKeyId,
      secretArn,
      retireAt,
    },
    notice: 'replacement-issued',
  }
}

const retentionDaysOf = (goal: Goal): number =>
  'enforce' in goal && goal.enforce.kind === 'rotate'
    ? goal.enforce.retentionDays
    : usualRetentionDays

/** The ID of the user that the new key authenticates as, or `undefined` while IAM refuses the key. */
async function tryKey(
  { ports: { clock, handovers } }: RotationRun,
  user: UserRef,
  secretArn: string,
  of: Attempt,
): Promise<string | undefined> {
  for (const pauseMs of pausesMs) {
    if (pauseMs > 0) await clock.sleep(pauseMs)
    const answer = await handovers.test(user.accountId, secretArn, of)
    if (answer.kind === 'works') return answer.userId
  }
  return undefined
}
