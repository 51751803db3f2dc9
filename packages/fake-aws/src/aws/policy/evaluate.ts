import { type RequestContext, conditionsHold, expandVariables } from './conditions.ts'
import type { PolicyDocument, Statement } from './document.ts'
import { matchesWildcard } from './wildcard.ts'

export interface AccessRequest {
  /** `iam:CreateAccessKey`. */
  readonly action: string
  /** The ARN of the resource, or `*` for an action without resource-level permissions. */
  readonly resource: string
  readonly context: RequestContext
}

export type Verdict = 'allow' | 'deny' | 'silent'

const covers = (statement: Statement, request: AccessRequest): boolean => {
  const action = request.action.toLowerCase()
  const named = (pattern: string): boolean => matchesWildcard(pattern.toLowerCase(), action)
  if (statement.Action !== undefined && !statement.Action.some(named)) return false
  if (statement.NotAction?.some(named)) return false
  const meant = (pattern: string): boolean =>
    matchesWildcard(expandVariables(pattern, request.context), request.resource)
  if (statement.Resource !== undefined && !statement.Resource.some(meant)) return false
  if (statement.NotResource?.some(meant)) return false
  return conditionsHold(statement.Condition, request.context)
}

/**
 * Evaluates some policies for a request. An explicit deny wins (IAM User Guide, Policy evaluation
 * logic). `applies` leaves out statements about other principals.
 */
export const evaluate = (
  policies: readonly PolicyDocument[],
  request: AccessRequest,
  applies: (statement: Statement) => boolean = () => true,
): Verdict => {
  let verdict: Verdict = 'silent'
  for (const policy of policies) {
    for (const statement of policy.Statement) {
      if (verdict === 'allow' && statement.Effect === 'Allow') continue
      if (!applies(statement) || !covers(statement, request)) continue
      if (statement.Effect === 'Deny') return 'deny'
      verdict = 'allow'
    }
  }
  return verdict
}
