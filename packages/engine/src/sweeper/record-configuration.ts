import { createHash } from 'node:crypto'
import { configurationText, type DeployedConfiguration, type Organization } from '@keynag/core'
import type { Ports } from '../ports.ts'

/** DynamoDB's limit for an item is 400 KB (DynamoDB Developer Guide, Service quotas). */
const mostBytes = 350_000

type ConfigurationPorts = Pick<Ports, 'clock' | 'ledger' | 'organization'>

/**
 * Writes the settings of this process into the ledger if the ledger has others, so that operators' commands
 * judge by what runs, and not by what a checkout happens to hold. Where two processes differ during a
 * deployment, the later sweep wins.
 */
export async function recordConfiguration(ports: ConfigurationPorts): Promise<void> {
  const { ledger, clock, organization } = ports
  const text = configurationText(organization)
  const hash = hashOf(text)
  const before = await ledger.configuration()
  if (before?.hash === hash) return
  const after: DeployedConfiguration = {
    hash,
    since: clock.now(),
    policies: organization.policies.map(({ name }) => name),
    ...(Buffer.byteLength(text) > mostBytes ? {} : { text }),
    version: (before?.version ?? 0) + 1,
  }
  await ledger.commit([{ kind: 'configuration', before, after }])
}

/** The hash of settings, as it is in the ledger. */
export const configurationHash = (organization: Organization): string =>
  hashOf(configurationText(organization))

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')
