import { auditOperations } from '@keynag/aws'
import type { AuditOptions } from './options.ts'

const allow = (actions: readonly string[], resource: string) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resource,
})

const policyOf = (...statements: readonly object[]) => ({
  Version: '2012-10-17',
  Statement: statements,
})

/** The IAM policies that an audit with these options needs. No action allows a narrower resource. */
export function permissionsNeeded({ org, ou, accounts, readerRole }: AuditOptions): object {
  const { caller, inEachAccount } = auditOperations
  const reads = allow(inEachAccount, '*')
  const wantsOrganization = org || ou !== undefined
  if (!wantsOrganization && accounts === undefined) {
    return { caller: policyOf(allow(caller.ownAccount, '*'), reads) }
  }
  const roleArn = `arn:aws:iam::*:role/${readerRole.replace(/^\//, '')}`
  return {
    caller: policyOf(
      allow(caller.ownAccount, '*'),
      ...(wantsOrganization ? [allow(caller.organization, '*')] : []),
      allow(caller.otherAccounts, roleArn),
      reads,
    ),
    readerRole: policyOf(reads),
  }
}
