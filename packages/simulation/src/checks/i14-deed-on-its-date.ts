import { dayMs, policyNamed } from '@keynag/core'
import { dateReadIn } from './i14-date-is-kept.ts'
import { ownerLastRead, withdrawnBefore } from './i14-warned-before.ts'
import type { Mutation } from './mutation.ts'

/**
 * I14: a deed comes no earlier than the date that the owner read last, and not long after it: a date
 * that moves is told anew once in each nag period, and at least once a week.
 */
export function checkDeedIsOnItsDate(mutation: Mutation): void {
  const { simulation, invocation, entry, what } = mutation
  const { checks, letters, now } = simulation
  const { accessKeyId } = entry
  const email = ownerLastRead(mutation)
  const isWithdrawn = withdrawnBefore(mutation)
  const date = letters.all
    .filter(({ at, to }) => to === email && at < invocation.lastEntryAt)
    .filter((letter) => !letter.cameBack && !isWithdrawn(letter))
    .map((letter) => dateReadIn(letter, accessKeyId))
    .findLast((read) => read !== undefined)
  if (date === undefined) return
  if (now < date) checks.violated('I14', `${what} of ${accessKeyId} before the date last read`)
  // A create takes nothing from anybody.
  if (what !== 'create' && now > date + (retoldDays(mutation) + 2) * dayMs) {
    checks.violated('I14', `${what} of ${accessKeyId} long after the date last read`)
  }
}

const retoldDays = ({ invocation, entry }: Mutation): number =>
  Math.min(7, policyNamed(invocation.organization.policies, entry.policy)?.nag.everyDays ?? 7)
