import {
  changeSessionOf,
  openIntent,
  settledRule,
  settling,
  type Actor,
  type Entry,
  type Seen,
} from '@keynag/core'
import type { HeldRotation } from '../held-rotation.ts'
import { noticeOfNext } from '../outbox.ts'
import type { Ports } from '../ports.ts'
import { entryWrite } from '../record-fact.ts'
import { deactivated } from '../rotator/deactivate.ts'
import { busy, refused, type Answer } from './answer.ts'
import { findKey } from './find-key.ts'

type Settled = { readonly kind: 'settled'; readonly entry: Entry } | Answer

/**
 * keynag may have deactivated the key, or been about to delete it, and have lost the answer. A
 * rollback first finds out what became of such an open intent, and records it.
 */
export async function settleFirst(
  { clock, iam, organization }: Pick<Ports, 'clock' | 'iam' | 'organization'>,
  held: HeldRotation,
  entry: Entry,
  actor: Actor,
): Promise<Settled> {
  const { rotation } = held
  const { accessKeyId } = entry
  const intent = openIntent(rotation, entry)
  if (intent === undefined) return { kind: 'settled', entry }
  const found = await findKey({ iam }, entry)
  if (found.kind === 'gone')
    return refused(`${accessKeyId} is gone: keynag finds out who deleted it`)
  if (found.kind === 'refused') return found.answer
  const now = clock.now()
  const seen: Seen = { keys: [found.key], lastUsed: new Map(), makers: new Map() }
  let step = settling({ entry, seen, now }, intent)
  if (step.kind === 'look' && step.at.kind === 'own-deactivation') {
    const session = changeSessionOf(rotation.rotationId)
    const { since } = step.at
    const ownDeactivation = await iam.deactivatedBy(entry.accountId, accessKeyId, session, since)
    step = settling({ entry, seen: { ...seen, ownDeactivation }, now }, intent)
  }
  switch (step.kind) {
    case 'record-deactivated': {
      const made = deactivated(organization, { rotation, entry, rule: settledRule, now })
      const write = entryWrite(organization, entry, made.fact, actor, now)
      const notice = noticeOfNext(made.notice, entry, now)
      const committed = await held.write({ phase: made.phase, counted: [] }, write, notice)
      return committed.kind === 'committed'
        ? { kind: 'settled', entry: write.after }
        : busy(`${accessKeyId} has just changed`)
    }
    case 'withdraw-intent': {
      const committed = await held.write({ phase: step.phase })
      return committed.kind === 'committed'
        ? { kind: 'settled', entry }
        : busy(`${accessKeyId} has just changed`)
    }
    case 'wait':
      return busy(
        `keynag was about to deactivate ${accessKeyId}, and CloudTrail does not show yet whether it did: ` +
          'repeat the rollback in ten minutes, or activate the key in IAM',
      )
    default:
      return refused(`${accessKeyId}: keynag is finding out what became of it`)
  }
}
