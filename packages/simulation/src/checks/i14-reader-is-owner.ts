import type { Entry, Fact, Message } from '@keynag/core'
import type { Invocation } from '../invocation.ts'
import type { CheckedRun } from './checked-run.ts'

/** I14: a reminder to a person names only keys of this person, as far as keynag could know. */
export function checkReaderIsOwner(
  { books, checks }: CheckedRun,
  invocation: Invocation,
  message: Message,
  reader: string,
): void {
  if (message.kind !== 'nag') return
  for (const { accessKeyId } of [...message.keys, ...message.alsoOpen]) {
    const entry = books.entries.get(accessKeyId)
    if (entry === undefined || entry.changedAt >= invocation.startedAt) continue
    if (entry.owner.email !== reader) {
      checks.violated('I14', `${reader} was told about ${accessKeyId} of ${entry.owner.id}`)
    }
  }
}

/** I14: a reminder counts only for the person who got it. A channel is no such person. */
export function checkNaggedOwner(
  { checks }: CheckedRun,
  { accessKeyId, owner }: Entry,
  fact: Fact,
): void {
  if (fact.kind !== 'nagged') return
  if (fact.delivery.to !== owner.email) {
    checks.violated('I14', `${accessKeyId} counts a reminder that ${fact.delivery.to} got`)
  }
}
