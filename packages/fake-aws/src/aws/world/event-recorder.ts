import type { VirtualClock } from '../clock.ts'
import type { Identifiers } from '../identifiers.ts'
import type { Account } from './account.ts'
import type { Settings } from './settings.ts'
import type { TrailEvent } from './trail.ts'

export type EventToRecord = Omit<
  TrailEvent,
  'id' | 'atMs' | 'visibleFromMs' | 'recipientAccountId' | 'resources' | 'parameters' | 'response'
> & {
  readonly parameters: Readonly<Record<string, unknown>>
  /** The response elements; undefined for reads and failures, as CloudTrail records none there. */
  readonly response: Readonly<Record<string, unknown>> | undefined
}

/**
 * Fields of parameters and answers that the model never records. CloudTrail leaves out the same
 * fields, except that it records session tokens.
 */
const SECRET_FIELDS = new Set(['SecretString', 'SecretBinary', 'SecretAccessKey', 'SessionToken'])

/** A copy without secrets. `spell` converts names to CloudTrail's spelling. */
export const withoutSecrets = (value: unknown, spell = (name: string) => name): unknown => {
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, spell))
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, field]) => field !== undefined && !SECRET_FIELDS.has(name))
      .map(([name, field]) => [spell(name), withoutSecrets(field, spell)]),
  )
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)

const RESOURCE_TYPES: readonly (readonly [field: string, type: string])[] = [
  ['AccessKeyId', 'AWS::IAM::AccessKey'],
  ['UserName', 'AWS::IAM::User'],
  ['GroupName', 'AWS::IAM::Group'],
  ['RoleArn', 'AWS::IAM::Role'],
  ['SecretId', 'AWS::SecretsManager::Secret'],
]

const text = (from: unknown, field: string): string | undefined => {
  if (typeof from !== 'object' || from === null) return undefined
  const value: unknown = Reflect.get(from, field)
  return typeof value === 'string' ? value : undefined
}

const resourcesOf = (event: EventToRecord): TrailEvent['resources'] => {
  const created = event.response?.['AccessKey']
  return RESOURCE_TYPES.flatMap(([field, type]) => {
    const name = text(event.parameters, field) ?? text(created, field)
    return name === undefined ? [] : [{ type, name }]
  })
}

/** Writes CloudTrail's records of API calls and of actions in the console. */
export class EventRecorder {
  readonly #clock: VirtualClock
  readonly #ids: Identifiers
  readonly #settings: Settings
  #count = 0

  constructor(clock: VirtualClock, ids: Identifiers, settings: Settings) {
    this.#clock = clock
    this.#ids = ids
    this.#settings = settings
  }

  record(account: Account, event: EventToRecord): void {
    const atMs = this.#clock.now()
    this.#count += 1
    account.trail.record({
      ...event,
      id: this.#ids.uuid('event', this.#count),
      atMs,
      visibleFromMs: atMs + this.#settings.trailLagMs,
      recipientAccountId: account.id,
      parameters: withoutSecrets(event.parameters, lowerFirst),
      response: withoutSecrets(event.response, lowerFirst),
      resources: resourcesOf(event),
    })
  }
}
