import { callerIdentity, connectReader, findRegionOfIam } from '@keynag/aws'
import { permanent } from '@keynag/core'
import { writeWhole } from '../../output/file.ts'
import { operatorSettings } from '../../place/operator-settings.ts'
import type { SandboxAws } from '../../place/place.ts'
import { type CommandContext, type ExitCode, exitCodes, type Shell } from '../../shell/shell.ts'
import { chosenAccounts } from './accounts.ts'
import { type AuditReport, reportOf } from './findings.ts'
import type { AuditOptions } from './options.ts'
import { csvOf } from './render-csv.ts'
import { htmlOf } from './render-html.ts'
import { gapsOf, summaryOf, textOf } from './render-text.ts'
import { scanAccounts } from './scan-accounts.ts'
import { auditSettings } from './settings.ts'

/** Audits every account that the options name, and prints what it found. */
export async function runAudit(
  options: AuditOptions,
  { shell, startSandboxAws }: Pick<CommandContext, 'shell' | 'startSandboxAws'>,
): Promise<ExitCode> {
  if (!options.sandbox) {
    const { profile } = options
    const region = options.region ?? (await findRegionOfIam(profile))
    const settings = operatorSettings({ region, profile }, shell)
    return audit(options, shell, { settings, clock: shell.clock })
  }
  if (startSandboxAws === undefined) {
    throw permanent('KEYNAG_OPTION_INVALID', '--sandbox works only in a checkout of keynag')
  }
  const sandbox = await startSandboxAws()
  try {
    const code = await audit({ ...options, externalId: sandbox.externalId }, shell, sandbox)
    shell.remark(
      "This is the demo's organization on its first day, before keynag did anything in it.",
    )
    return code
  } finally {
    await sandbox.close()
  }
}

async function audit(
  options: AuditOptions,
  shell: Shell,
  { settings, clock }: Pick<SandboxAws, 'settings' | 'clock'>,
): Promise<ExitCode> {
  const organization = await auditSettings(options)
  shell.progress('asking AWS which account these credentials belong to')
  const { accountId: own } = await callerIdentity(settings)
  const reader = connectReader({ ...settings, memberRoles: organization.memberRoles, clock, own })
  const scanned = await scanAccounts({
    accounts: chosenAccounts(options, own, reader.accounts),
    iam: reader.iam,
    clock,
    organization,
    interrupted: shell.interrupted,
    onProgress: (done, of, found) =>
      shell.progress(`${done} of ${of} accounts read, ${found} old keys so far`),
  })
  const report = reportOf(scanned, organization.policies, clock.now())
  await show(report, options, shell)
  return exitCodeOf(report)
}

async function show(report: AuditReport, options: AuditOptions, shell: Shell): Promise<void> {
  if (options.html !== undefined) {
    await writeWhole(options.html, htmlOf(report))
    shell.remark(`Wrote ${options.html}.`)
  }
  if (options.json) {
    await shell.print(JSON.stringify(report, undefined, 2))
    return
  }
  if (options.csv) {
    await shell.print(csvOf(report))
    for (const line of [...gapsOf(report), summaryOf(report)]) shell.remark(line)
    return
  }
  await shell.print(textOf(report, shell))
}

/** An unreadable account is a finding. If no account is readable, the audit failed. */
function exitCodeOf({ accounts, findings }: AuditReport): ExitCode {
  const readable = accounts.filter(({ state }) => state !== 'skipped')
  const failed = readable.filter(({ state }) => state === 'failed')
  if (readable.length > 0 && failed.length === readable.length) return exitCodes.error
  const hasRootKeys = accounts.some(({ rootKeys = [] }) => rootKeys.length > 0)
  const isInPart = accounts.some(({ unread = [] }) => unread.length > 0)
  return findings.length > 0 || failed.length > 0 || hasRootKeys || isInPart
    ? exitCodes.findings
    : exitCodes.ok
}
