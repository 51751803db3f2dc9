import { z } from 'zod'
import { AccountId } from '../ids.ts'
import { Window } from './window.ts'

const days = z.number('must be a number of days').min(0, 'must be 0 days or more')
const wholeDays = days.int('must be whole days')
/** Aborts, so that a union of it says what all its members would be. */
const slackChannel = z.string().regex(/^#[\w-]{1,80}$/, { abort: true })

/** Which keys a policy is for. Every condition named must hold; an empty match fits every key. */
export const Match = z.strictObject({
  accounts: z.array(AccountId).optional(),
  /** Fits an account anywhere below one of these units (`ou-…` or `r-…`). */
  organizationalUnits: z.array(z.string()).optional(),
  /** IAM path prefixes, such as `/ci/`. */
  paths: z.array(z.string().startsWith('/', 'a path starts with /')).optional(),
  /** User names; `*` stands for any run of characters. */
  userNames: z.array(z.string()).optional(),
  /** Fits a member of any of these groups. */
  groups: z.array(z.string()).optional(),
  /** Every tag named must have one of the values; `*` for any value. */
  tags: z.record(z.string(), z.array(z.string())).optional(),
  /** Only users who can sign in to the console, or only those who cannot. */
  console: z.boolean().optional(),
})
export type Match = z.infer<typeof Match>

/** Where a message goes: the person on Slack or by mail, or a Slack channel. */
export const Channel = z.union([z.enum(['slack', 'email']), slackChannel], {
  error: 'must be "slack", "email" or a Slack channel such as "#access-keys"',
})
export type Channel = z.infer<typeof Channel>

const Nag = z.strictObject({
  everyDays: z.number().min(1, 'must be at least one day').default(7),
  /** Tried in this order; the first that takes the message has delivered it. */
  via: z.array(Channel).min(1, 'name at least one channel').default(['slack', 'email']),
  /** What one message gathers: all keys of an owner, of one IAM user, or of the whole policy. */
  oneMessagePer: z.enum(['owner', 'user', 'policy']).default('owner'),
})

/** One rung of the ladder: when nags go unanswered, whom to tell. */
export const Rung = z
  .strictObject({
    /** After so many nags, one nag period later. */
    afterNags: z.number().int().min(1).optional(),
    /** Or when the key is this old. */
    atDay: wholeDays.optional(),
    to: z.union([z.enum(['manager', 'security']), slackChannel, z.email({ abort: true })], {
      error: 'must be "manager", "security", a Slack channel or a mail address',
    }),
  })
  .refine((rung) => rung.afterNags !== undefined || rung.atDay !== undefined, {
    message: 'needs `afterNags` or `atDay`',
  })
export type Rung = z.infer<typeof Rung>

const graces = {
  /** Age at which enforcement may begin. */
  atDay: wholeDays,
  /** Only after so many reminders were delivered. */
  afterNags: z.number().int().min(1).default(1),
  /** From the delivered warning or replacement to the deactivation. */
  installationGraceDays: days.default(7),
  /**
   * What to do with a key that is still being used: stop and ask an operator, wait until it has
   * been quiet for `inUseDays`, or go on.
   */
  whenInUse: z.enum(['hold', 'wait', 'proceed']).default('hold'),
  /** A key counts as in use when it was used within so many days. */
  inUseDays: days.default(7),
  /** When keynag may begin, deactivate or delete. */
  window: Window.prefault({}),
} as const

/** What is done in the end about a key that nobody answers for. */
export const Enforcement = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('deactivate'), ...graces }),
    z.strictObject({
      kind: z.literal('delete'),
      ...graces,
      /** From the recorded deactivation to the deletion. */
      recoveryGraceDays: days.default(30),
    }),
    z.strictObject({
      kind: z.literal('rotate'),
      ...graces,
      /** Shorter than the grace: the replacement is fetched, and swapped in, with the old key. */
      inUseDays: days.default(3),
      /** From the recorded deactivation to the deletion; `never` keeps the old key Inactive. */
      recoveryGraceDays: z.union([days, z.literal('never')]).default(7),
      /** How long the replacement stays in Secrets Manager, from its issue. */
      retentionDays: days.default(30),
    }),
  ],
  { error: 'kind must be "none", "deactivate", "rotate" or "delete"' },
)
export type Enforcement = z.infer<typeof Enforcement>
export type ArmedEnforcement = Exclude<Enforcement, { kind: 'none' }>

const limit = z.number().int().min(0)

/** How many keys a policy may begin to enforce, deactivate and delete in one UTC day, each. */
export const Caps = z.strictObject({
  perDay: limit.default(50),
  perAccountPerDay: limit.default(10),
  /**
   * At most this share of all keys of the organisation, 0 to 1, but always one key; see
   * `dailyLimit`. 1 sets no limit by share.
   */
  shareOfEstatePerDay: z
    .number()
    .min(0, 'a share is from 0 to 1')
    .max(1, 'a share is from 0 to 1')
    .default(0.05),
})
export type Caps = z.infer<typeof Caps>

/** One policy: which keys, when to nag whom, and what is enforced in the end. */
export const Policy = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a policy name is kebab-case'),
    /**
     * `dry-run` records and reports only; `notify` also sends messages; `enforce` does all.
     * Dry run until the operator arms the policy.
     */
    mode: z.enum(['dry-run', 'notify', 'enforce']).default('dry-run'),
    match: Match.default({}),
    keys: z.enum(['active', 'all']).default('active'),
    /** Age at which nagging begins; the same as `staleAtDay` when left out. */
    warnFromDay: wholeDays.optional(),
    /** Age at which a key is stale. */
    staleAtDay: wholeDays.default(90),
    nag: Nag.prefault({}),
    escalation: z.array(Rung).max(8).default([]),
    enforce: Enforcement.default({ kind: 'none' }),
    caps: Caps.prefault({}),
  })
  .refine((policy) => (policy.warnFromDay ?? 0) <= policy.staleAtDay, {
    message: 'must not be later than `staleAtDay`',
    path: ['warnFromDay'],
  })
  .refine((policy) => policy.enforce.kind === 'none' || policy.enforce.atDay >= warnFrom(policy), {
    message: 'must not be earlier than the first warning',
    path: ['enforce', 'atDay'],
  })
export type Policy = z.infer<typeof Policy>
export type PolicyInput = z.input<typeof Policy>

/** The age in days at which the policy first speaks of a key. */
export const warnFrom = (policy: {
  warnFromDay?: number | undefined
  staleAtDay: number
}): number => policy.warnFromDay ?? policy.staleAtDay
