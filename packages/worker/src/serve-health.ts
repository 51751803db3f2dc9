import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { permanent } from '@keynag/core'
import type { healthOf } from './health.ts'

interface Address {
  readonly port: number
  /** The name or IP address of an interface of this machine. */
  readonly host: string
}

/**
 * Answers GET. `/live` answers 200 unless only a restart may help. Every other path, such as `/ready`,
 * answers 200 while the worker can do all of its work. Otherwise the answer is 503. The body lists the
 * troubles.
 *
 * @throws KeynagError `KEYNAG_PORT_IN_USE`
 */
export async function serveHealth(
  { port, host }: Address,
  read: () => ReturnType<typeof healthOf>,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const health = read()
    const isLiveness = request.url?.split('?')[0] === '/live'
    const isFine = isLiveness ? health.alive : health.condition !== 'unhealthy'
    response.writeHead(isFine ? 200 : 503, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify(health)}\n`)
  })
  server.listen(port, host)
  await once(server, 'listening').catch((error: unknown) => {
    throw permanent(
      'KEYNAG_PORT_IN_USE',
      `the worker cannot listen on port ${port} of ${host}`,
      error,
    )
  })
  return { port: portOf(server), close: () => close(server) }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}
