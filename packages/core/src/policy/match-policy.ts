import { isBelow, likeName, sameName, tagNamed } from '../iam-names.ts'
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

/** The policy that applies to the user. `undefined` also when the configuration protects the user. */
export const policyOf = (
  user: IamUser,
  account: Account,
  organization: Pick<Organization, 'policies' | 'protected'>,
): Policy | undefined =>
  isProtected(user, organization) ? undefined : policyFor(organization.policies, user, account)

function fits(match: Match, user: IamUser, account: Account): boolean {
  return (
    (match.accounts === undefined || match.accounts.includes(account.accountId)) &&
    (match.organizationalUnits === undefined ||
      match.organizationalUnits.some((unit) => account.organizationalUnits.includes(unit))) &&
    (match.paths === undefined || match.paths.some((path) => isBelow(user, path))) &&
    (match.userNames === undefined ||
      match.userNames.some((pattern) => likeName(pattern, user.userName))) &&
    (match.groups === undefined ||
      match.groups.some((group) => user.groups.some((own) => sameName(own, group)))) &&
    (match.tags === undefined || hasTags(match.tags, user.tags)) &&
    (match.console === undefined || match.console === user.hasConsole)
  )
}

const hasTags = (
  wanted: Readonly<Record<string, readonly string[]>>,
  tags: Readonly<Record<string, string>>,
): boolean =>
  Object.entries(wanted).every(([name, values]) => {
    const tag = tagNamed(tags, name)
    return tag !== undefined && (values.includes('*') || values.includes(tag.value))
  })

/** Whether keynag must never change this user's keys (`protected` in the configuration). */
export const isProtected = (
  user: { readonly path: string; readonly userName: string },
  { protected: kept }: Pick<Organization, 'protected'>,
): boolean =>
  kept.paths.some((path) => isBelow(user, path)) ||
  kept.userNames.some((pattern) => likeName(pattern, user.userName))
