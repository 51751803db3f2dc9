import { createServer, type IncomingMessage } from 'node:http'

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

export interface Request {
  readonly path: string
  readonly authorization: string | undefined
  readonly form: URLSearchParams
  readonly body: string
}

export interface Provider {
  readonly url: string
  /** What was asked, in order. */
  readonly requests: readonly Request[]
  close(): Promise<void>
}

/** A provider's API on loopback that answers as the test says. */
export async function startProvider(answer: (request: Request) => Answer): Promise<Provider> {
  const requests: Request[] = []
  const server = createServer((incoming, outgoing) => {
    const reply = async () => {
      const body = await read(incoming)
      const { authorization } = incoming.headers
      const path = incoming.url ?? ''
      const request = { path, authorization, form: new URLSearchParams(body), body }
      requests.push(request)
      const { status = 200, headers = {}, body: text } = answer(request)
      outgoing.writeHead(status, headers).end(text)
    }
    void reply()
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function read(incoming: IncomingMessage): Promise<string> {
  const chunks: string[] = []
  incoming.setEncoding('utf8')
  for await (const chunk of incoming) chunks.push(String(chunk))
  return chunks.join('')
}
