import { type Service, serviceError } from '../aws-error.ts'
import { type Caller, actorOf } from '../policy/caller.ts'
import { authenticates } from '../world/access-key.ts'
import type { World } from '../world/world.ts'
import type { SignedRequest } from './request.ts'
import { type Signature, signedWith } from './sigv4.ts'

const callerOf = (
  world: World,
  service: Service,
  signature: Signature,
  request: SignedRequest,
): { readonly caller: Caller; readonly secret: string } => {
  const unknown = (): Error =>
    serviceError(service, 'unknown-key', 'The security token included in the request is invalid.')
  const session = world.sessions.get(signature.accessKeyId)
  if (session !== undefined) {
    const token = request.headers['x-amz-security-token']
    const { role } = session
    const open = !role.removed && world.account(role.accountId).state === 'ACTIVE'
    if (token !== session.token.reveal() || !open) throw unknown()
    if (session.expiresAtMs <= world.clock.now()) {
      const message = 'The security token included in the request is expired'
      throw serviceError(service, 'expired-token', message)
    }
    return { caller: { kind: 'session', session }, secret: session.secret.reveal() }
  }
  const key = world.keys.get(signature.accessKeyId)
  if (key === undefined || world.account(key.user.accountId).state !== 'ACTIVE') throw unknown()
  if (!authenticates(key, world.clock.now())) {
    const caller: Caller = { kind: 'user', key }
    if (signedWith(key.secret.reveal(), signature, request)) {
      world.keys.use(key, signature.service, signature.region, actorOf(caller))
    }
    throw unknown()
  }
  return { caller: { kind: 'user', key }, secret: key.secret.reveal() }
}

/**
 * Finds the caller who signed the request. Throws when the key or token is unknown, inactive, not
 * yet usable or expired, or when the signature is wrong. A user's key counts as used from here on,
 * whether or not the call is allowed.
 */
export const authenticate = (
  world: World,
  service: Service,
  signature: Signature,
  request: SignedRequest,
): Caller => {
  const { caller, secret } = callerOf(world, service, signature, request)
  if (!signedWith(secret, signature, request)) {
    throw serviceError(
      service,
      'bad-signature',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    )
  }
  if (caller.kind === 'user') {
    world.keys.use(caller.key, service, signature.region, actorOf(caller))
  }
  return caller
}
