import { createServer, request } from 'node:http'
import { CallCounts } from '@keynag/fake-aws/aws'
import { listen, readBody } from '@keynag/fake-aws/loopback'

/** Forwards every request and counts the calls of each operation, by its name without a service. */
export async function startCountingProxy(target: string) {
  const calls = new CallCounts()
  const server = createServer((incoming, outgoing) => {
    const pass = async (): Promise<void> => {
      const body = await readBody(incoming)
      calls.count(operationOf(body, incoming.headers['x-amz-target']))
      const { method, headers, url } = incoming
      const passed = request(new URL(url ?? '/', target), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      })
      passed.on('error', (error) => outgoing.destroy(error))
      passed.end(body)
    }
    pass().catch((error: unknown) =>
      outgoing.destroy(error instanceof Error ? error : new Error(String(error))),
    )
  })
  return { ...(await listen(server, 'the counting proxy')), calls }
}

/** The operation: `Action=` in the query protocol, the target's last part in the JSON protocols. */
function operationOf(body: string, target: string | readonly string[] | undefined): string {
  if (typeof target === 'string') return target.replace(/^.*\./, '')
  return new URLSearchParams(body).get('Action') ?? 'unknown'
}
