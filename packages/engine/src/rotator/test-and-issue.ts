import {
  done,
  hourMs,
  plusDays,
  plusMs,
  type ArmedEnforcement,
  type Attempt,
  type Fact,
  type Outcome,
  type RotationPhaseOf,
} from '@keynag/core'
import { told } from './outcomes.ts'
import type { Work } from './work.ts'

/** Pauses between tries of a new key, in milliseconds: new keys have taken 8–15 s to work. */
const pausesMs = [0, 2_000, 4_000, 8_000, 16_000, 30_000] as const
/** A key that IAM still refuses after this long will not come to work by itself. */
const unusableMs = hourMs
/** For a replacement whose policy stopped rotating while it was made. */
const usualRetentionDays = 30

/**
 * Signs a request with the stored key, promotes it to AWSCURRENT, and only then says `issued`,
 * with the message to the owner in the same transaction.
 */
export async function testAndIssue(
  work: Work,
  phase: RotationPhaseOf<'stored'>,
  enforce: ArmedEnforcement | undefined,
): Promise<Outcome> {
  const { secretArn, newKeyId, storedAt } = phase
  const { user, rotation } = work
  const { handovers } = work.ports
  const retentionDays = enforce?.kind === 'rotate' ? enforce.retentionDays : usualRetentionDays
  const attempt = { rotationId: rotation.rotationId, attempt: phase.attempt }
  const answer = await tryKey(work, secretArn, attempt)
  if (answer === undefined) {
    if (work.now < storedAt + unusableMs) {
      const until = plusMs(work.now, 10 * 60_000)
      const why = 'IAM does not accept the new key yet'
      await work.record({ fact: { kind: 'postponed', until, why } })
      return done(why)
    }
    return holdUnusable(work, `IAM refuses the new key ${newKeyId} an hour after it was made`)
  }
  if (answer !== user.arn) {
    return holdUnusable(work, `the new key ${newKeyId} belongs to somebody else than ${user.arn}`)
  }
  await handovers.promote(user.accountId, secretArn, attempt)
  const fact: Fact = {
    kind: 'replacement-issued',
    rotationId: rotation.rotationId,
    replacementKeyId: newKeyId,
    secretArn,
    retireAt: plusDays(work.now, retentionDays),
  }
  const notice = await work.record({
    phase: { kind: 'replaced', newKeyId },
    fact,
    notice: 'replacement-issued',
  })
  return told(work, notice, 'issued a replacement')
}

/** The ARN that the new key speaks for, or `undefined` while IAM refuses it. */
async function tryKey(
  work: Work,
  secretArn: string,
  attempt: Attempt,
): Promise<string | undefined> {
  const { clock, handovers } = work.ports
  for (const pauseMs of pausesMs) {
    if (pauseMs > 0) await clock.sleep(pauseMs)
    const { accountId } = work.user
    const answer = await handovers.test(accountId, secretArn, attempt)
    if (answer.kind === 'works') return answer.userArn
  }
  return undefined
}

async function holdUnusable(work: Work, why: string): Promise<Outcome> {
  const fact: Fact = { kind: 'held', code: 'replacement-unusable', why }
  return told(work, await work.record({ fact, notice: 'held' }), `held: ${why}`)
}
