import { AwsError, type Service, serviceError } from '../aws-error.ts'
import type { CallCounts } from '../calls.ts'
import type { VirtualClock } from '../clock.ts'
import type { Fault, Faults } from '../faults.ts'
import { CATALOG } from '../operations/catalog.ts'
import { Call, type Operation, type Output } from '../operations/operation.ts'
import { type Caller, accountIdOf, actorOf } from '../policy/caller.ts'
import type { Throttle } from '../throttle.ts'
import type { World } from '../world/world.ts'
import { authenticate } from './authenticate.ts'
import { jsonAnswer, jsonError, readJson } from './json-protocol.ts'
import { queryAnswer, queryError, readQuery } from './query-protocol.ts'
import type { Answer, SignedRequest } from './request.ts'
import { type Signature, readSignature } from './sigv4.ts'

export interface EndpointParts {
  readonly world: World
  readonly clock: VirtualClock
  readonly calls: CallCounts
  readonly throttle?: Throttle | undefined
  readonly faults?: Faults | undefined
  /** Virtual milliseconds that each call takes. */
  readonly latencyMs?: number | undefined
}

/** The answer to a request, or a connection that the server breaks after `afterMs` of real time. */
export type Reply = { readonly kind: 'answered'; readonly answer: Answer } | Broken

interface Broken {
  readonly kind: 'broken'
  readonly afterMs: number
}

const isService = (name: string): name is Service => Object.hasOwn(CATALOG, name)

const GLOBAL: ReadonlySet<string> = new Set(['iam', 'organizations'])

const readOnly = (name: string): boolean => /^(?:Get|List|Describe|Lookup|Generate)/.test(name)

/** Turns each HTTP request into a reply: authenticates, applies faults and limits, performs. */
export class Endpoint {
  readonly #parts: EndpointParts
  #requests = 0

  constructor(parts: EndpointParts) {
    this.#parts = parts
  }

  handle(request: SignedRequest): Reply {
    this.#requests += 1
    const requestId = this.#parts.world.ids.uuid('request', this.#requests)
    const signature = readSignature(request)
    const service = signature?.service ?? ''
    if (signature === undefined || !isService(service)) {
      const message = `No service answers to the credential scope '${service}'.`
      const error = new AwsError('MissingAuthenticationToken', message, 403)
      return { kind: 'answered', answer: queryError('iam', error, requestId) }
    }
    const query = service === 'iam' || service === 'sts'
    try {
      const { name, input } = query ? readQuery(request) : readJson(request)
      const outcome = this.#perform(service, name, input, signature, request)
      if (outcome.kind !== 'done') return outcome
      const { output } = outcome
      const answer = query
        ? queryAnswer(service, name, output, requestId)
        : jsonAnswer(output, requestId)
      return { kind: 'answered', answer }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      const answer = query ? queryError(service, error, requestId) : jsonError(error, requestId)
      return { kind: 'answered', answer }
    }
  }

  #perform(
    service: Service,
    name: string,
    input: Record<string, unknown>,
    signature: Signature,
    request: SignedRequest,
  ): Broken | { readonly kind: 'done'; readonly output: Output } {
    const { world, clock, calls, throttle, faults, latencyMs } = this.#parts
    const operation = CATALOG[service].get(name)
    if (operation === undefined) {
      const message = `This model of ${service} has no operation '${name}'.`
      throw serviceError(service, 'unknown-operation', message)
    }
    if (latencyMs !== undefined) clock.advance(latencyMs)
    const full = `${service}:${name}`
    const caller = this.#authenticate(full, service, signature, request)
    const accountId = accountIdOf(caller)
    calls.count(full, accountId)
    calls.seen(full, input, caller.kind === 'session' ? caller.session.role.name : undefined)
    const pending = { operation: full, accountId, input }
    faults?.runHooks(pending)
    const fault = faults?.take(pending)
    if (fault?.error === 'reset-before-effect') return { kind: 'broken', afterMs: 0 }
    const { region } = signature
    const call = new Call({ world, service, name, region, caller, input, fault: fault?.error })
    refuseFor(fault, call)
    if (throttle?.admits(full, accountId) === false) {
      throw serviceError(service, 'throttled', 'Rate exceeded')
    }
    const output = this.#run(operation, call, request)
    if (fault?.error === 'drop-response') return { kind: 'broken', afterMs: 0 }
    if (fault?.error === 'timeout-after-effect') {
      return { kind: 'broken', afterMs: fault.holdMs ?? 2000 }
    }
    return { kind: 'done', output }
  }

  /** Counts the call here when its caller is unknown, so that refused calls are counted as well. */
  #authenticate(
    operation: string,
    service: Service,
    signature: Signature,
    request: SignedRequest,
  ): Caller {
    try {
      return authenticate(this.#parts.world, service, signature, request)
    } catch (error) {
      this.#parts.calls.count(operation)
      throw error
    }
  }

  /** Performs the call. Writes CloudTrail's record and, for a failed write, a history entry. */
  #run(operation: Operation, call: Call, request: SignedRequest): Output {
    try {
      const output = operation.perform(call)
      recordEvent(call, request, output, undefined)
      return output
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      recordEvent(call, request, undefined, error)
      if (operation.mutates) call.record(call.account.id, { kind: 'refused', error: error.code })
      throw error
    }
  }
}

const refuseFor = (fault: Fault | undefined, call: Call): void => {
  if (fault?.error === 'throttle') throw serviceError(call.service, 'throttled', 'Rate exceeded')
  if (fault?.error === '500') {
    throw serviceError(
      call.service,
      'failure',
      'We encountered an internal error. Please try again.',
    )
  }
  if (fault?.error === 'access-denied') {
    const { arn } = call.actor
    const message = `User: ${arn} is not authorized to perform: ${call.operation} with an explicit deny in a service control policy`
    throw serviceError(call.service, 'denied', message)
  }
}

const recordEvent = (
  call: Call,
  request: SignedRequest,
  output: Output | undefined,
  error: AwsError | undefined,
): void => {
  const { world, input } = call
  const event = {
    name: call.name,
    service: call.service,
    region: GLOBAL.has(call.service) ? 'us-east-1' : call.region,
    readOnly: readOnly(call.name) || call.name === 'AssumeRole',
    actor: actorOf(call.caller),
    sourceIp: '127.0.0.1',
    userAgent: request.headers['user-agent'] ?? '',
    parameters: input,
    response: readOnly(call.name) ? undefined : output,
    error: error === undefined ? undefined : { code: error.code, message: error.message },
  }
  world.events.record(call.account, event)
  const target = /^arn:aws:iam::(\d{12}):role\//.exec(String(input['RoleArn']))?.[1]
  if (call.name !== 'AssumeRole' || error !== undefined || target === call.account.id) return
  // CloudTrail records a role that was assumed across accounts in both accounts.
  const other = world.organization.accounts.get(target ?? '')
  if (other !== undefined) world.events.record(other, event)
}
