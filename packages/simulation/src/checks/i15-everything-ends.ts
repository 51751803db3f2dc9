import { dayMs, handoverName, hourMs, isOpen, type Entry, type Rotation } from '@keynag/core'
import { saidOf } from '@keynag/oracle'
import type { CheckedRun } from './checked-run.ts'

/** I15: a hold for a missing replacement is true. */
export function checkReplacementIsGone({ books, checks, estate }: CheckedRun, entry: Entry): void {
  if (entry.hold?.code !== 'replacement-gone') return
  const phase = books.rotationOf(entry)?.phase
  const newKeyId = phase !== undefined && 'newKeyId' in phase ? phase.newKeyId : undefined
  const replacement = newKeyId === undefined ? undefined : estate.key(newKeyId)
  if (replacement?.deletedAt === undefined && replacement?.status === 'Active') {
    checks.violated('I15', `${entry.accessKeyId} was held, and its replacement is Active`)
  }
}

/** I15, at the end: a secret belongs to a key, or to a rotation that waits for a person. */
export function checkNoSecretIsLeft({ books, checks, estate, now, vault }: CheckedRun): void {
  const kept = new Set<string>()
  for (const { handover, hold, userName } of books.entries.values()) {
    if (handover?.secretArn === undefined || handover.retiredAt !== undefined) continue
    const key = estate.key(handover.replacementKeyId)
    const isOld = key.deletedAt !== undefined && key.deletedAt < now - 8 * dayMs
    // keynag no longer finds a key whose user was renamed after the rotation ended.
    const isLost = key.user.name !== userName || key.user.deletedAt !== undefined
    if (!isOld || isLost || hold !== undefined) kept.add(handover.secretArn)
  }
  for (const { accountId, rotationId, phase } of books.rotations.values()) {
    if ('secretArn' in phase) kept.add(phase.secretArn)
    // The function may have crashed after it created the container and before it recorded it.
    if (phase.kind === 'opened') kept.add(vault.arnOf(accountId, handoverName(rotationId)))
  }
  for (const { arn, retiredAt } of vault.secrets.values()) {
    if (retiredAt === undefined && !kept.has(arn)) checks.violated('I15', `${arn} was left behind`)
  }
}

/** I15, at the end: no key is left that keynag made, that works, and that nobody was told of. */
export function checkNoKeyIsLeft({ books, checks, estate }: CheckedRun): void {
  for (const key of estate.keys.values()) {
    const isLeft = key.session !== undefined && key.deletedAt === undefined
    if (!isLeft || key.status !== 'Active' || checks.issued.has(key.id)) continue
    const rotation = books.rotationOf(key.user)
    const isCared = rotation !== undefined && (isOpen(rotation) || isHeldFor(books, rotation))
    if (!isCared && key.uses.length === 0) {
      checks.violated('I15', `${key.id} was made, and is left Active though nobody was told of it`)
    }
  }
}

const isHeldFor = (books: CheckedRun['books'], { accessKeyId }: Rotation): boolean =>
  books.entries.get(accessKeyId)?.hold !== undefined

/** I15, at the end: security heard of each hold that keynag set and that still stands. */
export function checkHoldsAreHeard({ books, checks, letters }: CheckedRun): void {
  for (const { accessKeyId, hold } of books.entries.values()) {
    if (hold === undefined || hold.code === 'operator') continue
    const isHeard = letters.all.some(
      (letter) =>
        letter.kind === 'held' &&
        letter.at >= hold.since &&
        saidOf(letter, accessKeyId).length > 0 &&
        !letter.cameBack,
    )
    if (!isHeard) checks.violated('I15', `${accessKeyId} is held, and nobody heard of it`)
  }
}

/** I15, at the end: whatever is still open waits for a person. */
export function checkNothingIsOpen({ books, checks, injector, now, queues }: CheckedRun): void {
  /** It began after the faults had ended, so the run may end in the midst of it. */
  const isYoung = (rotation: Rotation): boolean => rotation.openedAt > injector.endsAt
  /** It has begun nothing, the key is not due any more, and another key of the user may go on. */
  const isIdle = ({ accessKeyId, phase }: Rotation): boolean => {
    const entry = books.entries.get(accessKeyId)
    return phase.kind === 'opened' && (entry?.state === 'nagging' || entry?.state === 'escalated')
  }
  for (const rotation of books.rotations.values()) {
    const entry = books.entries.get(rotation.accessKeyId)
    if (isOpen(rotation) && entry?.hold === undefined && !isYoung(rotation) && !isIdle(rotation)) {
      checks.violated('I15', `${rotation.accessKeyId} is still ${rotation.phase.kind}`)
    }
  }
  for (const entry of books.entries.values()) {
    const { hold, state, accessKeyId } = entry
    const rotation = books.rotationOf(entry)
    const isOfYoung = rotation?.accessKeyId === accessKeyId && isYoung(rotation)
    if (hold === undefined && (state === 'issuing' || state === 'issued') && !isOfYoung) {
      checks.violated('I15', `${accessKeyId} is still ${state}`)
    }
  }
  for (const notice of books.notices.values()) {
    // News that can wait may wait for the end of a quiet time after the run.
    const waits = notice.kind === 'deleted' && notice.attempts === 0 && (notice.dueAt ?? 0) > now
    if (notice.dueAt !== undefined && !waits) {
      checks.violated('I15', `${notice.noticeId} is not delivered`)
    }
  }
  for (const { queue, sentAt } of queues.waiting.values()) {
    // The run may end in the minutes that a message takes.
    if (now - sentAt > hourMs) checks.violated('I15', `a message is left on the ${queue} queue`)
  }
}
