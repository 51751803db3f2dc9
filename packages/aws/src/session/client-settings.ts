import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { Readable } from 'node:stream'

/** The AWS services that keynag calls. */
export type ServiceName =
  | 'cloudtrail'
  | 'dynamodb'
  | 'iam'
  | 'organizations'
  | 'secretsmanager'
  | 'ses'
  | 'sqs'
  | 'sts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** Credentials that the SDK renews, such as those of a role that a profile names. */
export type CredentialProvider = () => Promise<Credentials>

/** The settings that all clients share. */
export interface ClientSettings {
  readonly region: string
  /** Needed only for several simulated AWSs in one process; otherwise use `AWS_ENDPOINT_URL`. */
  readonly endpoints?: Partial<Record<ServiceName, string>> | undefined
  /** The hub's credentials. Without them the SDK finds credentials itself. */
  readonly credentials?: Credentials | CredentialProvider | undefined
  /** The profile of the AWS configuration that the SDK should use. */
  readonly profile?: string | undefined
  /** Set when a person waits for the answer: then two tries of ten seconds. */
  readonly impatient?: boolean | undefined
}

/**
 * All clients share one connection pool, because a scan makes new clients for every account. Node reads
 * HTTPS_PROXY, HTTP_PROXY and NO_PROXY (Node.js, http.Agent, `proxyEnv`).
 */
const agentOptions = { keepAlive: true, maxSockets: 50, proxyEnv: process.env }
const agents = {
  httpAgent: new HttpAgent(agentOptions),
  httpsAgent: new HttpsAgent(agentOptions),
}

/** By default the SDK waits for ever. IAM's largest pages have taken seconds. */
const requestHandler = {
  ...agents,
  connectionTimeout: 5_000,
  requestTimeout: 30_000,
  throwOnRequestTimeout: true,
}

/**
 * A proxy, a portal or a wrong endpoint answers with a web page. The SDK would read one with status 200 as
 * an answer without any fields, so it is an error before the SDK reads it. The type alone does not tell:
 * moto sends its JSON and XML as text/html.
 */
const refuseWebPages = {
  configure: (client: { httpHandler: () => WebHandler }): void => {
    const handler = client.httpHandler()
    const handle = handler.handle.bind(handler)
    handler.handle = async (request, options) => {
      const answer = await handle(request, options)
      const { response } = answer
      if (!/^text\/html/i.test(response.headers['content-type'] ?? '')) return answer
      const chunks: Uint8Array[] = []
      for await (const chunk of response.body ?? []) chunks.push(chunk)
      const bytes = Buffer.concat(chunks)
      if (isWebPage(bytes)) throw webPage(request.hostname, response.statusCode)
      response.body = Readable.from([bytes])
      return answer
    }
  },
}

interface WebHandler {
  handle(
    request: { readonly hostname: string },
    options?: object,
  ): Promise<{
    readonly response: {
      readonly headers: Readonly<Record<string, string>>
      readonly statusCode: number
      body?: AsyncIterable<Uint8Array>
    }
  }>
}

const isWebPage = (bytes: Buffer): boolean =>
  /^\s*<(?:!doctype\s+html|html|head|body)\b/i.test(bytes.toString('utf8', 0, 500))

/** The SDK repeats a request by the status of its error. */
const webPage = (host: string, httpStatusCode: number): Error =>
  Object.assign(new Error(`${host} answered with a web page (HTTP ${httpStatusCode})`), {
    name: 'WebPage',
    $metadata: { httpStatusCode },
  })

/**
 * The configuration of one client. Credentials of a session are static, because the SDK would judge their
 * expiry by the machine's clock and keynag uses its own clock.
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
    extensions: [refuseWebPages],
    requestHandler: impatient ? { ...requestHandler, requestTimeout: 10_000 } : requestHandler,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(identity === undefined ? {} : { credentials: identity }),
    ...(identity === undefined && profile !== undefined ? { profile } : {}),
  }
}

/** Makes a value at its first use, so that a cold start pays only for the clients that it uses. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
