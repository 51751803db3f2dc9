import { permanent } from '../errors.ts'
import type { PolicyInput } from '../policy/policy.ts'
import type { Window } from '../policy/window.ts'

/**
 * Five policies to start from, modelled on common practice. Each is in dry run until an operator
 * arms it, and for each a test simulates a year of a key.
 */
export const presets = {
  /** Posts one message a day to a Slack channel about all keys of 90 days or more. Enforces nothing. */
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
   * Mails people who can sign in to the console every week about their Active keys, with one mail
   * for each IAM user. Enforces nothing. Administrators get the daily digest.
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
   * Mails the owner from day 80 and replaces the key at day 90. The replacement is in Secrets
   * Manager. The old key is deactivated a week after the replacement's delivery. It can be switched on
   * again for 60 days; then it is deleted, before the replacement needs its place.
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
      recoveryGraceDays: 60,
      retentionDays: 30,
    },
  },
  /**
   * CIS AWS Foundations Benchmark, control 1.14: warns at day 83 and replaces the key at day 90.
   * Deactivates the old key 7 days after the replacement's delivery and deletes it 7 days later.
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
   * Deletes all keys of the members of some groups on Friday night, so that they sign in with MFA
   * instead. A key whose owner was warned less than a day before stays until the next Friday.
   */
  'weekly-purge': {
    name: 'weekly-purge',
    mode: 'dry-run',
    match: { groups: ['interactive-users'] },
    keys: 'active',
    staleAtDay: 0,
    nag: { everyDays: 7, via: ['slack', 'email'], oneMessagePer: 'owner' },
    // Keys above a cap would wait a whole week for the next window.
    caps: { perDay: 500, perAccountPerDay: 100, shareOfEstatePerDay: 1 },
    enforce: {
      kind: 'delete',
      atDay: 0,
      installationGraceDays: 1,
      recoveryGraceDays: 0,
      whenInUse: 'proceed',
      // Long enough for CloudTrail to show the deactivation, which comes before the deletion.
      window: { on: ['friday'], from: '22:00', to: '24:00' },
    },
  },
} as const satisfies Record<string, PolicyInput>

export type PresetName = keyof typeof presets

/** Changes to a preset. For `nag`, `enforce` and its window, name only the changed fields. */
export type PresetOverrides = Partial<Omit<PolicyInput, 'nag' | 'enforce'>> & {
  readonly nag?: Partial<NonNullable<PolicyInput['nag']>>
  readonly enforce?: {
    readonly atDay?: number
    readonly installationGraceDays?: number
    readonly recoveryGraceDays?: number
    readonly retentionDays?: number
    readonly whenInUse?: 'hold' | 'wait' | 'proceed'
    readonly inUseDays?: number
    readonly window?: Partial<Window>
  }
}

/**
 * A preset with the organisation's own changes, to put into `policies`.
 *
 * @throws KeynagError `KEYNAG_CONFIG_INVALID` when there is no such preset.
 * @throws Error when `enforce` is changed in a preset that enforces nothing.
 */
export function presetNamed(name: PresetName, overrides: PresetOverrides = {}): PolicyInput {
  if (!Object.hasOwn(presets, name)) {
    const names = Object.keys(presets).join(', ')
    throw permanent(
      'KEYNAG_CONFIG_INVALID',
      `there is no preset ${JSON.stringify(name)}; the presets are ${names}`,
    )
  }
  const preset: PolicyInput = presets[name]
  const { nag, enforce, ...plain } = overrides
  const merged = { ...preset, ...plain, nag: { ...preset.nag, ...nag } }
  if (enforce === undefined) return merged
  const before = preset.enforce ?? { kind: 'none' }
  if (before.kind === 'none') {
    throw new Error(`the preset ${name} enforces nothing, so its \`enforce\` has nothing to change`)
  }
  const window = { ...before.window, ...enforce.window }
  return { ...merged, enforce: { ...before, ...enforce, window } }
}
