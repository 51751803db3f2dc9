import {
  callerIdentity,
  connectDirectory,
  memberRoleSettings,
  type MemberRoleSettings,
  organizationId,
} from '@keynag/aws'
import { type Account, KeynagError, type Organization } from '@keynag/core'
import type { Command } from 'commander'
import { z } from 'zod'
import { plural } from '../../output/format.ts'
import { tableOf } from '../../output/table.ts'
import { addPlaceOptions, withPlace } from '../../place/open-place.ts'
import type { Place, PlaceInAws } from '../../place/place.ts'
import { readOptions } from '../../shell/options.ts'
import { type CommandContext, type ExitCode, exitCodes, type Shell } from '../../shell/shell.ts'
import { checkAccounts } from './check-accounts.ts'
import { checkLedger } from './check-ledger.ts'
import { checkQueues, checkSender, checkTable } from './check-resources.ts'
import { doctorCatalog, type DoctorCode, type Finding, unknown, wrong } from './finding.ts'

const examples = `
Examples
  npx pnpm keynag doctor --stage production
  npx pnpm keynag doctor --stage production --json | jq '.findings[].code'
  npx pnpm keynag doctor --sandbox                      checks only the ledger and the queues

Prints a line for each finding, then what to do about it. It changes nothing: it assumes the creator
and the reaper role with a session that is denied every action. Run it with a role that the member
roles trust. The exit code is 0 when all is well, 2 when something is wrong, and 1 when something
could not be checked.`

const DoctorOptions = z.object({ json: z.boolean().default(false) })

export const addDoctor = (program: Command, context: CommandContext): void => {
  const command = program
    .command('doctor')
    .description(
      'Checks roles, table, queues, scans, due work and the ledger, and says what is wrong.',
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', examples)
  addPlaceOptions(command).action((raw: unknown) => doctor(raw, context))
}

function doctor(raw: unknown, context: CommandContext): Promise<void> {
  const { json } = readOptions(DoctorOptions, raw)
  context.onlyReads()
  return withPlace(raw, context, async (place) => {
    const { shell } = context
    const { findings, checked } = await examine(place, shell)
    context.end(exitCodeOf(findings))
    if (json) {
      const withAdvice = findings.map((each) => ({ ...each, remedy: doctorCatalog[each.code] }))
      await shell.print(JSON.stringify({ place: place.name, checked, findings: withAdvice }))
      return
    }
    if (findings.length > 0) await shell.print(tableOf(findings, columns, shell))
    for (const code of new Set(findings.map((each) => each.code))) {
      shell.remark(`${code}: ${doctorCatalog[code]}`)
    }
    const sum = findings.length === 0 ? 'all is well' : plural(findings.length, 'finding')
    shell.remark(`${place.name}: ${sum}. Checked: ${checked.join(', ')}.`)
  })
}

const columns = [
  {
    title: 'code',
    value: ({ code, severity }: Finding) => (severity === 'wrong' ? code : `${code} (not checked)`),
  },
  { title: 'about', value: ({ subject }: Finding) => subject, shrink: 1 },
  { title: 'what', value: ({ sentence }: Finding) => sentence },
] as const

function exitCodeOf(findings: readonly Finding[]): ExitCode {
  if (findings.some(({ severity }) => severity === 'wrong')) return exitCodes.findings
  return findings.length > 0 ? exitCodes.error : exitCodes.ok
}

async function examine(place: Place, shell: Shell) {
  const findings: Finding[] = []
  const checked: string[] = []
  const { aws, organization, clock } = place
  /** One check that fails must not keep the others from being made. */
  const check = async (
    what: string,
    code: DoctorCode,
    run: () => Promise<readonly Finding[]>,
  ): Promise<void> => {
    try {
      findings.push(...(await run()))
      checked.push(what)
    } catch (error) {
      if (!(error instanceof KeynagError)) throw error
      findings.push(unknown(code, what, `${error.code}: ${error.message}`))
    }
  }
  if (aws === undefined) {
    await check('dead letters', 'dead-letters-waiting', () => deadLetterFindings(place))
  } else {
    await check('table', 'table-missing', () => checkTable(aws))
    if (aws.queues !== undefined) await check('queues', 'queue-missing', () => checkQueues(aws))
    await check('sender', 'sender-unverified', () => checkSender(aws, organization))
    await check('accounts', 'role-unreachable', async () => {
      const all = await connectDirectory(aws.settings).accounts({ withUnits: false })
      const accounts = all.filter(({ state }: Account) => state === 'ACTIVE')
      const onAccount = (done: number): void =>
        shell.progress(`accounts: ${done} of ${accounts.length}`)
      const template = await expectedRoles(aws, organization)
      return checkAccounts({ aws, organization, clock, accounts, template, onAccount })
    })
  }
  await check('ledger', 'table-missing', () => checkLedger(place))
  return { findings, checked }
}

/** The stage's name says which roles of the hub the member roles trust; without it nobody knows. */
async function expectedRoles(
  { stage, settings }: PlaceInAws,
  { memberRoles, protected: kept }: Organization,
): Promise<MemberRoleSettings | undefined> {
  if (stage === undefined) return undefined
  const { accountId: hubAccount } = await callerIdentity(settings)
  return memberRoleSettings({
    stage,
    hubAccount,
    memberRoles,
    protected: kept,
    organizationId: await organizationId(settings),
    region: settings.region,
  })
}

async function deadLetterFindings(place: Place): Promise<readonly Finding[]> {
  const queues = await place.queues()
  const findings: Finding[] = []
  for (const name of queues.names) {
    const { deadLetters } = await queues.depth(name)
    if (deadLetters === 0) continue
    const sentence = `${plural(deadLetters, 'message')} could not be handled`
    findings.push(wrong('dead-letters-waiting', name, sentence))
  }
  return findings
}
