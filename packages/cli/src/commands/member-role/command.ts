import { findRegionOfIam, memberRoleSettings, memberRoleTemplate } from '@keynag/aws'
import type { Command } from 'commander'
import { z } from 'zod'
import { stageName } from '../../place/open-place.ts'
import { accountId, loadConfig, readOptions } from '../../shell/options.ts'
import { onlyGroups } from '../../shell/group.ts'
import type { CommandContext } from '../../shell/shell.ts'

const examples = `
Examples
  npx pnpm keynag member-role template --stage production --hub-account 222222222222 \\
    --organization o-exampleorgid --region eu-west-1 > member-roles.json

The stacks deploy the same template through a StackSet. Deploy it by hand in accounts that StackSets
leave out, such as the management account:

  aws cloudformation deploy --stack-name keynag-member-roles --template-file member-roles.json \\
    --capabilities CAPABILITY_NAMED_IAM`

const TemplateOptions = z.object({
  stage: stageName,
  hubAccount: accountId,
  organization: z.string().regex(/^o-[a-z0-9]{10,32}$/, 'must be an ID such as o-exampleorgid'),
  region: z.string().min(1).optional(),
  config: z.string(),
})

export const addMemberRole = (program: Command, context: CommandContext): void => {
  const memberRole = program
    .command('member-role')
    .description('Prints the roles that keynag assumes in each account.')
    .addHelpText('after', examples)
  onlyGroups(memberRole)
  memberRole
    .command('template')
    .description('Prints the roles as a CloudFormation template, without calling AWS.')
    .requiredOption('--stage <name>', 'the stage whose functions assume the roles')
    .requiredOption('--hub-account <id>', 'the ID of the account that keynag runs in')
    .requiredOption('--organization <id>', 'the ID of the organisation that both accounts are in')
    .option('--region <region>', 'the AWS Region that keynag runs in')
    .option('--config <file>', "the file with the organisation's settings", 'keynag.config.ts')
    .hook('preAction', () => context.onlyReads())
    .action((raw: unknown) => printTemplate(raw, context))
}

async function printTemplate(raw: unknown, { shell }: CommandContext): Promise<void> {
  const { stage, hubAccount, organization, config, ...options } = readOptions(TemplateOptions, raw)
  const region = options.region ?? (await findRegionOfIam())
  const { memberRoles, protected: kept } = await loadConfig(config)
  const template = memberRoleTemplate(
    memberRoleSettings({
      stage,
      hubAccount,
      memberRoles,
      protected: kept,
      organizationId: organization,
      region,
    }),
  )
  await shell.print(JSON.stringify(template, undefined, 2))
}
