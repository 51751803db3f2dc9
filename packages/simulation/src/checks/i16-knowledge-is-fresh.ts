import { dayMs, minuteMs, policyNamed, staleSightingDaysOf, type Message } from '@keynag/core'
import type { Invocation } from '../invocation.ts'
import type { CheckedRun } from './checked-run.ts'
import type { Change } from './mutation.ts'

/** I16: a message says something of a key only while keynag knows how the key is. */
export function checkSaidOnKnowledge(
  simulation: CheckedRun,
  invocation: Invocation,
  message: Message,
): void {
  // What keynag has done is true however old its knowledge is.
  if (message.kind === 'deactivated' || message.kind === 'deleted') return
  const keys =
    message.kind === 'nag'
      ? [...message.keys, ...message.alsoOpen]
      : 'key' in message
        ? [message.key]
        : []
  for (const { accessKeyId } of keys) {
    checkKnown(simulation, invocation, accessKeyId, `${message.kind} about ${accessKeyId}`)
  }
}

/** I16: keynag changes no key of an account that it knows nothing new of. */
export function checkDoneOnKnowledge({ simulation, invocation, rotation, what }: Change): void {
  const { accessKeyId } = rotation
  checkKnown(simulation, invocation, accessKeyId, `${what} for ${accessKeyId}`)
}

/** A function runs for at most five minutes, and a message may wait for as long before. */
const runsMs = 10 * minuteMs

function checkKnown(
  { books, checks, estate, now }: CheckedRun,
  { startedAt, organization }: Invocation,
  accessKeyId: string,
  what: string,
): void {
  const { accountId } = estate.key(accessKeyId).user
  const policy = policyNamed(organization.policies, books.entries.get(accessKeyId)?.policy ?? '')
  const age = now - estate.account(accountId).readAt
  if (age > staleSightingDaysOf(policy) * dayMs + runsMs) {
    checks.violated('I16', `${what}, whose account was read ${Math.floor(age / dayMs)} days ago`)
  }
  const stopped = books.accounts.get(accountId)?.stopped
  if (stopped !== undefined && stopped.since < startedAt) {
    checks.violated('I16', `${what}: ${stopped.why}`)
  }
}

/** I16, at the end: the ledger knows of each account what the last list of the Organization showed. */
export function checkAccountsAreNoted({ books, checks, estate, injector }: CheckedRun): void {
  if (injector.incidents.some(({ where }) => where.startsWith('planner '))) return
  for (const { accountId, shown } of estate.accounts.values()) {
    // keynag keeps nothing of an account that no list ever had.
    const state = books.accounts.get(accountId)?.state ?? 'UNLISTED'
    if (shown !== undefined && state !== shown)
      checks.violated('I16', `${accountId} is ${shown}, and not ${state}`)
  }
}
