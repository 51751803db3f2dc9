import type { AccountDirectory, AccountId, Clock, IamReader, Organization } from '@keynag/core'
import { OrganizationsDirectory } from './iam/account-directory.ts'
import type { ClientSettings } from './session/client-settings.ts'
import { MemberIamReader } from './iam/iam-reader.ts'
import { MemberSessions } from './session/member-session.ts'
import { auditOperations } from './roles/operations.ts'
import { sessionPolicy } from './session/session-policy.ts'

export interface ReaderOptions extends ClientSettings {
  readonly memberRoles: Organization['memberRoles']
  readonly clock: Clock
  /** The account of the credentials in use. The audit reads it without a role. */
  readonly own: AccountId
}

/**
 * The reading ports of an audit; none of them can change anything. Any role may be the reader, because
 * its sessions are narrowed to the operations of an audit.
 */
export function connectReader({ memberRoles, clock, own, ...settings }: ReaderOptions): {
  readonly iam: IamReader
  readonly accounts: AccountDirectory
} {
  const readerPolicy = sessionPolicy(auditOperations.inEachAccount, '*')
  const sessions = new MemberSessions(settings, memberRoles, clock, { own, readerPolicy })
  return {
    iam: new MemberIamReader(sessions, { clock, random: Math.random }),
    accounts: new OrganizationsDirectory(settings),
  }
}
