import {
  anyDomain,
  asIfArmed,
  type Organization,
  parseConfig,
  type PresetName,
  presetNamed,
  presets,
} from '@keynag/core'
import { loadPolicyFile } from '../../shell/options.ts'
import type { AuditOptions } from './options.ts'

const isPreset = (name: string): name is PresetName => Object.hasOwn(presets, name)

/** More than any number of days, so that an audit never lists every user. */
const never = Number.MAX_SAFE_INTEGER

/**
 * The settings of an audit: those of a file, or a preset's policy. With a preset, an address in any
 * domain counts as an owner, because an audit sends no messages.
 *
 * @throws KeynagError `KEYNAG_OPTION_INVALID`, `KEYNAG_CONFIG_INVALID`
 */
export async function auditSettings(options: AuditOptions): Promise<Organization> {
  const settings = isPreset(options.policy)
    ? presetSettings(options.policy)
    : await loadPolicyFile(options.policy)
  const { readerRole: reader, externalId } = options
  return {
    ...settings,
    memberRoles: {
      ...settings.memberRoles,
      reader,
      ...(externalId === undefined ? {} : { externalId }),
    },
    // The credential report may omit an Inactive key, so --all lists every user.
    fullWalkEveryDays: options.everyUser || options.all ? 1 : never,
    policies: asIfArmed(settings.policies).map((policy) => ({
      ...policy,
      // An audit reports only stale keys, so a policy warns from the day on which a key is stale.
      warnFromDay: policy.staleAtDay,
      keys: options.all ? 'all' : policy.keys,
    })),
  }
}

/** The addresses only complete the settings: an audit sends no messages. */
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
