import { z } from 'zod'
import { hubOperations, memberRoleGrants } from '@keynag/aws'

/** IAM's service prefix for the operations of each SDK client. */
const prefixes: Readonly<Record<string, string>> = {
  DynamoDBClient: 'dynamodb',
  IAMClient: 'iam',
  OrganizationsClient: 'organizations',
  SecretsManagerClient: 'secretsmanager',
  SESv2Client: 'ses',
  SQSClient: 'sqs',
  STSClient: 'sts',
}

const called = new Set<string>()

/** The SDK's log entry for a call. */
const Entry = z.object({ clientName: z.string(), commandName: z.string() })

const recordCall = (entry: unknown): void => {
  const parsed = Entry.safeParse(entry)
  if (!parsed.success) return
  const { clientName, commandName } = parsed.data
  called.add(`${prefixes[clientName] ?? clientName}:${commandName.replace(/Command$/, '')}`)
}
const ignore = (): void => undefined

/** A logger for SDK clients that records the operation of each call, e.g. `iam:CreateAccessKey`. */
export const callLogger = {
  debug: ignore,
  info: recordCall,
  warn: ignore,
  error: recordCall,
}

/**
 * Operations without a case. moto has no CloudTrail events. keynag tags a secret in its CreateSecret
 * call, which needs the permission for TagResource too.
 */
const notCovered = new Set(['cloudtrail:LookupEvents', 'secretsmanager:TagResource'])

/** The operations that keynag has a permission for and that no case has called. */
export const operationsNotCalled = (): readonly string[] => {
  const uses = [...Object.values(hubOperations), ...Object.values(memberRoleGrants)].flat()
  const wanted = new Set(uses.flatMap(({ actions }) => actions))
  return [...wanted].filter((one) => !called.has(one) && !notCovered.has(one))
}
