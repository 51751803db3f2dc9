import type { Account, IamUser } from '../key/access-key.ts'
import type { Match, Policy } from './policy.ts'
import type { Organization } from './organization.ts'

/**
 * The first policy whose match fits the user. `undefined` when none fits; keynag then leaves the
 * user's keys alone.
 */
export function policyFor(
  policies: readonly Policy[],
  user: IamUser,
  account: Account,
): Policy | undefined {
  return policies.find((policy) => fits(policy.match, user, account))
}

function fits(match: Match, user: IamUser, account: Account): boolean {
  return (
    (match.accounts === undefined || match.accounts.includes(account.accountId)) &&
    (match.organizationalUnits === undefined ||
      match.organizationalUnits.some((unit) => account.organizationalUnits.includes(unit))) &&
    (match.paths === undefined || match.paths.some((path) => user.path.startsWith(path))) &&
    (match.userNames === undefined ||
      match.userNames.some((pattern) => likeName(pattern, user.userName))) &&
    (match.groups === undefined || match.groups.some((group) => user.groups.includes(group))) &&
    (match.tags === undefined || hasTags(match.tags, user.tags)) &&
    (match.console === undefined || match.console === user.hasConsole)
  )
}

const hasTags = (
  wanted: Readonly<Record<string, readonly string[]>>,
  tags: Readonly<Record<string, string>>,
): boolean =>
  Object.entries(wanted).every(([name, values]) => {
    const value = Object.hasOwn(tags, name) ? tags[name] : undefined
    return value !== undefined && (values.includes('*') || values.includes(value))
  })

/**
 * Whether the whole name fits the pattern, in which `*` stands for any number of characters. It
 * never backtracks, so no pattern makes it slow: each part matches at its first place.
 */
export function likeName(pattern: string, name: string): boolean {
  const [head = '', ...rest] = pattern.split('*')
  const tail = rest.pop()
  if (tail === undefined) return name === pattern
  if (!name.startsWith(head)) return false
  let from = head.length
  for (const part of rest) {
    const found = name.indexOf(part, from)
    if (found === -1) return false
    from = found + part.length
  }
  return name.length - tail.length >= from && name.endsWith(tail)
}

/** Whether keynag must never change this user's keys (`protected` in the configuration). */
export const isProtected = (
  user: { readonly path: string; readonly userName: string },
  { protected: kept }: Pick<Organization, 'protected'>,
): boolean =>
  kept.paths.some((path) => user.path.startsWith(path)) ||
  kept.userNames.some((pattern) => likeName(pattern, user.userName))
