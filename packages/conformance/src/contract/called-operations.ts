import { z } from 'zod'
import { hubOperations, memberRoleGrants } from '@keynag/aws'

/** IAM's prefix of each client's operations. */
const prefixes: Readonly<Record<string, string>> = {
  DynamoDBClient: 'dynamodb',
  IAMClient: 'iam',
  OrganizationsClient: 'organizations',
  SecretsManagerClient: 'secretsmanager',
  SESClient: 'ses',
  SQSClient: 'sqs',
  STSClient: 'sts',
}

const called = new Set<string>()

/** What the SDK tells its logger of a call that was answered or refused. */
const Entry = z.object({ clientName: z.string(), commandName: z.string() })

const note = (entry: unknown): void => {
  const told = Entry.safeParse(entry)
  if (!told.success) return
  const { clientName, commandName } = told.data
  called.add(`${prefixes[clientName] ?? clientName}:${commandName.replace(/Command$/, '')}`)
}
const ignore = (): void => undefined

/** A logger for the SDK's clients that notes `iam:CreateAccessKey` and the like. */
export const callLogger = { debug: ignore, info: note, warn: ignore, error: note }

/** moto has no events to look up, and tags are given by CreateSecret, which asks for both. */
const elsewhere = new Set(['cloudtrail:LookupEvents', 'secretsmanager:TagResource'])

/** What keynag has a permission for, and no case has called. */
export const operationsNotCalled = (): readonly string[] => {
  const uses = [...Object.values(hubOperations), ...Object.values(memberRoleGrants)].flat()
  const wanted = new Set(uses.flatMap(({ actions }) => actions))
  return [...wanted].filter((one) => !called.has(one) && !elsewhere.has(one))
}
