import { z } from 'zod'
import { AccountId } from '../ids.ts'
import { Quiet } from './quiet.ts'
import { SlackChannel } from './slack-channel.ts'
import { openMinutes, Window } from './window.ts'

const days = z.number('must be a number of days').min(0, 'must be 0 days or more')
const wholeDays = days.int('must be whole days')

/**
 * The keys that a policy is for. All given conditions must hold; an empty match fits every key. Names
 * of users and groups and keys of tags count in any case, as in IAM; paths and values of tags do not.
 */
export const Match = z.strictObject({
  accounts: z.array(AccountId).optional(),
  /** The account is anywhere below one of these units (`ou-…` or `r-…`). */
  organizationalUnits: z.array(z.string()).optional(),
  /** The user's IAM path starts with one of these, such as `/ci/`. */
  paths: z.array(z.string().startsWith('/', 'must start with /, such as /ci/')).optional(),
  /** The user name fits one of these; `*` stands for any number of characters. */
  userNames: z.array(z.string()).optional(),
  /** The user is a member of one of these groups. */
  groups: z.array(z.string()).optional(),
  /** The user has each of these tags with one of its values; `*` stands for any value. */
  tags: z.record(z.string(), z.array(z.string())).optional(),
  /** `true`: the user can sign in to the console; `false`: the user cannot. */
  console: z.boolean().optional(),
})
export type Match = z.infer<typeof Match>

/** Where a message goes: to the person on Slack or by mail, or to a Slack channel. */
export const Channel = z.union([z.enum(['slack', 'email']), SlackChannel], {
  error: 'must be "slack", "email" or a Slack channel such as "#access-keys" or "C024BE91L"',
})
export type Channel = z.infer<typeof Channel>

/** Whether the channel reaches the owner in person. Nobody has to read a message in a Slack channel. */
export const isPersonal = (channel: Channel): boolean => channel === 'slack' || channel === 'email'

const Nag = z.strictObject({
  /** Days between two reminders to one person, who reads of all keys in each. */
  everyDays: z.number().min(1, 'must be at least 1 day').default(7),
  /**
   * keynag tries these in order; the first that accepts the message counts as its delivery. A policy
   * that enforces something names no Slack channel, because each owner must be warned in person.
   */
  via: z.array(Channel).min(1, 'name at least one channel').default(['slack', 'email']),
  /**
   * One message lists all keys of an owner, of an IAM user, or of the whole policy. A message about the
   * whole policy is for a Slack channel: no owner should read about the keys of all the others.
   */
  oneMessagePer: z.enum(['owner', 'user', 'policy']).default('owner'),
})

/**
 * One rung of the escalation ladder: when to escalate and to whom. Between two rungs lies at least one
 * nag period.
 */
export const Rung = z
  .strictObject({
    /** Escalate one nag period after this many delivered nags. */
    afterNags: z.number().int().min(1).optional(),
    /** Escalate when the key is this many days old. With both, the earlier counts. */
    atDay: wholeDays.optional(),
    to: z.union([z.enum(['manager', 'security']), SlackChannel, z.email({ abort: true })], {
      error: 'must be "manager", "security", a Slack channel such as "#ops" or a mail address',
    }),
  })
  .refine((rung) => rung.afterNags !== undefined || rung.atDay !== undefined, {
    message: 'needs `afterNags` or `atDay`, which say when to escalate',
  })
export type Rung = z.infer<typeof Rung>

const inUseDays = z
  .number('must be a number of days')
  .gt(
    0,
    'must be more than 0 days: with 0, no key would ever be in use; say `whenInUse: "proceed"` if you mean that',
  )

const takesAPlace =
  'the old key takes one of the two places that IAM gives a user, and must be deleted before its replacement is `atDay` days old; say at most `atDay` minus `installationGraceDays` days, such as 60, and not "never"'

const daysUnlessNever = z
  .number({
    error: ({ input }) => (input === 'never' ? takesAPlace : 'must be a number of days'),
  })
  .min(0, 'must be 0 days or more')

