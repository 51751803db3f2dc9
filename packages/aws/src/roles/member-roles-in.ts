import { z } from 'zod'
import {
  logicalIds,
  memberRoleTemplate,
  trustedFunctions,
  type MemberRoleSettings,
} from './member-role-template.ts'
import type { MemberRole } from '../session/member-session.ts'
import { partitionOf, roleArn } from '../session/partition.ts'
import { resourceNames } from '../resource-names.ts'

/** The template's settings for a stage. The stage's name is part of its functions' role names. */
export function memberRoleSettings({
  stage,
  hubAccount,
  ...settings
}: Omit<MemberRoleSettings, 'trusted'> & {
  readonly stage: string
  readonly hubAccount: string
}): MemberRoleSettings {
  const { role } = resourceNames(stage)
  const arns = (names: readonly string[]): readonly string[] =>
    names.map((name) => roleArn(settings.region, hubAccount, role(name)))
  return {
    ...settings,
    trusted: {
      reader: arns(trustedFunctions.reader),
      creator: arns(trustedFunctions.creator),
      reaper: arns(trustedFunctions.reaper),
    },
  }
}

const Made = z.object({
  Properties: z.object({
    RoleName: z.string(),
    Path: z.string(),
    AssumeRolePolicyDocument: z.looseObject({}),
    Policies: z.tuple([z.object({ PolicyName: z.string(), PolicyDocument: z.looseObject({}) })]),
  }),
})

/** A role as CloudFormation makes it from the template in one account. */
export interface MadeRole {
  readonly role: MemberRole
  readonly name: string
  readonly path: string
  readonly trustPolicy: object
  readonly policy: object
}

export function memberRolesIn(
  accountId: string,
  settings: MemberRoleSettings,
): readonly MadeRole[] {
  const { Resources } = memberRoleTemplate(settings)
  const partition = partitionOf(settings.region).name
  return (['reader', 'creator', 'reaper'] as const).map((role) => {
    const { RoleName, Path, AssumeRolePolicyDocument, Policies } = Made.parse(
      filledIn(Resources[logicalIds[role]], { accountId, partition }),
    ).Properties
    return {
      role,
      name: RoleName,
      path: Path,
      trustPolicy: AssumeRolePolicyDocument,
      policy: Policies[0].PolicyDocument,
    }
  })
}

const Substitution = z.strictObject({ 'Fn::Sub': z.string() })

/** Resolves `Fn::Sub` as CloudFormation does. */
function filledIn(
  value: unknown,
  account: { readonly accountId: string; readonly partition: string },
): unknown {
  const substitution = Substitution.safeParse(value)
  if (substitution.success) {
    return substitution.data['Fn::Sub']
      .replaceAll('${AWS::AccountId}', account.accountId)
      .replaceAll('${AWS::Partition}', account.partition)
  }
  if (Array.isArray(value)) return value.map((item) => filledIn(item, account))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, filledIn(item, account)]),
  )
}
