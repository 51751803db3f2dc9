import { z } from 'zod'
import type { Contacts } from '../policy/organization.ts'
import type { Account, IamUser } from './access-key.ts'

/** How the owner was found, surest first. */
export const OwnerSource = z.enum(['tag', 'user-name', 'account', 'default', 'nobody'])
export type OwnerSource = z.infer<typeof OwnerSource>

/**
 * The contact who answers for a key. `id` groups keys: it is the address, or the user's ARN where
 * nobody was found.
 */
export const Owner = z.object({
  id: z.string().min(1),
  email: z.email().optional(),
  manager: z.email().optional(),
  source: OwnerSource,
  /** What pointed at this owner, such as `tag owner`. */
  evidence: z.string(),
})
export type Owner = z.infer<typeof Owner>

const mailAddress = z.email()

/**
 * In place of the organisation's domains where nothing is ever sent, as in an audit. Settings
 * cannot name it: it is no domain.
 */
export const anyDomain = '*'

/**
 * Only addresses in the organisation's own domains count: a user can write any tag, and a nag must
 * not follow it out of the house.
 */
function trusted(value: string | undefined, contacts: Contacts): string | undefined {
  if (value === undefined) return undefined
  const address = value.trim().toLowerCase()
  if (!mailAddress.safeParse(address).success) return undefined
  const domain = address.slice(address.lastIndexOf('@') + 1)
  const { domains } = contacts
  return domains.includes(domain) || domains.includes(anyDomain) ? address : undefined
}

function tagged(user: IamUser, names: readonly string[], contacts: Contacts) {
  for (const name of names) {
    for (const [tag, value] of Object.entries(user.tags)) {
      if (tag.toLowerCase() !== name.toLowerCase()) continue
      const address = trusted(value, contacts)
      if (address !== undefined) return { address, evidence: `tag ${tag}` }
    }
  }
  return undefined
}

/** A user may be called `constructor`: only what the configuration itself names counts. */
const managerOf = (name: string, { managers }: Contacts): string | undefined =>
  Object.hasOwn(managers, name) ? managers[name] : undefined

/** Who answers for this user's keys, from tags, the user name, the account or the default. */
export function resolveOwner(user: IamUser, account: Account, contacts: Contacts): Owner {
  const manager =
    tagged(user, contacts.managerTags, contacts)?.address ??
    trusted(managerOf(user.userName, contacts), contacts)
  const withManager = (owner: Owner): Owner => {
    const found = manager ?? trusted(managerOf(owner.email ?? '', contacts), contacts)
    return found === undefined || found === owner.email ? owner : { ...owner, manager: found }
  }
  const byTag = tagged(user, contacts.ownerTags, contacts)
  if (byTag !== undefined) return withManager(contact(byTag.address, 'tag', byTag.evidence))
  const byName = trusted(user.userName, contacts)
  if (byName !== undefined) {
    return withManager(contact(byName, 'user-name', 'the user name is an address'))
  }
  const byAccount = trusted(contacts.accounts[account.accountId], contacts)
  if (byAccount !== undefined) {
    return withManager(contact(byAccount, 'account', `contact of account ${account.accountId}`))
  }
  const fallback = trusted(contacts.default, contacts)
  if (fallback !== undefined) return withManager(contact(fallback, 'default', 'default contact'))
  return withManager({ id: user.arn, source: 'nobody', evidence: 'no contact found' })
}

const contact = (address: string, source: OwnerSource, evidence: string): Owner => ({
  id: address,
  email: address,
  source,
  evidence,
})