const armed = {
  /** The age in days at which enforcement may begin. */
  atDay: wholeDays,
  /** Enforcement begins only after this many delivered reminders. */
  afterNags: z.number().int().min(1).default(1),
  /** Days from the delivery of the warning, or of the replacement, to the deactivation. */
  installationGraceDays: z
    .number('must be a number of days')
    .min(1, 'must be at least 1 day: the owner needs time to act on the message')
    .default(7),
  /**
   * What to do when the key is still in use: `hold` it for an operator, `wait` until it was unused
   * for `inUseDays`, or `proceed`.
   */
  whenInUse: z.enum(['hold', 'wait', 'proceed']).default('hold'),
  /** A key is in use when it was used within this many days. */
  inUseDays: inUseDays.default(7),
  /** The times at which keynag may begin enforcement, deactivate or delete. */
  window: Window.prefault({}),
} as const

/** What keynag does in the end when the owner does not act. */
export const Enforcement = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('deactivate'), ...armed }),
    z.strictObject({
      kind: z.literal('delete'),
      ...armed,
      /** Days from the recorded deactivation to the deletion. */
      recoveryGraceDays: days.default(30),
    }),
    z.strictObject({
      kind: z.literal('rotate'),
      ...armed,
      /**
       * Keep it shorter than the installation grace: owners may fetch and install the replacement
       * with the old key, which counts as a use of it.
       */
      inUseDays: inUseDays.default(3),
      /**
       * Days from the recorded deactivation to the deletion. IAM gives a user two places for keys, so
       * the old key must be gone before its replacement is due itself.
       */
      recoveryGraceDays: daysUnlessNever.default(7),
      /**
       * Days for which the replacement stays in Secrets Manager after it was issued: at least as long
       * as the old key works.
       */
      retentionDays: days.default(30),
    }),
  ],
  { error: 'kind must be "none", "deactivate", "rotate" or "delete"' },
)
export type Enforcement = z.infer<typeof Enforcement>
export type ArmedEnforcement = Exclude<Enforcement, { kind: 'none' }>

/** How many days a deactivated key is kept; `undefined` when this enforcement deletes nothing. */
export const recoveryGraceDays = (enforce: ArmedEnforcement): number | undefined =>
  enforce.kind === 'deactivate' ? undefined : enforce.recoveryGraceDays

/** In a shorter time nobody surely reads of a deactivation and has the key switched on again. */
const recoverableDays = 1

/** Whether the deletion follows the deactivation so soon that the owner has to know of it before. */
export const isFinal = (enforce: ArmedEnforcement): boolean =>
  (recoveryGraceDays(enforce) ?? recoverableDays) < recoverableDays

/** The least time in which keynag deactivates a key, proves that and deletes the key. */
const finalWindowMinutes = 60

const limit = z.number().int().min(0)

/**
 * How many keys of a policy keynag may act on in one UTC day. Beginning enforcement, deactivating
 * after a replacement and deleting are counted separately, each against these limits.
 */
export const Caps = z.strictObject({
  perDay: limit.default(50),
  perAccountPerDay: limit.default(10),
  /**
   * At most this share, 0 to 1, of all keys of the organisation, but at least one key unless the
   * share is 0. With 1 there is no limit by share. See `dailyLimit`.
   */
  shareOfEstatePerDay: z
    .number()
    .min(0, 'must be a share from 0 to 1')
    .max(1, 'must be a share from 0 to 1')
    .default(0.05),
})
export type Caps = z.infer<typeof Caps>

const defaultStaleSightingDays = 2

