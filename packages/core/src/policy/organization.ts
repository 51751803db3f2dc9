import { z } from 'zod'
import { AccountId } from '../ids.ts'
import { Policy } from './policy.ts'

const address = z.email('must be a mail address')
const domain = z
  .string()
  .toLowerCase()
  .regex(/^(?:[a-z0-9-]+\.)+[a-z0-9-]+$/, 'must be a domain such as example.com')
const roleName = z.string().regex(/^[\w+=,.@/-]{1,576}$/, 'an IAM role name, with its path if any')

/** Where owners are looked for. Addresses outside `domains` are never written to. */
export const Contacts = z.strictObject({
  domains: z.array(domain).min(1, 'name the domains that people have mail in'),
  ownerTags: z.array(z.string()).default(['owner', 'owner-email', 'contact']),
  managerTags: z.array(z.string()).default(['manager', 'manager-email']),
  /** Manager by owner's address or by user name. */
  managers: z.record(z.string(), address).default({}),
  /** Contact by account ID, for keys whose user names nobody. */
  accounts: z.record(z.string(), address).default({}),
  default: address.optional(),
})
export type Contacts = z.infer<typeof Contacts>

const kmsKey = z
  .string()
  .regex(
    /^(?:alias\/(?!aws\/)[\w/-]{1,240}|arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+)$/,
    'an alias such as alias/keynag, or the ARN of a key',
  )

/** Roles in each member account. The hub assumes them; `externalId` is sent when given. */
const MemberRoles = z.strictObject({
  reader: roleName.default('keynag-reader'),
  creator: roleName.default('keynag-creator'),
  reaper: roleName.default('keynag-reaper'),
  externalId: z.string().min(2).max(1_224).optional(),
  /** The KMS key of hand-over secrets; else the account's `aws/secretsmanager`, which needs no grant. */
  handoverKey: kmsKey.optional(),
  /**
   * ARNs of further roles of the hub that may assume all three, besides the functions': a worker's,
   * or that of an operator who rolls back or runs the doctor.
   */
  alsoTrusted: z
    .array(z.string().regex(/^arn:[\w-]+:iam::\d{12}:role\/[^*?]+$/, 'the ARN of one role'))
    .optional(),
  /** Where the stacks put the roles: into these units and all below them; else everywhere. */
  organizationalUnits: z
    .array(z.string().regex(/^(?:ou-[a-z0-9]+-[a-z0-9]+|r-[a-z0-9]+)$/, 'an ID such as ou-ab12-c3'))
    .min(1)
    .optional(),
})

/** Users and paths that automation never touches, whatever a policy says. */
const Protected = z.strictObject({
  paths: z.array(z.string().startsWith('/', 'a path starts with /')).default([]),
  userNames: z.array(z.string()).default([]),
})

/** The organisation's own settings: what `keynag.config.ts` exports. */
export const Organization = z
  .strictObject({
    contacts: Contacts,
    memberRoles: MemberRoles.prefault({}),
    protected: Protected.prefault({}),
    /** Mail: a sender that SES has verified. */
    mail: z.strictObject({
      from: address,
      replyTo: address.optional(),
      /** The SES configuration set that tells keynag of bounces and complaints. */
      configurationSet: z
        .string()
        .regex(/^[\w-]{1,64}$/, 'a configuration set has up to 64 letters, digits, _ and -')
        .optional(),
    }),
    security: z.strictObject({
      channel: z.string().regex(/^#[\w-]{1,80}$/, 'a Slack channel looks like #security'),
      email: address,
    }),
    /**
     * ARNs of the hub's roles from which people put dead letters back; `*` stands for anything. The
     * queues take messages from nobody else but keynag itself.
     */
    operators: z
      .array(
        z
          .string()
          .regex(/^arn:[\w*-]+:iam::\d{12}:role\/.+$/, 'the ARN of a role in the hub account'),
      )
      .default([]),
    /** Who gets the daily digest. */
    administrators: z.array(address).min(1, 'name at least one administrator'),
    /** Every so many days all users' keys are listed, whatever the credential report says. */
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
          message: `"${policy.name}" is used by an earlier policy; every policy needs its own name`,
        })
      }
      seen.add(policy.name)
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
