import { z } from 'zod'
import { repeatedName } from '../iam-names.ts'
import { AccountId } from '../ids.ts'
import { Policy } from './policy.ts'
import { TimeZone } from './wall-clock.ts'
import { SlackChannel } from './slack-channel.ts'

const address = z.email('must be a mail address such as ann@example.com')
const domain = z
  .string()
  .toLowerCase()
  .regex(/^(?:[a-z0-9-]+\.)+[a-z0-9-]+$/, 'must be a domain such as example.com')
const roleName = z
  .string()
  .regex(
    /^[\w+=,.@/-]{1,576}$/,
    'must be an IAM role name, with its path if it has one, such as keynag/reader',
  )

/** Where keynag looks for owners and managers. Addresses outside `domains` do not count. */
export const Contacts = z.strictObject({
  domains: z.array(domain).min(1, 'name the domains of your mail addresses, such as example.com'),
  ownerTags: z.array(z.string()).default(['owner', 'owner-email', 'contact']),
  managerTags: z.array(z.string()).default(['manager', 'manager-email']),
  /** The manager's address, by the owner's address or by the IAM user name, in any case. */
  managers: z.record(z.string(), address).default({}),
  /** An owner's own time zone, by the owner's address in any case, for the quiet time of policies. */
  timeZones: z.record(z.string(), TimeZone).default({}),
  /** The contact's address by account ID, for users whose tags and name give no owner. */
  accounts: z.record(z.string(), address).default({}),
  default: address.optional(),
})
export type Contacts = z.infer<typeof Contacts>

const kmsKey = z
  .string()
  .regex(
    /^(?:alias\/(?!aws\/)[\w/-]{1,240}|arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+)$/,
    'must be an alias such as alias/keynag, or the ARN of a KMS key',
  )

/** The roles in each member account that the hub assumes, with `externalId` when it is set. */
const MemberRoles = z.strictObject({
  reader: roleName.default('keynag-reader'),
  creator: roleName.default('keynag-creator'),
  reaper: roleName.default('keynag-reaper'),
  externalId: z.string().min(2).max(1_224).optional(),
  /**
   * The KMS key that encrypts hand-over secrets. Without it Secrets Manager uses the account's
   * `aws/secretsmanager` key, which needs no further permission.
   */
  handoverKey: kmsKey.optional(),
  /**
   * ARNs of more roles in the hub account that may assume all three member roles, such as the role
   * of a worker or of operators who run `keynag rollback` and `keynag doctor`.
   */
  alsoTrusted: z
    .array(
      z
        .string()
        .regex(
          /^arn:[\w-]+:iam::\d{12}:role\/[^*?]+$/,
          'must be the ARN of one role, without * or ?',
        ),
    )
    .optional(),
  /** The units into which the stacks deploy the roles, with all units below; default: all accounts. */
  organizationalUnits: z
    .array(
      z
        .string()
        .regex(
          /^(?:ou-[a-z0-9]+-[a-z0-9]+|r-[a-z0-9]+)$/,
          'must be the ID of a unit or root, such as ou-ab12-c3d4e5f6 or r-ab12',
        ),
    )
    .min(1)
    .optional(),
})

/**
 * Users and paths whose keys keynag never changes, whatever a policy says. Names count in any case, as
 * in IAM; paths count as they are written.
 */
const Protected = z.strictObject({
  paths: z
    .array(z.string().startsWith('/', 'must start with /, such as /break-glass/'))
    .default([]),
  userNames: z.array(z.string()).default([]),
})

/** The settings of the organisation, the default export of `keynag.config.ts`. */
export const Organization = z
  .strictObject({
    contacts: Contacts,
    memberRoles: MemberRoles.prefault({}),
    protected: Protected.prefault({}),
    /** The sender of mails, an address or domain that SES has verified. */
    mail: z.strictObject({
      from: address,
      replyTo: address.optional(),
      /** The SES configuration set that publishes bounces and complaints to keynag. */
      configurationSet: z
        .string()
        .regex(
          /^[\w-]{1,64}$/,
          'must be the name of an SES configuration set: up to 64 letters, digits, _ and -',
        )
        .optional(),
    }),
    security: z.strictObject({
      channel: SlackChannel,
      email: address,
    }),
    /**
     * ARNs of the roles in the hub account with which operators replay dead letters; `*` stands for
     * any characters. Besides these roles, only keynag itself may send messages to its queues.
     */
    operators: z
      .array(
        z
          .string()
          .regex(
            /^arn:[\w*-]+:iam::\d{12}:role\/.+$/,
            'must be the ARN of a role in the hub account',
          ),
      )
      .default([]),
    /** The addresses that get the daily digest. */
    administrators: z.array(address).min(1, 'name at least one administrator'),
    /** Every this many days keynag lists the keys of all users, whatever the report shows. */
    fullWalkEveryDays: z.number().int().min(1).default(28),
    policies: z.array(Policy).min(1, 'name at least one policy'),
  })
  .superRefine((organization, context) => {
    const seen = new Set<string>()
    for (const [index, policy] of organization.policies.entries()) {
      if (seen.has(policy.name)) {
        context.addIssue({
          code: 'custom',
          path: ['policies', index, 'name'],
          message: `"${policy.name}" is used by an earlier policy; give every policy its own name`,
        })
      }
      seen.add(policy.name)
    }
    const refuseRepeated = (names: readonly string[], path: readonly (string | number)[]): void => {
      const name = repeatedName(names)
      if (name === undefined) return
      const message = 'differs from another only by case, which means the same; keep one of them'
      context.addIssue({ code: 'custom', path: [...path, name], message })
    }
    for (const name of ['managers', 'timeZones'] as const) {
      refuseRepeated(Object.keys(organization.contacts[name]), ['contacts', name])
    }
    for (const [index, { match }] of organization.policies.entries()) {
      refuseRepeated(Object.keys(match.tags ?? {}), ['policies', index, 'match', 'tags'])
    }
    for (const { path, contact } of namedIn(organization.contacts)) {
      const { domains } = organization.contacts
      if (domains.includes(contact.toLowerCase().slice(contact.lastIndexOf('@') + 1))) continue
      context.addIssue({
        code: 'custom',
        path: ['contacts', ...path],
        message: `${contact} is in none of the domains (${domains.join(', ')}), so keynag would never write to it; name its domain, or another contact`,
      })
    }
    for (const key of Object.keys(organization.contacts.accounts)) {
      if (!AccountId.safeParse(key).success) {
        context.addIssue({
          code: 'custom',
          path: ['contacts', 'accounts', key],
          message: 'an AWS account ID has twelve digits',
        })
      }
    }
  })
export type Organization = z.infer<typeof Organization>

export type OrganizationInput = z.input<typeof Organization>

/** The people whom the contacts name, each with its path. */
function namedIn({ managers, accounts, default: rest }: Contacts) {
  const last = rest === undefined ? [] : [{ path: ['default'], contact: rest }]
  return [...eachIn('managers', managers), ...eachIn('accounts', accounts), ...last]
}

const eachIn = (name: string, contacts: Readonly<Record<string, string>>) =>
  Object.entries(contacts).map(([key, contact]) => ({ path: [name, key], contact }))
