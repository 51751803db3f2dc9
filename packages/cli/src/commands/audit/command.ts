import type { Command } from 'commander'
import { readOptions } from '../../shell/options.ts'
import type { CommandContext } from '../../shell/shell.ts'
import { runAudit } from './audit.ts'
import { AuditOptions } from './options.ts'
import { permissionsNeeded } from './permissions.ts'

const examples = `
Examples
  npx pnpm keynag audit --sandbox --org       a look at the output, without an AWS account
  npx pnpm keynag audit                       the account whose credentials these are
  npx pnpm keynag audit --org --reader-role OrganizationAccountAccessRole
  npx pnpm keynag audit --accounts 111122223333,444455556666 --reader-role security-audit
  npx pnpm keynag audit --org --json | jq '.findings[] | select(.ageDays > 365)'

It reads and never changes anything: whatever the reader role may do, its sessions are narrowed to
the operations that --permissions prints.
Ends with 0 when nothing was found, 2 when there are stale keys, root keys or accounts that could
not be read, 1 when the audit itself failed.`

export const addAudit = (program: Command, context: CommandContext): void => {
  program
    .command('audit')
    .description('Finds stale access keys on AWS, read-only, without deploying anything.')
    .option('--sandbox', 'the organization of the demo on its first day, without an AWS account')
    .option('--org', 'every account of the organization; without it the caller’s own account')
    .option('--accounts <ids>', 'only these accounts, separated by commas')
    .option('--ou <ids>', 'only accounts below these organizational units')
    .option('--reader-role <name>', 'the role to read other accounts with', 'keynag-reader')
    .option('--external-id <id>', 'what the reader role wants to hear')
    .option('--profile <name>', 'a profile of the AWS configuration')
    .option('--region <name>', 'a Region of the partition to look in')
    .option('--policy <name>', 'a preset, or a file like keynag.config.ts', 'cis-rotation')
    .option('--all', 'Inactive keys as well; lists every user’s keys')
    .option('--every-user', 'list every user’s keys instead of going by the credential report')
    .option('--json', 'one JSON object on standard output')
    .option('--csv', 'comma-separated values on standard output')
    .option('--html <file>', 'also write a page to pass on')
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
