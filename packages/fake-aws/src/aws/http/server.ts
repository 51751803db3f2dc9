import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Endpoint, type EndpointParts } from './endpoint.ts'
import type { SignedRequest } from './request.ts'

export interface AwsOptions extends EndpointParts {
  /** Real milliseconds that each call takes, in addition to the virtual ones. */
  readonly realLatencyMs?: number
}

export interface RunningAws {
  /** The value for the environment variable `AWS_ENDPOINT_URL`. */
  readonly url: string
  readonly port: number
  readonly close: () => Promise<void>
}

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(Buffer.from(chunk))
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
}

const read = async (message: IncomingMessage): Promise<SignedRequest> => {
  const [path = '/', query = ''] = (message.url ?? '/').split('?')
  const headers: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(message.headers)) {
    headers[name] = Array.isArray(value) ? value.join(',') : value
  }
  return { method: message.method ?? '', path, query, headers, body: await bodyOf(message) }
}

/**
 * Starts the model of IAM, STS, Organizations, Secrets Manager and CloudTrail on 127.0.0.1, on a
 * free port. `operations/catalog.ts` says what is kept and what is left out, service by service.
 *
 * For all of them, kept: Signature Version 4 with session tokens (except that the date of a
 * signature is not checked), IAM policy evaluation (see `policy/authorize.ts`), each service's own
 * error codes and wire format, request throttling when a `Throttle` is given. Left out: TLS, and
 * all operations that keynag does not call.
 */
export const startAws = async (options: AwsOptions): Promise<RunningAws> => {
  const endpoint = new Endpoint(options)
  const bugs: unknown[] = []

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await read(message)
    if (options.realLatencyMs !== undefined) await delay(options.realLatencyMs)
    const reply = endpoint.handle(request)
    if (reply.kind === 'broken') {
      if (reply.afterMs > 0) await delay(reply.afterMs, undefined, { ref: false })
      response.destroy()
      return
    }
    const { status, headers, body } = reply.answer
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
    response.end(body)
  }

  const server = createServer((message, response) => {
    serve(message, response).catch((error: unknown) => {
      bugs.push(error)
      response.writeHead(500, { 'content-type': 'text/plain' })
      response.end(error instanceof Error ? error.stack : String(error))
    })
  })
  server.keepAliveTimeout = 120_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')

  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeAllConnections()
    await closed
    if (bugs.length > 0) throw new AggregateError(bugs, 'the model of AWS failed on a request')
  }
  return { url: `http://127.0.0.1:${address.port}`, port: address.port, close }
}
