import type { PolicyInput } from '../policy/policy.ts'
import type { Window } from '../policy/window.ts'

/**
 * What the field does today, as policies to begin with. Each is a dry run until the operator arms
 * it, and each is proven by a test that walks a year of it.
 */
export const presets = {
  /** Every key older than 90 days, active or not: one Slack channel message a day, nothing more. */
  'gentle-nag': {
    name: 'gentle-nag',
    mode: 'dry-run',
    match: {},
    keys: 'all',
    staleAtDay: 90,
    nag: { everyDays: 1, via: ['#access-keys'], oneMessagePer: 'policy' },
    enforce: { kind: 'none' },
  },
  /**
   * Active keys of people who can sign in to the console: one mail a user and account that lists
   * all their keys, every week. The administrators' daily report is the digest.
   */
  'email-reminder': {
    name: 'email-reminder',
    mode: 'dry-run',
    match: { console: true },
    keys: 'active',
    staleAtDay: 90,
    nag: { everyDays: 7, via: ['email'], oneMessagePer: 'user' },
    enforce: { kind: 'none' },
  },
  /**
   * Mails the owner from day 80 and replaces the key at 90; the replacement waits in Secrets
   * Manager, the old key is deactivated a week after its delivery and never deleted.
   */
  'warn-then-rotate': {
    name: 'warn-then-rotate',
    mode: 'dry-run',
    match: {},
    keys: 'active',
    warnFromDay: 80,
    staleAtDay: 90,
    nag: { everyDays: 5, via: ['email'], oneMessagePer: 'owner' },
    enforce: {
      kind: 'rotate',
      atDay: 90,
      installationGraceDays: 7,
      recoveryGraceDays: 'never',
      retentionDays: 30,
    },
  },
  /**
   * CIS AWS Foundations 1.14: replaced at 90 days, deactivated 7 days after the replacement was
   * delivered, deleted 7 days after the deactivation. One warning a week ahead.
   */
  'cis-rotation': {
    name: 'cis-rotation',
    mode: 'dry-run',
    match: {},
    keys: 'active',
    warnFromDay: 83,
    staleAtDay: 90,
    nag: { everyDays: 7, via: ['slack', 'email'], oneMessagePer: 'owner' },
    enforce: {
      kind: 'rotate',
      atDay: 90,
      installationGraceDays: 7,
      recoveryGraceDays: 7,
      retentionDays: 30,
    },
  },
  /**
   * Members of the named groups sign in with MFA and need no key: all of theirs go on Friday night.
   * A key whose owner was warned less than a day before lives until the Friday after.
   */
  'weekly-purge': {
    name: 'weekly-purge',
    mode: 'dry-run',
    match: { groups: ['interactive-users'] },
    keys: 'active',
    staleAtDay: 0,
    nag: { everyDays: 7, via: ['slack', 'email'], oneMessagePer: 'owner' },
    // One night a week: what a cap leaves over waits for a week.
    caps: { perDay: 500, perAccountPerDay: 100, shareOfEstatePerDay: 1 },
    enforce: {
      kind: 'delete',
      atDay: 0,
      installationGraceDays: 1,
      recoveryGraceDays: 0,
      whenInUse: 'proceed',
      window: { on: ['friday'], from: '23:55', to: '24:00' },
    },
  },
} as const satisfies Record<string, PolicyInput>

export type PresetName = keyof typeof presets

/** What an organisation changes in a preset; parts of `nag`, `enforce` and its window suffice. */
export type PresetOverrides = Partial<Omit<PolicyInput, 'nag' | 'enforce'>> & {
  readonly nag?: Partial<NonNullable<PolicyInput['nag']>>
  readonly enforce?: {
    readonly atDay?: number
    readonly installationGraceDays?: number
    readonly recoveryGraceDays?: number | 'never'
    readonly retentionDays?: number
    readonly whenInUse?: 'hold' | 'wait' | 'proceed'
    readonly inUseDays?: number
    readonly window?: Partial<Window>
  }
}

/** A preset to put among the `policies`, with the organisation's own changes. */
export function presetNamed(name: PresetName, overrides: PresetOverrides = {}): PolicyInput {
  const preset: PolicyInput = presets[name]
  const { nag, enforce, ...plain } = overrides
  const merged = { ...preset, ...plain, nag: { ...preset.nag, ...nag } }
  if (enforce === undefined) return merged
  const before = preset.enforce ?? { kind: 'none' }
  if (before.kind === 'none') {
    throw new Error(`the preset ${name} enforces nothing, so there is nothing to change in it`)
  }
  const window = { ...before.window, ...enforce.window }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- parseConfig refuses a bad mix
  return { ...merged, enforce: { ...before, ...enforce, window } } as PolicyInput
}
