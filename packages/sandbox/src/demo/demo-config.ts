import { loadPolicyFile } from '@keynag/cli'
import {
  parseConfig,
  presetNamed,
  presets,
  type Organization,
  type OrganizationInput,
  type PolicyInput,
  type PresetName,
} from '@keynag/core'
import { configurationSet } from '../resources.ts'
import { externalId } from '../roles.ts'
import { dayAt, domain } from './names.ts'

/** A preset is a dry run for this many days before it is armed, as an operator would do it. */
const dryRunDays = 7

const workingHours = {
  timeZone: 'Europe/Berlin',
  from: '08:00',
  to: '17:00',
  on: ['monday', 'tuesday', 'wednesday', 'thursday'],
} as const satisfies NonNullable<Extract<PolicyInput['enforce'], { window?: unknown }>>['window']

/** The demo's own policies. People get more time than programs. */
const programs = {
  name: 'programs',
  mode: 'enforce',
  match: { paths: ['/ci/'] },
  warnFromDay: 80,
  staleAtDay: 90,
  nag: { everyDays: 7, via: ['slack', 'email'] },
  escalation: [
    { afterNags: 2, to: 'manager' },
    { afterNags: 4, to: 'security' },
  ],
  enforce: {
    kind: 'rotate',
    atDay: 100,
    afterNags: 2,
    installationGraceDays: 7,
    recoveryGraceDays: 7,
    retentionDays: 14,
    window: workingHours,
  },
  caps: { perDay: 8, perAccountPerDay: 3 },
} as const satisfies PolicyInput

const people = {
  name: 'people',
  mode: 'enforce',
  staleAtDay: 90,
  nag: { everyDays: 7, via: ['slack', 'email'] },
  escalation: [
    { afterNags: 2, to: 'manager' },
    { afterNags: 4, to: '#security' },
  ],
  enforce: {
    kind: 'rotate',
    atDay: 120,
    afterNags: 3,
    installationGraceDays: 7,
    recoveryGraceDays: 7,
    retentionDays: 14,
    window: workingHours,
  },
  caps: { perDay: 8, perAccountPerDay: 3 },
} as const satisfies PolicyInput

/** Whoever was told a date keeps it; the shorter graces bind only what is announced from then on. */
const hastier = (policy: typeof people): PolicyInput => ({
  ...policy,
  enforce: { ...policy.enforce, installationGraceDays: 5, recoveryGraceDays: 5 },
})

const isPreset = (name: string): name is PresetName => Object.hasOwn(presets, name)

/** The settings from a day of the demo on. */
interface Deployment {
  readonly fromDay: number
  readonly organization: Organization
  /** What the operator has changed. Absent: nothing, the demo begins. */
  readonly what?: string
}

/** Oldest first. */
export type Deployments = readonly [Deployment, ...Deployment[]]

/** The settings in force on a day. */
export const inForce = (deployments: Deployments, day: number): Organization =>
  (deployments.findLast(({ fromDay }) => fromDay <= day) ?? deployments[0]).organization

/** The operator stops changes to people's keys for a week, and shortens a grace after it. */
const pausedFrom = 0.35
const pausedUntil = 0.42

/**
 * The settings that the demo runs under, oldest first: its own policies, a preset that is a dry run
 * at first, or the `policies` of a file.
 *
 * @throws KeynagError `KEYNAG_OPTION_INVALID` for neither preset nor file, `KEYNAG_CONFIG_INVALID`.
 */
export async function deployments(
  { policy, days }: { readonly policy: string | undefined; readonly days: number },
  managers: Readonly<Record<string, string>>,
): Promise<Deployments> {
  const withPolicies = (policies: readonly PolicyInput[]): Organization =>
    parseConfig({
      contacts: { domains: [domain], managers },
      memberRoles: { externalId },
      fullWalkEveryDays: 60,
      mail: { from: `keynag@${domain}`, configurationSet },
      security: { channel: '#security', email: `security@${domain}` },
      administrators: [`platform@${domain}`],
      policies: [...policies],
    } satisfies OrganizationInput)
  if (policy === undefined) {
    return [
      { fromDay: 1, organization: withPolicies([programs, people]) },
      {
        fromDay: dayAt(days, pausedFrom),
        organization: withPolicies([programs, { ...people, mode: 'notify' }]),
        what: 'the policy for people goes from enforce to notify',
      },
      {
        fromDay: dayAt(days, pausedUntil),
        organization: withPolicies([programs, hastier(people)]),
        what: 'the policy for people enforces again, with shorter graces',
      },
    ]
  }
  if (isPreset(policy)) {
    return [
      { fromDay: 1, organization: withPolicies([presetNamed(policy)]) },
      {
        fromDay: dryRunDays + 1,
        organization: withPolicies([presetNamed(policy, { mode: 'enforce' })]),
        what: `${policy} is armed`,
      },
    ]
  }
  return [{ fromDay: 1, organization: withPolicies((await loadPolicyFile(policy)).policies) }]
}
