import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'

/** The AWS services that keynag calls. */
export type ServiceName =
  | 'cloudtrail'
  | 'dynamodb'
  | 'iam'
  | 'organizations'
  | 'secretsmanager'
  | 'sqs'
  | 'sts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** What all clients have in common. */
export interface ClientSettings {
  readonly region: string
  /** Only for several AWS models in one process; otherwise `AWS_ENDPOINT_URL` does. */
  readonly endpoints?: Partial<Record<ServiceName, string>> | undefined
  /** The hub's; without them the SDK finds its own. */
  readonly credentials?: Credentials | undefined
  /** A profile of the AWS configuration for the SDK to look in. */
  readonly profile?: string | undefined
  /** For a person who waits for the answer: two tries of ten seconds. */
  readonly impatient?: boolean | undefined
}

/** One pool of connections for all clients: a scan makes new clients for every account. */
const agentOptions = { keepAlive: true, maxSockets: 50 }
const agents = {
  httpAgent: new HttpAgent(agentOptions),
  httpsAgent: new HttpsAgent(agentOptions),
}

/** The SDK waits for ever by default; IAM's largest pages have taken seconds. */
const requestHandler = {
  ...agents,
  connectionTimeout: 5_000,
  requestTimeout: 30_000,
  throwOnRequestTimeout: true,
}

/**
 * Configuration of one client. Credentials are static: the SDK would judge their expiry by the
 * machine's clock, where keynag goes by its own.
 */
export function clientConfig(
  service: ServiceName,
  { region, endpoints, credentials, profile, impatient = false }: ClientSettings,
  overrides: { credentials?: Credentials; region?: string; maxAttempts?: number } = {},
) {
  const endpoint = endpoints?.[service]
  const identity = overrides.credentials ?? credentials
  return {
    region: overrides.region ?? region,
    retryMode: 'standard',
    maxAttempts: overrides.maxAttempts ?? (impatient ? 2 : 5),
    requestHandler: impatient ? { ...requestHandler, requestTimeout: 10_000 } : requestHandler,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(identity === undefined ? {} : { credentials: identity }),
    ...(identity === undefined && profile !== undefined ? { profile } : {}),
  }
}

/** Makes a thing when it is first asked for: a cold start pays only for what it uses. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
