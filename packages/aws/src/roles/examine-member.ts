import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import {
  GenerateCredentialReportCommand,
  GetAccountAuthorizationDetailsCommand,
  GetCredentialReportCommand,
  GetUserCommand,
  ListAccessKeysCommand,
} from '@aws-sdk/client-iam'
import { KeynagError, type AccountId, type Clock, type Organization } from '@keynag/core'
import { classify, refusalOf } from '../classify.ts'
import type { ClientSettings } from '../session/client-settings.ts'
import type { MemberRoleSettings } from './member-role-template.ts'
import { memberRolesIn } from './member-roles-in.ts'
import { driftOf, type Drift } from './role-drift.ts'
import { MemberSessions, type MemberClients, type MemberRole } from '../session/member-session.ts'

/** What an account's member roles let keynag do, found by trying. */
export interface MemberExam {
  /** Roles that cannot be assumed, with why. */
  readonly refusedRoles: readonly { readonly role: MemberRole; readonly why: string }[]
  /** What the reader is granted by the template and yet is refused. */
  readonly deniedReads: readonly string[]
  /** What of the roles is not as the template has it; where that is not known, nothing. */
  readonly drifts: readonly Drift[]
  /** Throttles and time-outs: nothing was learnt. */
  readonly unknown: readonly string[]
}

/** A session of these may do nothing at all, whatever its role may. */
const nothing = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
})

const sessionName = 'keynag-doctor'
/** IAM answers for a user who is not there: NoSuchEntity to whoever may ask, AccessDenied else. */
const UserName = 'keynag-doctor-asks-for-nobody'

/**
 * Tries an account's roles. The reader's operations are called; creator and reaper are assumed with
 * a session that is denied everything, so that nothing can happen. A report that IAM is asked for is
 * the only thing that changes. `iam:GetAccessKeyLastUsed` is not tried: it wants a key.
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
    /** What the template was made with. */
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
        // Refused is what the reads above have said.
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
    ['cloudtrail:LookupEvents', () => iamEvents().send(new LookupEventsCommand({ MaxResults: 1 }))],
  ] as const satisfies readonly (readonly [string, () => Promise<unknown>])[]

function sentenceOf(error: unknown, operation: string, accountId: AccountId): string {
  const failure = classify(error, { operation, accountId })
  if (!(failure instanceof KeynagError)) throw failure
  return failure.message
}
