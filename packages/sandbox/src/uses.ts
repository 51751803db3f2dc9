import type { HubResource, MemberRole } from '@keynag/aws'
import { z } from 'zod'

/** `action on target`, with the targets of the table in packages/aws/src/roles/operations.ts. */
export type HubUse = `${string} on ${HubResource}`

const Queue = z.object({ QueueUrl: z.string() })
const Indexed = z.object({ IndexName: z.string().optional() })
const Assumed = z.object({ RoleArn: z.string() })
const Item = z.object({
  Put: z.unknown().optional(),
  Update: z.unknown().optional(),
  Delete: z.unknown().optional(),
  ConditionCheck: z.unknown().optional(),
})
const Transaction = z.object({ TransactItems: z.array(Item) })

const writes = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
} as const

/**
 * The permissions that the hub's role needs for a call; undefined for a call that needs none. A
 * transaction needs the permissions of its writes (DynamoDB Developer Guide, Using IAM with DynamoDB
 * transactions). A batch of messages needs the permission for one message (SQS API Reference,
 * SendMessageBatch).
 */
export function hubUses(operation: string, input: unknown): readonly HubUse[] | undefined {
  const [service = '', name = ''] = operation.split(':')
  switch (service) {
    case 'dynamodb':
      return ledgerUses(operation, name, input)
    case 'sqs':
      return [`sqs:${name.replace(/Batch$/, '')} on ${queueOf(Queue.parse(input).QueueUrl)}`]
    case 'ses':
      return [`${operation} on mail`]
    case 'organizations':
      return [`${operation} on organization`]
    case 'secretsmanager':
      return [`${operation} on slack-token`]
    case 'sts':
      // No permission is needed, and an explicit deny has no effect.
      if (name === 'GetCallerIdentity') return undefined
      return [`${operation} on member-role:${roleOf(Assumed.parse(input).RoleArn)}`]
    default:
      throw new Error(`hubUses does not know which permission ${operation} needs`)
  }
}

function ledgerUses(operation: string, name: string, input: unknown): readonly HubUse[] {
  if (name === 'TransactWriteItems') {
    const { TransactItems } = Transaction.parse(input)
    return TransactItems.flatMap((item) =>
      Object.entries(writes).flatMap(([kind, action]): readonly HubUse[] =>
        Object.hasOwn(item, kind) ? [`${action} on ledger`] : [],
      ),
    )
  }
  const { IndexName } = Indexed.parse(input)
  return [`${operation} on ${IndexName === undefined ? 'ledger' : 'ledger-indexes'}`]
}

const queueName = z.enum(['scan', 'notify', 'escalate', 'rotate', 'bounces'])

function queueOf(url: string): HubResource {
  const [, name, dead] = /\/keynag-(\w+?)(-dead-letters?)?$/.exec(url) ?? []
  return dead === undefined
    ? `queue:${queueName.parse(name)}`
    : `dead-letters:${queueName.parse(name)}`
}

const roleName = z.enum(['reader', 'creator', 'reaper'])

/** The role in an ARN like `arn:aws:iam::333333333333:role/keynag-reader`. */
export const roleOf = (arn: string): MemberRole => roleName.parse(arn.replace(/^.*keynag-/, ''))

const Tagged = z.object({ Tags: z.array(z.unknown()).optional() })

/**
 * The permissions that a member role needs for a call. To create a secret with tags, the role also
 * needs the permission to tag (Secrets Manager API Reference, CreateSecret).
 */
export const memberActions = (operation: string, input: unknown): readonly string[] =>
  operation === 'secretsmanager:CreateSecret' && Tagged.parse(input).Tags !== undefined
    ? [operation, 'secretsmanager:TagResource']
    : [operation]
