import type { Organization } from '@keynag/core'
import type { SimUser } from '../estate.ts'
import type { Invocation } from '../invocation.ts'
import type { CheckedRun } from './checked-run.ts'
import type { Mutation } from './mutation.ts'

/** I13: keynag changes no key of a protected user. */
export function checkUserIsNotProtected(
  { checks }: CheckedRun,
  invocation: Invocation,
  user: SimUser,
): void {
  const isNow = isKept(user, invocation.organization)
  if (isNow && user.movedAt <= invocation.startedAt) {
    checks.violated('I13', `a key of the protected user ${user.name} was changed`)
  }
}

/** As a person reads the configuration, without keynag's code: names without case, paths with case. */
export const isKept = (user: SimUser, { protected: kept }: Organization): boolean =>
  kept.paths.some((path) => user.path.startsWith(path)) ||
  kept.userNames.some((pattern) => asRegExp(pattern).test(user.name))

export const asRegExp = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll(/[.+]/g, '\\$&').replaceAll('*', '.*')}$`, 'i')

/** I13: keynag neither deactivates nor deletes an exempt key. */
export function checkNotExempt({ simulation, invocation, entry, what }: Mutation): void {
  const { checks, exemptSince, now } = simulation
  const since = exemptSince.get(entry.accessKeyId) ?? Infinity
  if (
    what !== 'create' &&
    entry.exemption !== undefined &&
    entry.exemption.until > now &&
    since < invocation.lastEntryAt
  ) {
    checks.violated('I13', `${what} of ${entry.accessKeyId}, which is exempt`)
  }
}