/** One policy: for which keys, when and whom to nag, and what to enforce in the end. */
export const Policy = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be kebab-case, such as ci-keys'),
    /**
     * `dry-run` only records and reports; `notify` also sends messages; `enforce` also changes keys.
     * To arm a policy is to set `enforce`.
     */
    mode: z.enum(['dry-run', 'notify', 'enforce']).default('dry-run'),
    match: Match.default({}),
    /** Only Active keys, or keys of every status. */
    keys: z.enum(['active', 'all']).default('active'),
    /** The age in days at which nagging begins; default: `staleAtDay`. */
    warnFromDay: wholeDays.optional(),
    /** The age in days at which a key is stale. */
    staleAtDay: wholeDays.default(90),
    nag: Nag.prefault({}),
    /**
     * When people are left in peace: reminders, escalations and news that can wait go afterwards. It
     * does not change when keynag acts; that is `enforce.window`.
     */
    quiet: Quiet.optional(),
    escalation: z.array(Rung).max(8).default([]),
    enforce: Enforcement.default({ kind: 'none' }),
    /**
     * keynag knows a key as of the last scan that read its account. After so many days without one,
     * it says and does nothing about the key. Scans are daily, so fewer than 2 days would stop keys
     * between two scans.
     */
    staleSightingDays: z
      .number('must be a number of days')
      .min(2, 'must be at least 2 days: keynag scans once a day')
      .default(defaultStaleSightingDays),
    caps: Caps.prefault({}),
  })
  .refine((policy) => (policy.warnFromDay ?? 0) <= policy.staleAtDay, {
    message: 'must not be later than `staleAtDay`',
    path: ['warnFromDay'],
  })
  .refine((policy) => policy.enforce.kind === 'none' || policy.enforce.atDay >= warnFrom(policy), {
    message: 'must not be earlier than the first warning: `warnFromDay`, or else `staleAtDay`',
    path: ['enforce', 'atDay'],
  })
  .refine(
    ({ enforce }) =>
      enforce.kind === 'none' ||
      !isFinal(enforce) ||
      openMinutes(enforce.window) >= finalWindowMinutes,
    {
      message: `must be open for at least ${finalWindowMinutes} minutes where \`recoveryGraceDays\` is less than 1: keynag deletes the key in the window in which it deactivates it, and first waits until CloudTrail shows the deactivation`,
      path: ['enforce', 'window'],
    },
  )
  .refine(({ enforce }) => enforce.kind !== 'rotate' || isGoneInTime(enforce), {
    message: takesAPlace,
    path: ['enforce', 'recoveryGraceDays'],
  })
  .refine(
    ({ enforce }) =>
      enforce.kind !== 'rotate' || enforce.retentionDays >= enforce.installationGraceDays,
    {
      message:
        'must not be shorter than `installationGraceDays`: until the old key is deactivated, its owner may still fetch the new one',
      path: ['enforce', 'retentionDays'],
    },
  )
  .refine(({ nag }) => nag.oneMessagePer !== 'policy' || !nag.via.some(isPersonal), {
    message:
      'one message about the whole policy would go to one owner; use `oneMessagePer: "owner"`, or name only Slack channels in `via`',
    path: ['nag', 'oneMessagePer'],
  })
  .refine(
    ({ nag, escalation }) =>
      nag.via.some(isPersonal) || escalation.every(({ atDay }) => atDay !== undefined),
    {
      message:
        'a message in a Slack channel is no reminder to an owner, so `afterNags` would never be reached; use `atDay`',
      path: ['escalation'],
    },
  )
  .refine(({ nag, enforce }) => enforce.kind === 'none' || nag.via.every(isPersonal), {
    message:
      'a message in a Slack channel warns no owner, and this policy enforces something; name only "slack" and "email", and post to channels by `escalation`',
    path: ['nag', 'via'],
  })
export type Policy = z.infer<typeof Policy>
export type PolicyInput = z.input<typeof Policy>

function isGoneInTime({
  atDay,
  installationGraceDays,
  recoveryGraceDays,
}: Extract<Enforcement, { kind: 'rotate' }>): boolean {
  return installationGraceDays + recoveryGraceDays <= atDay
}

/** How old knowledge may be; a key whose policy is gone keeps to the default. */
export const staleSightingDaysOf = (policy: Policy | undefined): number =>
  policy?.staleSightingDays ?? defaultStaleSightingDays

/** The age in days at which a policy begins to nag about a key. */
export const warnFrom = (policy: {
  warnFromDay?: number | undefined
  staleAtDay: number
}): number => policy.warnFromDay ?? policy.staleAtDay

/** Whether the policy lets its users have no keys, however young: a new key is then no way out. */
export const takesKeysOfAnyAge = (policy: Policy | undefined): boolean =>
  (policy?.enforce.kind === 'deactivate' || policy?.enforce.kind === 'delete') &&
  policy.enforce.atDay === 0
