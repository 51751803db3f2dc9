import {
  type Caller,
  accountIdOf,
  callerArn,
  identityPolicies,
  principalArn,
  uniqueIdOf,
} from './caller.ts'
import { type BoundPolicy, type Statement, principalsOf } from './document.ts'
import { type AccessRequest, type Verdict, evaluate } from './evaluate.ts'

/** How closely a policy's principal names a caller: itself, its role, or its account. */
type Closeness = 'direct' | 'role' | 'account'

const closeness = (
  statement: Statement,
  caller: Caller,
  bound: BoundPolicy,
): Closeness | undefined => {
  const accountId = accountIdOf(caller)
  let found: Closeness | undefined
  for (const principal of principalsOf(statement)) {
    if (principal === callerArn(caller) && caller.kind === 'session') return 'direct'
    const uniqueId = bound.uniqueIds.get(principal)
    const named =
      uniqueId === undefined ? principal === principalArn(caller) : uniqueId === uniqueIdOf(caller)
    if (named || principal === '*') {
      if (caller.kind === 'user') return 'direct'
      found = 'role'
    }
    if (principal === accountId || principal === `arn:aws:iam::${accountId}:root`) {
      found ??= 'account'
    }
  }
  return found
}

export interface Protection {
  /** The account that owns the resource. */
  readonly accountId: string
  readonly policy?: BoundPolicy
  /** Set for trust policies: they must allow; the caller's own permission is not enough. */
  readonly mustAllow?: boolean
}

/** The end of AWS's sentence for a refusal; undefined when the call is allowed. */
type Denial = string | undefined

const byResource = (
  caller: Caller,
  request: AccessRequest,
  policy: BoundPolicy | undefined,
): Record<Closeness, Verdict> => {
  if (policy === undefined) return { direct: 'silent', role: 'silent', account: 'silent' }
  const ask = (wanted: Closeness): Verdict =>
    evaluate([policy.document], request, (one) => closeness(one, caller, policy) === wanted)
  return { direct: ask('direct'), role: ask('role'), account: ask('account') }
}

/**
 * Evaluates policies as the IAM User Guide describes (Policy evaluation logic).
 *
 * Kept: an explicit deny wins; a session may do only what both its role and its session policy
 * allow; within an account, a resource's policy can grant by itself; across accounts, both the
 * resource's policy and the caller's policies must allow.
 *
 * Left out: service control policies, resource control policies, permissions boundaries.
 */
const denial = (caller: Caller, request: AccessRequest, protection: Protection): Denial => {
  const identity = evaluate(identityPolicies(caller), request)
  const narrowing = caller.kind === 'session' ? caller.session.policy : undefined
  const session = narrowing === undefined ? 'allow' : evaluate([narrowing], request)
  const resource = byResource(caller, request, protection.policy)

  if (identity === 'deny') return 'with an explicit deny in an identity-based policy'
  if (session === 'deny') return 'with an explicit deny in a session policy'
  if (Object.values(resource).includes('deny')) {
    return 'with an explicit deny in a resource-based policy'
  }

  const { action } = request
  const granted = Object.values(resource).includes('allow')
  if (protection.accountId !== accountIdOf(caller)) {
    if (!granted) return `because no resource-based policy allows the ${action} action`
  } else {
    if (resource.direct === 'allow') return undefined
    if (resource.role === 'allow' && session === 'allow') return undefined
    if (protection.mustAllow === true && !granted) {
      return `because no resource-based policy allows the ${action} action`
    }
  }
  if (identity !== 'allow') return `because no identity-based policy allows the ${action} action`
  if (session !== 'allow') return `because no session policy allows the ${action} action`
  return undefined
}

/** AWS's whole sentence for a refusal; undefined when the call is allowed. */
export const refusal = (
  caller: Caller,
  request: AccessRequest,
  protection: Protection,
): string | undefined => {
  const why = denial(caller, request, protection)
  if (why === undefined) return undefined
  const { action, resource } = request
  return `User: ${callerArn(caller)} is not authorized to perform: ${action} on resource: ${resource} ${why}`
}
