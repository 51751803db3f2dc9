import { serviceError } from '../aws-error.ts'
import { type Protection, refusal } from '../policy/authorize.ts'
import { accountIdOf, principalArn, userIdOf } from '../policy/caller.ts'
import type { RequestContext } from '../policy/conditions.ts'
import type { Call } from './operation.ts'

/** The condition keys of every request (IAM User Guide, AWS global condition context keys). */
const contextOf = (call: Call, more: Readonly<Record<string, string>>): RequestContext => {
  const { caller, world } = call
  const context = new Map<string, readonly string[]>([
    ['aws:principalarn', [principalArn(caller)]],
    ['aws:principalaccount', [accountIdOf(caller)]],
    ['aws:principalorgid', [world.organization.id]],
    ['aws:principaltype', [caller.kind === 'user' ? 'User' : 'AssumedRole']],
    ['aws:userid', [userIdOf(caller)]],
    ['aws:requestedregion', [call.region]],
    ['aws:securetransport', ['true']],
  ])
  if (caller.kind === 'user') context.set('aws:username', [caller.key.user.name])
  const tags = caller.kind === 'user' ? caller.key.user.tags.latest : caller.session.role.tags
  for (const [key, value] of tags) context.set(`aws:principaltag/${key.toLowerCase()}`, [value])
  for (const [key, value] of Object.entries(more)) context.set(key.toLowerCase(), [value])
  return context
}

export interface Asked {
  /** Another service, which this one calls on behalf of the caller. */
  readonly service?: string
  /** The action without its service: `CreateAccessKey`. The operation's own name if left out. */
  readonly action?: string
  readonly resource: string
  /** The resource's owner and policy. If left out, the caller's account owns the resource. */
  readonly protection?: Protection
  /** Further condition keys, such as `sts:ExternalId`. */
  readonly context?: Readonly<Record<string, string>>
}

/** Throws AccessDenied, in the service's own spelling, unless the call is allowed. */
export const permit = (call: Call, asked: Asked): void => {
  const protection = asked.protection ?? { accountId: accountIdOf(call.caller) }
  const action = `${asked.service ?? call.service}:${asked.action ?? call.name}`
  const context = contextOf(call, {
    'aws:ResourceAccount': protection.accountId,
    ...asked.context,
  })
  const why = refusal(call.caller, { action, resource: asked.resource, context }, protection)
  if (why !== undefined) throw serviceError(call.service, 'denied', why)
}
