import { z } from 'zod'
import { oneAddress, sameName, tagNamed } from '../iam-names.ts'
import type { Contacts } from '../policy/organization.ts'
import type { Account, IamUser } from './access-key.ts'

/** How keynag found the owner, from the surest to the least sure. */
export const OwnerSource = z.enum(['tag', 'user-name', 'account', 'default', 'nobody'])
export type OwnerSource = z.infer<typeof OwnerSource>

/**
 * The contact who answers for a key. Keys with the same `id` have the same owner: it is the
 * contact's address, or the ARN of the IAM user when no contact was found.
 */
export const Owner = z.object({
  id: z.string().min(1),
  email: z.email().optional(),
  manager: z.email().optional(),
  /** The owner's own zone, by whose clock the quiet time counts. */
  timeZone: z.string().optional(),
  source: OwnerSource,
  /** Where keynag found the owner, such as `tag owner`. */
  evidence: z.string(),
})
export type Owner = z.infer<typeof Owner>

const mailAddress = z.email()

/**
 * Trusts addresses in every domain. Only for commands that send nothing, such as an audit. A
 * configuration cannot contain it, because it is not a domain.
 */
export const anyDomain = '*'

/**
 * Only addresses in the organisation's own domains count. A user can set any tag, and keynag must
 * not mail details of keys to an outsider whom a tag names.
 */
function trusted(value: string | undefined, contacts: Contacts): string | undefined {
  if (value === undefined) return undefined
  const address = oneAddress(value)
  if (!mailAddress.safeParse(address).success) return undefined
  const domain = address.slice(address.lastIndexOf('@') + 1)
  const { domains } = contacts
  return domains.includes(domain) || domains.includes(anyDomain) ? address : undefined
}

function tagged(user: IamUser, names: readonly string[], contacts: Contacts) {
  for (const name of names) {
    const tag = tagNamed(user.tags, name)
    const address = trusted(tag?.value, contacts)
    if (tag !== undefined && address !== undefined) return { address, evidence: `tag ${tag.key}` }
  }
  return undefined
}

/** What the configuration says of a person, by address or by user name. Neither differs by case. */
const saidOf = (name: string, said: Readonly<Record<string, string>>): string | undefined =>
  Object.entries(said).find(([one]) => sameName(oneAddress(one), name))?.[1]

/**
 * Finds who answers for this user's keys. It tries the owner tags, the user name, the account's
 * contact and the default contact, in this order.
 */
export function resolveOwner(user: IamUser, account: Account, contacts: Contacts): Owner {
  const owner = contactFor(user, account, contacts)
  const { email = '' } = owner
  const manager =
    tagged(user, contacts.managerTags, contacts)?.address ??
    trusted(saidOf(user.userName, contacts.managers), contacts) ??
    trusted(saidOf(email, contacts.managers), contacts)
  const timeZone = saidOf(email, contacts.timeZones)
  return {
    ...owner,
    ...(manager === undefined || manager === owner.email ? {} : { manager }),
    ...(timeZone === undefined ? {} : { timeZone }),
  }
}

function contactFor(user: IamUser, account: Account, contacts: Contacts): Owner {
  const byTag = tagged(user, contacts.ownerTags, contacts)
  if (byTag !== undefined) return contact(byTag.address, 'tag', byTag.evidence)
  const byName = trusted(user.userName, contacts)
  if (byName !== undefined) return contact(byName, 'user-name', 'the user name is an address')
  const byAccount = trusted(contacts.accounts[account.accountId], contacts)
  if (byAccount !== undefined) {
    return contact(byAccount, 'account', `contact of account ${account.accountId}`)
  }
  const fallback = trusted(contacts.default, contacts)
  if (fallback !== undefined) return contact(fallback, 'default', 'default contact')
  return { id: user.arn, source: 'nobody', evidence: 'no contact found' }
}

const contact = (address: string, source: OwnerSource, evidence: string): Owner => ({
  id: address,
  email: address,
  source,
  evidence,
})
