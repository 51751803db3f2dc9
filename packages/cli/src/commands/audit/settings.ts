import {
  anyDomain,
  asIfArmed,
  type Organization,
  parseConfig,
  type PresetName,
  presetNamed,
  presets,
} from '@keynag/core'
import { loadConfig } from '../../shell/options.ts'
import type { AuditOptions } from './options.ts'

const isPreset = (name: string): name is PresetName => Object.hasOwn(presets, name)

/** Further than any count of days: no scan of an audit falls on the day of the full walk. */
const never = Number.MAX_SAFE_INTEGER

/**
 * The settings an audit runs under: those of a file, or a preset's policy with owners believed
 * whatever their domain, since an audit writes to nobody.
 *
 * @throws KeynagError `KEYNAG_OPTION_INVALID`, `KEYNAG_CONFIG_INVALID`
 */
export async function auditSettings(options: AuditOptions): Promise<Organization> {
  const settings = isPreset(options.policy)
    ? presetSettings(options.policy)
    : await loadConfig(options.policy)
  const { readerRole: reader, externalId } = options
  return {
    ...settings,
    memberRoles: {
      ...settings.memberRoles,
      reader,
      ...(externalId === undefined ? {} : { externalId }),
    },
    // The report may show an Inactive key as no key at all.
    fullWalkEveryDays: options.everyUser || options.all ? 1 : never,
    policies: asIfArmed(settings.policies).map((policy) => ({
      ...policy,
      // Keys that their policy only warns of are not listed: an audit reports stale ones.
      warnFromDay: policy.staleAtDay,
      keys: options.all ? 'all' : policy.keys,
    })),
  }
}

/** Nobody is written to: the addresses only complete the settings. */
function presetSettings(name: PresetName): Organization {
  const nobody = 'nobody@audit.invalid'
  const settings = parseConfig({
    contacts: { domains: ['audit.invalid'] },
    mail: { from: nobody },
    security: { channel: '#security', email: nobody },
    administrators: [nobody],
    policies: [presetNamed(name)],
  })
  return { ...settings, contacts: { ...settings.contacts, domains: [anyDomain] } }
}
