import { dayMs, policyNamed, type Entry } from '@keynag/core'
import type { CheckedRun } from './checked-run.ts'

/**
 * I14, at the end: a date that the owner read has not passed in silence. If keynag has not done by then
 * what it announced, a later message told the owner so.
 */
export function checkDateIsKept(run: CheckedRun): void {
  for (const entry of run.books.entries.values()) {
    if (!isReminded(entry) || entry.owner.email === undefined) continue
    if (!isStillPersonal(run, entry)) continue
    const { accessKeyId } = entry
    const read = run.letters.all.filter(
      ({ to, cameBack, accessKeyIds }) =>
        to === entry.owner.email && !cameBack && accessKeyIds.includes(accessKeyId),
    )
    const date = read.at(-1)?.dates.get(accessKeyId)
    const everyDays = policyNamed(run.organization.policies, entry.policy)?.nag.everyDays ?? 0
    if (date !== undefined && run.now > date + (everyDays + 2) * dayMs) {
      run.checks.violated(
        'I14',
        `the date that the owner read for ${accessKeyId} passed in silence`,
      )
    }
  }
}

/** keynag reminds of a key in these states, unless it is held. */
const isReminded = ({ state, hold, undeliveredCount }: Entry): boolean =>
  (state === 'nagging' || state === 'escalated') && hold === undefined && undeliveredCount === 0

/**
 * keynag does not tell an owner yet that nobody keeps the date, when the key comes under a policy that
 * sends nothing, that announces nothing or that posts in a channel, or under no policy. Remove this
 * when keynag does.
 */
function isStillPersonal({ organization }: CheckedRun, entry: Entry): boolean {
  const policy = policyNamed(organization.policies, entry.policy)
  return policy !== undefined && policy.mode === 'enforce' && policy.enforce.kind !== 'none'
}
