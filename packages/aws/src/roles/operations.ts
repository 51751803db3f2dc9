import type { QueueName, StageQueue } from '@keynag/core'
import type { MemberRole } from '../session/member-session.ts'

/** The resources that the hub's functions act on. */
export type HubResource =
  | 'ledger'
  | 'ledger-indexes'
  | 'organization'
  | 'mail'
  | 'slack-token'
  | 'missed-runs'
  | `queue:${StageQueue}`
  | `dead-letters:${StageQueue}`
  | `member-role:${MemberRole}`

export interface Use {
  readonly actions: readonly string[]
  readonly on: readonly HubResource[]
  /** Lambda itself calls this with the function's role; the function's own code never does. */
  readonly by?: 'lambda'
}

export type FunctionName =
  | 'planner'
  | 'scanner'
  | 'sweeper'
  | 'notifier'
  | 'escalator'
  | 'rotator'
  | 'digest'
  | 'bounces'

/**
 * A transaction needs only the permissions of its writes (DynamoDB Developer Guide, Using IAM with
 * transactions). UpdateItem counts against caps.
 */
const onLedger = (...operations: readonly string[]): Use => ({
  actions: operations.map((operation) => `dynamodb:${operation}`),
  on: ['ledger'],
})
const queriesIndexes: Use = { actions: ['dynamodb:Query'], on: ['ledger-indexes'] }
const walksEntries: Use = { actions: ['dynamodb:Scan'], on: ['ledger-indexes'] }
const sendsTo = (...queues: readonly QueueName[]): Use => ({
  actions: ['sqs:SendMessage'],
  on: queues.map((queue) => `queue:${queue}` as const),
})
/** Lambda polls with the function's role (Lambda Developer Guide, Using Lambda with Amazon SQS). */
const polls = (queue: StageQueue): Use => ({
  actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  on: [`queue:${queue}`],
  by: 'lambda',
})
const parksOn = (queue: QueueName): Use => ({
  actions: ['sqs:SendMessage'],
  on: [`dead-letters:${queue}`],
})
const consumes = (queue: QueueName): readonly Use[] => [polls(queue), parksOn(queue)]
/** Lambda sends finally failed invocations there, with the function's role. */
const leavesMissedRuns: Use = {
  actions: ['sqs:SendMessage'],
  on: ['missed-runs'],
  by: 'lambda',
}
const assumes = (...roles: readonly MemberRole[]): Use => ({
  actions: ['sts:AssumeRole'],
  on: roles.map((role) => `member-role:${role}` as const),
})
const sendsMail: Use = { actions: ['ses:SendEmail'], on: ['mail'] }
const readsSlackToken: Use = { actions: ['secretsmanager:GetSecretValue'], on: ['slack-token'] }

/** Every AWS operation that each function calls with its own role, and on which resources. */
export const hubOperations: Readonly<Record<FunctionName, readonly Use[]>> = {
  planner: [
    leavesMissedRuns,
    onLedger('GetItem', 'Query', 'PutItem'),
    sendsTo('scan'),
    {
      actions: [
        'organizations:ListAccounts',
        'organizations:ListRoots',
        'organizations:ListOrganizationalUnitsForParent',
        'organizations:ListAccountsForParent',
      ],
      on: ['organization'],
    },
  ],
  scanner: [
    ...consumes('scan'),
    onLedger('GetItem', 'PutItem'),
    queriesIndexes,
    sendsTo('scan', 'notify', 'escalate', 'rotate'),
    assumes('reader'),
  ],
  sweeper: [
    leavesMissedRuns,
    // With what it takes to send the messages of a plan that the planner could not send.
    onLedger('GetItem', 'BatchGetItem', 'PutItem', 'Query'),
    queriesIndexes,
    sendsTo('scan', 'notify', 'escalate', 'rotate'),
  ],
  notifier: [
    ...consumes('notify'),
    // With what the digest needs, which the notifier sends when its run has failed.
    onLedger('GetItem', 'BatchGetItem', 'PutItem', 'Query'),
    queriesIndexes,
    walksEntries,
    sendsTo('notify', 'rotate'),
    sendsMail,
    readsSlackToken,
  ],
  escalator: [...consumes('escalate'), onLedger('GetItem', 'PutItem'), sendsTo('notify')],
  rotator: [
    ...consumes('rotate'),
    onLedger('GetItem', 'PutItem', 'UpdateItem'),
    sendsTo('rotate', 'notify'),
    assumes('reader', 'creator', 'reaper'),
  ],
  digest: [leavesMissedRuns, onLedger('GetItem', 'Query', 'PutItem'), walksEntries, sendsMail],
  bounces: [polls('bounces'), onLedger('GetItem', 'Query', 'PutItem')],
}

/** The resources that a member role acts on in its own account. */
export type MemberResource = 'account' | 'users' | 'handovers'

export interface Grant {
  readonly actions: readonly string[]
  readonly on: MemberResource
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** Every AWS operation for which keynag assumes the member roles. */
export const memberRoleGrants: Readonly<Record<MemberRole, readonly Grant[]>> = {
  reader: [
    {
      actions: [
        'iam:GenerateCredentialReport',
        'iam:GetCredentialReport',
        'iam:GetAccountAuthorizationDetails',
        'cloudtrail:LookupEvents',
      ],
      on: 'account',
    },
    {
      actions: [
        'iam:ListAccessKeys',
        'iam:GetAccessKeyLastUsed',
        'iam:GetUser',
        'iam:ListGroupsForUser',
        'iam:GetLoginProfile',
      ],
      on: 'users',
    },
  ],
  creator: [
    { actions: ['iam:CreateAccessKey'], on: 'users' },
    {
      actions: [
        'secretsmanager:CreateSecret',
        'secretsmanager:TagResource',
        'secretsmanager:DescribeSecret',
        'secretsmanager:PutSecretValue',
        'secretsmanager:GetSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      on: 'handovers',
    },
    {
      actions: ['secretsmanager:PutResourcePolicy'],
      on: 'handovers',
      condition: { Bool: { 'secretsmanager:BlockPublicPolicy': 'true' } },
    },
  ],
  reaper: [
    { actions: ['iam:UpdateAccessKey', 'iam:DeleteAccessKey'], on: 'users' },
    {
      actions: ['secretsmanager:DeleteSecret'],
      on: 'handovers',
      condition: { BoolIfExists: { 'secretsmanager:ForceDeleteWithoutRecovery': 'false' } },
    },
  ],
}

/**
 * The operations that `keynag audit` calls: with the caller's credentials, and in each account. There
 * it narrows a session of the reader role to exactly these.
 */
export const auditOperations = {
  caller: {
    ownAccount: ['sts:GetCallerIdentity'],
    organization: [
      'organizations:ListAccounts',
      'organizations:ListRoots',
      'organizations:ListOrganizationalUnitsForParent',
      'organizations:ListAccountsForParent',
    ],
    otherAccounts: ['sts:AssumeRole'],
  },
  inEachAccount: [
    'iam:GenerateCredentialReport',
    'iam:GetCredentialReport',
    'iam:GetAccountAuthorizationDetails',
    'iam:ListAccessKeys',
    // Of a key that the report does not show. Where it is denied, the last use is unknown.
    'iam:GetAccessKeyLastUsed',
  ],
} as const
