import type { Actor } from './actor.ts'

/** One management event. Its parameters contain no secrets. */
export interface TrailEvent {
  readonly id: string
  readonly atMs: number
  readonly visibleFromMs: number
  readonly name: string
  /** The service's namespace, such as `iam`. */
  readonly service: string
  readonly region: string
  readonly readOnly: boolean
  readonly actor: Actor
  readonly recipientAccountId: string
  readonly sourceIp: string
  readonly userAgent: string
  readonly parameters: unknown
  readonly response: unknown
  readonly error: { readonly code: string; readonly message: string } | undefined
  readonly resources: readonly { readonly type: string; readonly name: string }[]
}

/** LookupEvents' attributes (CloudTrail API Reference, LookupAttribute). */
const attributesOf = (event: TrailEvent): readonly string[] => [
  `EventId ${event.id}`,
  `EventName ${event.name}`,
  `EventSource ${event.service}.amazonaws.com`,
  `ReadOnly ${event.readOnly}`,
  `Username ${event.actor.username}`,
  ...(event.actor.accessKeyId === undefined ? [] : [`AccessKeyId ${event.actor.accessKeyId}`]),
  ...new Set(event.resources.map(({ name }) => `ResourceName ${name}`)),
  ...new Set(event.resources.map(({ type }) => `ResourceType ${type}`)),
]

/** An account's event history, indexed by attribute so that a lookup does not scan all events. */
export class Trail {
  readonly #all: TrailEvent[] = []
  readonly #byAttribute = new Map<string, TrailEvent[]>()

  record(event: TrailEvent): void {
    this.#all.push(event)
    for (const attribute of attributesOf(event)) {
      const events = this.#byAttribute.get(attribute)
      if (events === undefined) this.#byAttribute.set(attribute, [event])
      else events.push(event)
    }
  }

  get all(): readonly TrailEvent[] {
    return this.#all
  }

  /** The events with this attribute, oldest first. */
  with(attribute: string, value: string): readonly TrailEvent[] {
    return this.#byAttribute.get(`${attribute} ${value}`) ?? []
  }
}
