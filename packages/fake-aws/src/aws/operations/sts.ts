import { z } from 'zod'
import { AwsError, serviceError } from '../aws-error.ts'
import { accountIdOf, callerArn, userIdOf } from '../policy/caller.ts'
import { type PolicyDocument, readPolicy } from '../policy/document.ts'
import { type Role, sessionArn } from '../world/role.ts'
import { type Call, operation } from './operation.ts'
import { permit } from './permission.ts'

/** Needs no permission, and even an explicit deny does not prevent it (STS API Reference). */
const getCallerIdentity = operation({
  name: 'GetCallerIdentity',
  input: z.object({}),
  perform: ({ caller }) => ({
    UserId: userIdOf(caller),
    Account: accountIdOf(caller),
    Arn: callerArn(caller),
  }),
})

/**
 * A session of a role that another role's session assumed lasts one hour at most (IAM User Guide,
 * Roles terms and concepts, role chaining).
 */
const CHAINED_SECONDS = 3600

/** The most characters of a session policy (STS API Reference, AssumeRole, Policy). */
const SESSION_POLICY_LENGTH = 2048

const roleAt = (call: Call, arn: string): Role | undefined => {
  const [, accountId = '', path = '', name = ''] =
    /^arn:aws:iam::(\d{12}):role(\/(?:.*\/)?)([^/]+)$/.exec(arn) ?? []
  const account = call.world.organization.accounts.get(accountId)
  const role = account?.state === 'ACTIVE' ? account.roles.get(name) : undefined
  return role?.path === path ? role : undefined
}

const sessionPolicy = (text: string | undefined): PolicyDocument | undefined => {
  if (text === undefined) return undefined
  try {
    return readPolicy(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new AwsError('MalformedPolicyDocument', `The policy is not in valid form: ${why}`)
  }
}

const requireDuration = (call: Call, role: Role, seconds: number): void => {
  if (call.caller.kind === 'session' && seconds > CHAINED_SECONDS) {
    throw call.invalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  }
  if (seconds > role.maxSessionSeconds) {
    throw call.invalid(
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
  }
}

/**
 * The trust policy must allow the caller. The caller's own policies must allow the call too, unless
 * the role is in the caller's account and its trust policy names the caller. A missing role, or a
 * role in an account that is not ACTIVE, is also answered with AccessDenied, so callers cannot find
 * out which roles exist.
 */
const assumeRole = operation({
  name: 'AssumeRole',
  mutates: true,
  input: z.object({
    RoleArn: z.string().min(20).max(2048),
    RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/),
    DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
    ExternalId: z.string().min(2).max(1224).optional(),
    Policy: z.string().max(SESSION_POLICY_LENGTH).optional(),
  }),
  perform: (call, input) => {
    const role = roleAt(call, input.RoleArn)
    if (role === undefined) {
      const what = `sts:AssumeRole on resource: ${input.RoleArn}`
      const message = `User: ${callerArn(call.caller)} is not authorized to perform: ${what}`
      throw serviceError('sts', 'denied', message)
    }
    permit(call, {
      resource: input.RoleArn,
      protection: { accountId: role.accountId, policy: role.trust, mustAllow: true },
      context: {
        'sts:RoleSessionName': input.RoleSessionName,
        ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
      },
    })
    requireDuration(call, role, input.DurationSeconds)
    const policy = sessionPolicy(input.Policy)
    const session = call.world.sessions.open(
      role,
      input.RoleSessionName,
      input.DurationSeconds * 1000,
      policy,
    )
    call.record(role.accountId, {
      kind: 'role-assumed',
      roleArn: input.RoleArn,
      sessionName: session.name,
      accessKeyId: session.accessKeyId,
    })
    return {
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secret.reveal(),
        SessionToken: session.token.reveal(),
        Expiration: new Date(session.expiresAtMs),
      },
      AssumedRoleUser: {
        AssumedRoleId: `${role.id}:${session.name}`,
        Arn: sessionArn(session),
      },
      PackedPolicySize:
        input.Policy === undefined
          ? undefined
          : Math.ceil((input.Policy.length / SESSION_POLICY_LENGTH) * 100),
    }
  },
})

export const sts = [getCallerIdentity, assumeRole]
