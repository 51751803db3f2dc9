import type { DeadLetter, EpochMs } from '@keynag/core'
import { type Facts, subjectsOf } from './look-up.ts'
import type { Filters } from './options.ts'
import { beganAt, eventIdOf, type Reading, reasonOf, typeOf } from './read-letter.ts'

/** Whether a letter matches the filters that need only the letter itself, not the ledger. */
export function isWanted(
  letter: DeadLetter,
  reading: Reading,
  now: EpochMs,
  { queue, type, reason, olderThan, newerThan, id }: Filters,
): boolean {
  const ageMs = now - beganAt(letter, reading)
  return (
    (queue === undefined || letter.queue === queue) &&
    (type === undefined || typeOf(reading) === type) &&
    (reason === undefined || reasonOf(letter) === reason) &&
    (olderThan === undefined || ageMs > olderThan) &&
    (newerThan === undefined || ageMs < newerThan) &&
    (id === undefined || letter.messageId === id || eventIdOf(reading) === id)
  )
}

/** Whether a letter is about the account and key of the filters. An unreadable letter is not. */
export function isAbout(reading: Reading, facts: Facts, { account, key }: Filters): boolean {
  if (account === undefined && key === undefined) return true
  const { accounts, keys } = subjectsOf(reading, facts)
  return (
    (account === undefined || accounts.includes(account)) &&
    (key === undefined || keys.includes(key))
  )
}
