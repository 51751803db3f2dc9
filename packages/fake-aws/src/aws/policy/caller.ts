import type { Actor } from '../world/actor.ts'
import { type Session, roleArn, sessionArn } from '../world/role.ts'
import { type AccessKey, userArn } from '../world/user.ts'
import type { PolicyDocument } from './document.ts'

/** The user or the role session that signed a request. */
export type Caller =
  | { readonly kind: 'user'; readonly key: AccessKey }
  | { readonly kind: 'session'; readonly session: Session }

export const accountIdOf = (caller: Caller): string =>
  caller.kind === 'user' ? caller.key.user.accountId : caller.session.role.accountId

/** The ARN by which GetCallerIdentity and error messages name the caller. */
export const callerArn = (caller: Caller): string =>
  caller.kind === 'user' ? userArn(caller.key.user) : sessionArn(caller.session)

/**
 * `aws:PrincipalArn`. For a session it is the role's ARN (IAM User Guide, Global condition context
 * keys).
 */
export const principalArn = (caller: Caller): string =>
  caller.kind === 'user' ? userArn(caller.key.user) : roleArn(caller.session.role)

export const uniqueIdOf = (caller: Caller): string =>
  caller.kind === 'user' ? caller.key.user.id : caller.session.role.id

/** `aws:userid` and GetCallerIdentity's UserId. */
export const userIdOf = (caller: Caller): string =>
  caller.kind === 'user' ? caller.key.user.id : `${caller.session.role.id}:${caller.session.name}`

export const identityPolicies = (caller: Caller): readonly PolicyDocument[] =>
  caller.kind === 'user' ? caller.key.user.policies : caller.session.role.policies

export const actorOf = (caller: Caller): Actor => {
  const common = {
    arn: callerArn(caller),
    accountId: accountIdOf(caller),
    principalId: userIdOf(caller),
  }
  if (caller.kind === 'user') {
    const { key } = caller
    return { ...common, kind: 'user', username: key.user.name, accessKeyId: key.id }
  }
  const { session } = caller
  return {
    ...common,
    kind: 'role-session',
    username: session.name,
    sessionName: session.name,
    accessKeyId: session.accessKeyId,
    sessionCreatedAtMs: session.createdAtMs,
    issuer: {
      arn: roleArn(session.role),
      uniqueId: session.role.id,
      roleName: session.role.name,
    },
  }
}
