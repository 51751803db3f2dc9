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
import { domain } from './names.ts'

/** A preset is a dry run for this many days before it is armed, as an operator would do it. */
export const dryRunDays = 7

const workingHours = {
  timeZone: 'Europe/Berlin',
  from: '08:00',
  to: '17:00',
  on: ['monday', 'tuesday', 'wednesday', 'thursday'],
} as const satisfies NonNullable<Extract<PolicyInput['enforce'], { window?: unknown }>>['window']

/** The demo's own policies. People get more time than programs. */
const ownPolicies: readonly PolicyInput[] = [
  {
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
  },
  {
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
  },
]

const isPreset = (name: string): name is PresetName => Object.hasOwn(presets, name)

export interface DemoConfig {
  readonly organization: Organization
  /** The settings before the preset is armed; undefined when no preset was chosen. */
  readonly dryRun: Organization | undefined
}

/**
 * The settings that the demo runs under: its own policies, a preset, or the `policies` of a file.
 *
 * @throws KeynagError `KEYNAG_OPTION_INVALID` for neither preset nor file, `KEYNAG_CONFIG_INVALID`.
 */
export async function demoConfig(
  policy: string | undefined,
  managers: Readonly<Record<string, string>>,
): Promise<DemoConfig> {
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
  if (policy === undefined) return { organization: withPolicies(ownPolicies), dryRun: undefined }
  if (isPreset(policy)) {
    return {
      organization: withPolicies([presetNamed(policy, { mode: 'enforce' })]),
      dryRun: withPolicies([presetNamed(policy)]),
    }
  }
  return { organization: withPolicies((await loadPolicyFile(policy)).policies), dryRun: undefined }
}
