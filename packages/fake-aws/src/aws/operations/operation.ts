import type { z } from 'zod'
import { type AwsError, type Service, serviceError } from '../aws-error.ts'
import type { FaultKind } from '../faults.ts'
import { type Caller, accountIdOf, actorOf } from '../policy/caller.ts'
import type { Account } from '../world/account.ts'
import type { Actor } from '../world/actor.ts'
import type { Happening } from '../world/history.ts'
import { withoutSecrets } from '../world/event-recorder.ts'
import type { World } from '../world/world.ts'

/** The values that both wire protocols can write. A Date is an instant. */
export type AwsValue =
  | string
  | number
  | boolean
  | Date
  | Buffer
  | undefined
  | readonly AwsValue[]
  | { readonly [name: string]: AwsValue }

export type Output = { readonly [name: string]: AwsValue }

/** A signed request that has been authenticated. */
export class Call {
  readonly world: World
  readonly service: Service
  /** `CreateAccessKey`. */
  readonly name: string
  readonly region: string
  readonly caller: Caller
  readonly input: Readonly<Record<string, unknown>>
  /** The fault that this call meets, for the operations that must simulate it themselves. */
  readonly fault: FaultKind | undefined
  readonly nowMs: number

  constructor(
    of: Pick<Call, 'world' | 'service' | 'name' | 'region' | 'caller' | 'input' | 'fault'>,
  ) {
    this.world = of.world
    this.service = of.service
    this.name = of.name
    this.region = of.region
    this.caller = of.caller
    this.input = of.input
    this.fault = of.fault
    this.nowMs = of.world.clock.now()
  }

  /** `iam:CreateAccessKey`. */
  get operation(): string {
    return `${this.service}:${this.name}`
  }

  /** The caller's account. */
  get account(): Account {
    return this.world.account(accountIdOf(this.caller))
  }

  get actor(): Actor {
    return actorOf(this.caller)
  }

  record(accountId: string, happening: Happening): void {
    const { actor, operation, nowMs: atMs } = this
    const parameters = this.loggedInput()
    this.world.history.record({ atMs, accountId, actor, operation, parameters }, happening)
  }

  /** The parameters without secrets, for the history. */
  loggedInput(): Record<string, unknown> {
    return { ...Object(withoutSecrets(this.input)) }
  }

  invalid(message: string): AwsError {
    return serviceError(this.service, 'invalid', message)
  }
}

export interface Operation {
  readonly name: string
  /** Whether it can change the world. If so, the history records its failures too. */
  readonly mutates: boolean
  /** Throws an AwsError when the call is not allowed or cannot be done. */
  readonly perform: (call: Call) => Output
}

/** Makes an operation that checks its parameters against a schema first, as AWS does. */
export const operation = <S extends z.ZodType>(spec: {
  readonly name: string
  readonly mutates?: boolean
  readonly input: S
  readonly perform: (call: Call, input: z.infer<S>) => Output
}): Operation => ({
  name: spec.name,
  mutates: spec.mutates ?? false,
  perform: (call) => {
    const parsed = spec.input.safeParse(call.input)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      throw call.invalid(`Value at '${issue?.path.join('.')}' failed to satisfy: ${issue?.message}`)
    }
    return spec.perform(call, parsed.data)
  },
})
