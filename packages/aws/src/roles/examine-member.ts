import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import {
  GenerateCredentialReportCommand,
  GetAccountAuthorizationDetailsCommand,
  GetCredentialReportCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListGroupsForUserCommand,
} from '@aws-sdk/client-iam'
import { KeynagError, type AccountId, type Clock, type Organization } from '@keynag/core'
import { classify, refusalOf } from '../classify.ts'
import type { ClientSettings } from '../session/client-settings.ts'
import type { MemberRoleSettings } from './member-role-template.ts'
import { memberRolesIn } from './member-roles-in.ts'
import { driftOf, type Drift } from './role-drift.ts'
import { MemberSessions, type MemberClients, type MemberRole } from '../session/member-session.ts'

/** What an account's member roles allow keynag, found by trying. */
export interface MemberExam {
  /** Roles that keynag cannot assume, each with the reason. */
  readonly refusedRoles: readonly { readonly role: MemberRole; readonly why: string }[]
  /** Operations that the template grants the reader and that AWS denies all the same. */
  readonly deniedReads: readonly string[]
  /** Differences between the roles and the template. Empty when the template is not known. */
  readonly drifts: readonly Drift[]
  /** Throttles and time-outs, which tell nothing about the roles. */
  readonly unknown: readonly string[]
}

/** A session with this policy may do nothing, whatever its role allows. */
const nothing = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
})

const sessionName = 'keynag-doctor'
/** For a user that does not exist, IAM answers NoSuchEntity if access is allowed, else AccessDenied. */
const UserName = 'keynag-doctor-asks-for-nobody'

/**
 * Tries an account's roles. It calls the reader's operations. It assumes creator and reaper with a
 * session that is denied every action, so that nothing can happen. The only change is that IAM makes a
 * credential report. It does not try `iam:GetAccessKeyLastUsed`, which needs a key.
 */
export async function examineMember(
  settings: ClientSettings,
  {
    memberRoles,
    clock,
    accountId,
    template,
  }: {
    readonly memberRoles: Organization['memberRoles']
    readonly clock: Clock
    readonly accountId: AccountId
    /** The settings that the template was made with. */
    readonly template?: MemberRoleSettings | undefined
  },
): Promise<MemberExam> {
  const sessions = new MemberSessions(settings, memberRoles, clock)
  const refusedRoles: { role: MemberRole; why: string }[] = []
  const deniedReads: string[] = []
  const unknown: string[] = []
  const drifts: Drift[] = []
  const assume = async (role: MemberRole, policy?: string): Promise<MemberClients | undefined> => {
    const narrowed = policy === undefined ? {} : { policy }
    try {
      return await sessions.clients({ accountId, role, sessionName, ...narrowed })
    } catch (error) {
      if (!(error instanceof KeynagError)) throw error
      if (error.code === 'KEYNAG_ROLE_UNREACHABLE') refusedRoles.push({ role, why: error.message })
      else unknown.push(`${role}: ${error.message}`)
      return undefined
    }
  }
  const reader = await assume('reader')
  for (const [operation, call] of reader === undefined ? [] : readsOf(reader)) {
    await call().catch((error: unknown) => {
      const refusal = refusalOf(error)
      if (refusal === 'denied') deniedReads.push(operation)
      else if (refusal === undefined) unknown.push(sentenceOf(error, operation, accountId))
    })
  }
  if (reader !== undefined && template !== undefined) {
    const expected = memberRolesIn(accountId, template)
    await driftOf(reader.iam(), expected).then(
      (found) => drifts.push(...found),
      (error: unknown) => {
        // The reads above have already reported a refusal.
        if (refusalOf(error) !== 'denied') unknown.push(sentenceOf(error, 'iam:roles', accountId))
      },
    )
  }
  for (const role of ['creator', 'reaper'] as const) await assume(role, nothing)
  return { refusedRoles, deniedReads, drifts, unknown }
}

const readsOf = ({ iam, iamEvents }: MemberClients) =>
  [
    [
      'iam:GetAccountAuthorizationDetails',
      () =>
        iam().send(new GetAccountAuthorizationDetailsCommand({ Filter: ['User'], MaxItems: 1 })),
    ],
    ['iam:GenerateCredentialReport', () => iam().send(new GenerateCredentialReportCommand({}))],
    ['iam:GetCredentialReport', () => iam().send(new GetCredentialReportCommand({}))],
    ['iam:ListAccessKeys', () => iam().send(new ListAccessKeysCommand({ UserName }))],
    ['iam:GetUser', () => iam().send(new GetUserCommand({ UserName }))],
    ['iam:ListGroupsForUser', () => iam().send(new ListGroupsForUserCommand({ UserName }))],
    ['iam:GetLoginProfile', () => iam().send(new GetLoginProfileCommand({ UserName }))],
    ['cloudtrail:LookupEvents', () => iamEvents().send(new LookupEventsCommand({ MaxResults: 1 }))],
  ] as const satisfies readonly (readonly [string, () => Promise<unknown>])[]

function sentenceOf(error: unknown, operation: string, accountId: AccountId): string {
  const failure = classify(error, { operation, accountId })
  if (!(failure instanceof KeynagError)) throw failure
  return failure.message
}
