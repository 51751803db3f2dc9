import type { Clock, IamReader, KeyMutations, Organization } from '@keynag/core'
import type { ClientSettings } from './session/client-settings.ts'
import { MemberIamReader } from './iam/iam-reader.ts'
import { IamKeyMutations } from './iam/key-mutations.ts'
import { MemberSessions } from './session/member-session.ts'

/** Lets an operator read member accounts and reactivate a key there. */
export function connectMembers({
  organization,
  clock,
  ...settings
}: ClientSettings & { readonly organization: Organization; readonly clock: Clock }): {
  readonly iam: IamReader
  readonly mutations: KeyMutations
} {
  const sessions = new MemberSessions(settings, organization.memberRoles, clock)
  return {
    iam: new MemberIamReader(sessions, { clock, random: Math.random }),
    mutations: new IamKeyMutations(sessions),
  }
}
