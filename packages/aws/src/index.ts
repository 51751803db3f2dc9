export { callerIdentity, type CallerIdentity } from './session/caller-identity.ts'
export { calling, classify, type Call } from './classify.ts'
export {
  clientConfig,
  type ClientSettings,
  type Credentials,
  type ServiceName,
} from './session/client-settings.ts'
export { connect, type AwsPorts, type ConnectOptions } from './connect.ts'
export { connectMembers } from './connect-members.ts'
export { connectDirectory } from './connect-directory.ts'
export { connectReader, type ReaderOptions } from './connect-reader.ts'
export { DynamoLedger } from './ledger/dynamo-ledger.ts'
export { examineMember, type MemberExam } from './roles/examine-member.ts'
export { examineQueue, type QueueExam } from './queues/examine-queue.ts'
export { examineTable, type TableExam } from './ledger/examine-table.ts'
export { findQueueUrl, findQueueUrls } from './queues/find-queue-urls.ts'
export { findRegion, findRegionOfIam } from './session/find-region.ts'
export { operatorCredentials } from './session/operator-credentials.ts'
export { createTableInput, ledgerFields, ledgerIndexes, ledgerKey } from './ledger/ledger-table.ts'
export {
  memberRoleTemplate,
  trustedFunctions,
  type MemberRoleSettings,
} from './roles/member-role-template.ts'
export type { MemberRole } from './session/member-session.ts'
export {
  auditOperations,
  hubOperations,
  memberRoleGrants,
  type FunctionName,
  type Grant,
  type HubResource,
  type MemberResource,
  type Use,
} from './roles/operations.ts'
export { roleArn } from './session/partition.ts'
export type { Delays, QueueUrls } from './queues/publisher.ts'
export { readSecret } from './hand-over/read-secret.ts'
export { memberRoleSettings, memberRolesIn } from './roles/member-roles-in.ts'
export { organizationId } from './iam/organization-id.ts'
export { queueNamesOf, resourceNames } from './resource-names.ts'
export { setUpQueues, type QueueMade } from './queues/set-up-queues.ts'
export { setUpTable, type TableMade } from './ledger/set-up-table.ts'
export { SqsDeadLetterQueues, type StageQueueUrls } from './queues/sqs-dead-letter-queues.ts'
export { SqsInbox, type Inbox, type Received } from './queues/sqs-inbox.ts'
