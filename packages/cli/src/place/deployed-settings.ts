import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  type DeployedConfiguration,
  isoTime,
  KeynagError,
  Organization,
  type Ledger,
} from '@keynag/core'
import { configurationHash } from '@keynag/engine'
import { loadConfig } from '../shell/options.ts'
import type { Shell } from '../shell/shell.ts'

interface Where {
  readonly name: string
  readonly ledger: Pick<Ledger, 'configuration'>
}

/**
 * The settings that apply in the place: those that keynag runs with there, which the ledger has. The file
 * of the checkout is only compared with them. It is used where the ledger has no settings that this release
 * can read, and a remark says so.
 *
 * @throws KeynagError what `loadConfig` throws, where the file is needed
 */
export async function settingsOf(
  { name, ledger }: Where,
  file: string,
  { remark }: Pick<Shell, 'remark'>,
): Promise<Organization> {
  const deployed = await deployedIn(ledger)
  if (!('hash' in deployed)) {
    const local = await loadConfig(file)
    if (deployed.why !== undefined) {
      remark(`${deployed.why}, so this command judges by ${file}.`)
    }
    return local
  }
  const { hash, since, organization } = deployed
  const difference = existsSync(resolve(file)) ? await differenceOf(file, hash) : undefined
  if (difference !== undefined) {
    remark(
      `${file} is not what ${name} runs with: ${difference}. This command judges by the deployed configuration ${shown(hash)}, in force since ${isoTime(since)}.`,
    )
  }
  return organization
}

type Deployed =
  | {
      readonly hash: string
      readonly since: DeployedConfiguration['since']
      readonly organization: Organization
    }
  /** Absent: the ledger cannot be read, which the command finds out itself. */
  | { readonly why?: string }

async function deployedIn(ledger: Where['ledger']): Promise<Deployed> {
  try {
    const found = await ledger.configuration()
    if (found === undefined)
      return { why: 'The ledger does not have the deployed configuration yet' }
    const { hash, since, text } = found
    if (text === undefined) return { why: 'The deployed configuration is too large for the ledger' }
    const { data: organization } = Organization.safeParse(JSON.parse(text))
    return organization === undefined
      ? { why: 'Another release wrote the deployed configuration, and this one cannot read it' }
      : { hash, since, organization }
  } catch (error) {
    if (!(error instanceof KeynagError)) throw error
    return {}
  }
}

/** How the file differs from the deployed settings. */
async function differenceOf(file: string, deployed: string): Promise<string | undefined> {
  try {
    const hash = configurationHash(await loadConfig(file))
    return hash === deployed ? undefined : `its hash is ${shown(hash)}`
  } catch (error) {
    if (error instanceof KeynagError) return error.code
    throw error
  }
}

/** As many digits as people compare. */
const shown = (hash: string): string => hash.slice(0, 12)
