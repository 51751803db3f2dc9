import type { BoundPolicy, PolicyDocument } from '../policy/document.ts'
import type { Sealed } from '../sealed.ts'

export interface Role {
  readonly accountId: string
  readonly id: string
  readonly name: string
  readonly path: string
  readonly createdAtMs: number
  readonly trust: BoundPolicy
  readonly policies: readonly PolicyDocument[]
  /** IAM API Reference, Role, MaxSessionDuration: 1 to 12 h, 1 h unless set. */
  readonly maxSessionSeconds: number
  readonly tags: ReadonlyMap<string, string>
  /** How many sessions there have been. The IDs of a session's credentials derive from it. */
  sessionsEver: number
  removed: boolean
}

export const roleArn = (role: Pick<Role, 'accountId' | 'path' | 'name'>): string =>
  `arn:aws:iam::${role.accountId}:role${role.path}${role.name}`

/** Temporary credentials of a role. */
export interface Session {
  readonly accessKeyId: string
  readonly secret: Sealed<string>
  readonly token: Sealed<string>
  readonly role: Role
  readonly name: string
  /** The session policy. The session may do only what it and the role's policies both allow. */
  readonly policy: PolicyDocument | undefined
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/** Sessions leave the role's path out of their ARN (IAM User Guide, IAM identifiers). */
export const sessionArn = (session: Pick<Session, 'role' | 'name'>): string =>
  `arn:aws:sts::${session.role.accountId}:assumed-role/${session.role.name}/${session.name}`
