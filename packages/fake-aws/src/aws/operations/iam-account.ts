import { z } from 'zod'
import { AwsError } from '../aws-error.ts'
import { REPORT_LIFETIME_MS, writeReport } from '../world/credential-report.ts'
import { type Role, roleArn } from '../world/role.ts'
import { type User, userArn } from '../world/user.ts'
import { pageOf, paging } from './iam-lookup.ts'
import { tagList } from './iam-users.ts'
import { type Call, type Output, operation } from './operation.ts'
import { permit } from './permission.ts'

const userDetail = (call: Call, user: User): Output => {
  const tags = user.tags.seenAt(call.nowMs)
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: userArn(user),
    CreateDate: new Date(user.createdAtMs),
    GroupList: [...user.groups].map(({ name }) => name),
    AttachedManagedPolicies: [],
    Tags: tags.size === 0 ? undefined : tagList(tags),
  }
}

const roleDetail = (role: Role): Output => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: roleArn(role),
  CreateDate: new Date(role.createdAtMs),
  AssumeRolePolicyDocument: encodeURIComponent(role.trust.text),
  RolePolicyList: role.policies.map((document, index) => ({
    PolicyName: `inline-${index + 1}`,
    PolicyDocument: encodeURIComponent(JSON.stringify(document)),
  })),
  Tags: tagList(role.tags),
})

/** One listing pages through users, groups and roles in this order. */
type Entity =
  | { readonly order: string; readonly user: User }
  | { readonly order: string; readonly group: Output }
  | { readonly order: string; readonly role: Role }

const entitiesOf = ({ account }: Call, filter: readonly string[]): readonly Entity[] => {
  const wants = (kind: string): boolean => filter.length === 0 || filter.includes(kind)
  const users = wants('User') ? account.users.sorted : []
  const groups = wants('Group') ? [...account.groups.values()] : []
  const roles = wants('Role') ? [...account.roles.values()] : []
  const others: Entity[] = [
    ...groups.map((group) => ({
      order: `2 ${group.name}`,
      group: {
        Path: group.path,
        GroupName: group.name,
        GroupId: group.id,
        Arn: `arn:aws:iam::${account.id}:group${group.path}${group.name}`,
        CreateDate: new Date(group.createdAtMs),
        GroupPolicyList: [],
        AttachedManagedPolicies: [],
      },
    })),
    ...roles.map((role) => ({ order: `3 ${role.name}`, role })),
  ]
  others.sort((a, b) => (a.order < b.order ? -1 : 1))
  return [...users.map((user) => ({ order: `1 ${user.name}`, user })), ...others]
}

/** The policies of users and groups are left out, because keynag does not read them. */
const getAccountAuthorizationDetails = operation({
  name: 'GetAccountAuthorizationDetails',
  input: z.object({
    Filter: z
      .array(z.enum(['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy']))
      .default([]),
    ...paging,
  }),
  perform: (call, input) => {
    permit(call, { resource: '*' })
    const entities = entitiesOf(call, input.Filter)
    const listing = input.Filter.join(',')
    const { items, end } = pageOf(call, listing, input, entities, ({ order }) => order)
    return {
      UserDetailList: items.flatMap((one) => ('user' in one ? [userDetail(call, one.user)] : [])),
      GroupDetailList: items.flatMap((one) => ('group' in one ? [one.group] : [])),
      RoleDetailList: items.flatMap((one) => ('role' in one ? [roleDetail(one.role)] : [])),
      Policies: [],
      ...end,
    }
  },
})

/**
 * Answers STARTED, then INPROGRESS until the report is made, then COMPLETE. IAM does not make a new
 * report within four hours and answers COMPLETE at once (IAM API Reference,
 * GenerateCredentialReport).
 */
const generateCredentialReport = operation({
  name: 'GenerateCredentialReport',
  input: z.object({}),
  perform: (call) => {
    permit(call, { resource: '*' })
    if (call.fault === 'report-limit-exceeded') {
      throw new AwsError('LimitExceeded', 'No more capacity available for report generation.', 409)
    }
    const { account, nowMs, world } = call
    const { report } = account
    const never = call.fault === 'report-never-completes'
    const young = report !== undefined && nowMs - report.requestedAtMs < REPORT_LIFETIME_MS
    if (young && !never && report.completeAtMs !== Infinity) {
      return nowMs < report.completeAtMs ? { State: 'INPROGRESS' } : { State: 'COMPLETE' }
    }
    account.report = {
      requestedAtMs: nowMs,
      completeAtMs: never ? Infinity : nowMs + world.settings.reportMs,
      content: writeReport(account, nowMs, world.settings),
    }
    if (report?.completeAtMs === Infinity) return { State: 'INPROGRESS' }
    const Description = 'No report exists. Starting a new report generation task'
    return { State: 'STARTED', Description }
  },
})

const getCredentialReport = operation({
  name: 'GetCredentialReport',
  input: z.object({}),
  perform: (call) => {
    permit(call, { resource: '*' })
    const report = call.account.report
    if (report === undefined) {
      throw new AwsError('ReportNotPresent', 'No report exists. Generate a report first.', 410)
    }
    if (call.nowMs < report.completeAtMs) {
      throw new AwsError('ReportInProgress', 'The report is still being generated.', 404)
    }
    if (call.nowMs - report.requestedAtMs >= REPORT_LIFETIME_MS) {
      throw new AwsError('ReportExpired', 'The report has expired. Generate a new one.', 410)
    }
    return {
      Content: report.content,
      ReportFormat: 'text/csv',
      GeneratedTime: new Date(report.requestedAtMs),
    }
  },
})

export const iamAccount = [
  getAccountAuthorizationDetails,
  generateCredentialReport,
  getCredentialReport,
]
