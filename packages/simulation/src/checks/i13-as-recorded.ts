import type { IamUser, Organization, Policy } from '@keynag/core'
import type { SimUser } from '../estate.ts'
import { asRegExp, isKept } from './i13-right-target.ts'
import type { Mutation } from './mutation.ts'

/**
 * I13: keynag changes a key only under the policy that fits the user, and only while the user belongs to
 * the owner in the ledger. A change after the function had read the user could not be seen.
 */
export function checkUserIsAsRecorded(
  { simulation, invocation, entry, what }: Mutation,
  user: SimUser,
): void {
  const { lastUser, organization } = invocation
  if (lastUser !== undefined && !isStill(user, lastUser)) return
  const isKeptNow = isKept(user, organization)
  const { units } = simulation.estate.account(user.accountId)
  const policy = organization.policies.find(
    ({ match }) => !isKeptNow && isUnder(user, units, match),
  )
  const violated = (why: string): void =>
    simulation.checks.violated('I13', `${what} for ${entry.accessKeyId} of ${user.name}: ${why}`)
  if (policy?.name !== entry.policy) {
    violated(`the ledger says policy ${entry.policy}, and it is ${policy?.name ?? 'none'}`)
  }
  const owner = ownerOf(user, organization)
  if (entry.owner.email !== owner) {
    violated(`the ledger says owner ${entry.owner.id}, and it is ${owner ?? 'nobody'}`)
  }
}

const isStill = (user: SimUser, seen: IamUser): boolean =>
  user.name === seen.userName &&
  user.path === seen.path &&
  JSON.stringify([user.groups, user.tags]) === JSON.stringify([seen.groups, seen.tags])

const isUnder = (
  user: SimUser,
  units: readonly string[],
  { accounts, organizationalUnits, paths, userNames, groups, tags, console }: Policy['match'],
): boolean =>
  (accounts?.includes(user.accountId) ?? true) &&
  (organizationalUnits?.some((unit) => units.includes(unit)) ?? true) &&
  (paths?.some((path) => user.path.startsWith(path)) ?? true) &&
  (userNames?.some((pattern) => asRegExp(pattern).test(user.name)) ?? true) &&
  (groups?.some((group) => user.groups.some((own) => asRegExp(group).test(own))) ?? true) &&
  (console === undefined || console === user.hasConsole) &&
  Object.entries(tags ?? {}).every(([key, values]) => {
    const value = tagOf(user, key)
    return value !== undefined && (values.includes('*') || values.includes(value))
  })

/** The people here have addresses in one domain, and no user has an address as its name. */
function ownerOf(user: SimUser, { contacts }: Organization): string | undefined {
  const tagged = contacts.ownerTags.map((name) => tagOf(user, name)?.toLowerCase())
  return (
    tagged.find((address) => address?.endsWith('@example.com') === true) ??
    contacts.accounts[user.accountId] ??
    contacts.default
  )
}

const tagOf = ({ tags }: SimUser, key: string): string | undefined =>
  Object.entries(tags).find(([own]) => own.toLowerCase() === key.toLowerCase())?.[1]
