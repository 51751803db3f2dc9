export { callerIdentity, type CallerIdentity } from './caller-identity.ts'
export { calling, classify, type Call } from './classify.ts'
export type { ClientSettings, Credentials, ServiceName } from './client-settings.ts'
export { connect, type AwsPorts, type ConnectOptions } from './connect.ts'
export { connectMembers } from './connect-members.ts'
export { connectDirectory } from './connect-directory.ts'
export { connectReader, type ReaderOptions } from './connect-reader.ts'
export { DynamoLedger } from './dynamo-ledger.ts'
export { examineMember, type MemberExam } from './examine-member.ts'
export { examineQueue, type QueueExam } from './examine-queue.ts'
export { examineTable, type TableExam } from './examine-table.ts'
export { findQueueUrl, findQueueUrls } from './find-queue-urls.ts'
export { findRegion } from './find-region.ts'
export { createTableInput, ledgerFields, ledgerIndexes, ledgerKey } from './ledger-table.ts'
export {
  memberRoleTemplate,
  trustedFunctions,
  type MemberRoleSettings,
} from './member-role-template.ts'
export type { MemberRole } from './member-session.ts'
export {
  auditOperations,
  hubOperations,
  memberRoleGrants,
  type FunctionName,
  type Grant,
  type HubResource,
  type MemberResource,
  type Use,
} from './operations.ts'
export { roleArn } from './partition.ts'
export { queueRules, type QueueRule } from './queue-rules.ts'
export type { Delays, QueueUrls } from './publisher.ts'
export { readSecret } from './read-secret.ts'
export { memberRoleSettings, memberRolesIn } from './member-roles-in.ts'
export { organizationId } from './organization-id.ts'
export { queueNamesOf, resourceNames } from './resource-names.ts'
export { setUpQueues, type QueueMade } from './set-up-queues.ts'
export { setUpTable, type TableMade } from './set-up-table.ts'
export { SqsDeadLetterQueues, type StageQueueUrls } from './sqs-dead-letter-queues.ts'
export { SqsInbox, type Inbox, type Received } from './sqs-inbox.ts'
