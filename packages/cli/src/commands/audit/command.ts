import type { Command } from 'commander'
import { readOptions } from '../../shell/options.ts'
import type { CommandContext } from '../../shell/shell.ts'
import { runAudit } from './audit.ts'
import { AuditOptions } from './options.ts'
import { permissionsNeeded } from './permissions.ts'

const examples = `
Examples
  npx pnpm keynag audit --sandbox --org       try it without an AWS account
  npx pnpm keynag audit                       the account of the credentials in use
  npx pnpm keynag audit --org --reader-role OrganizationAccountAccessRole
  npx pnpm keynag audit --accounts 111122223333,444455556666 --reader-role security-audit
  npx pnpm keynag audit --org --json | jq '.findings[] | select(.ageDays > 365)'

Prints a line for each stale key with its age, last use, owner, policy and what keynag would do, then
every account that could not be read, and a summary. It reads and never changes anything: it narrows
the sessions of the reader role to the operations that --permissions prints.
The exit code is 0 when nothing was found, 2 when there are stale keys, root access keys or accounts
that could not be read, and 1 when the audit itself failed.`

export const addAudit = (program: Command, context: CommandContext): void => {
  program
    .command('audit')
    .description('Finds stale access keys on AWS, read-only, without deploying anything.')
    .option('--sandbox', "audit the demo's organization on its first day, without an AWS account")
    .option('--org', 'audit every account of the organization instead of only your own')
    .option('--accounts <ids>', 'audit only these accounts, separated by commas')
    .option('--ou <ids>', 'audit only accounts below these organizational units')
    .option('--reader-role <name>', 'the role with which to read other accounts', 'keynag-reader')
    .option('--external-id <id>', 'the external ID that the reader role requires')
    .option('--profile <name>', 'use this profile of the AWS configuration')
    .option('--region <name>', 'any Region of the AWS partition to audit')
    .option(
      '--policy <name>',
      'the name of a preset, or a file like keynag.config.ts',
      'cis-rotation',
    )
    .option('--all', 'report Inactive keys as well; implies --every-user')
    .option('--every-user', "list every user's keys instead of trusting the credential report")
    .option('--json', 'print one JSON object')
    .option('--csv', 'print comma-separated values')
    .option('--html <file>', 'also write an HTML page to this file')
    .option('--permissions', 'print the IAM permissions that an audit needs, and stop')
    .addHelpText('after', examples)
    .action(async (raw: unknown) => {
      context.onlyReads()
      const options = readOptions(AuditOptions, raw)
      if (options.permissions) {
        await context.shell.print(JSON.stringify(permissionsNeeded(options), undefined, 2))
        return
      }
      context.end(await runAudit(options, context))
    })
}
