import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { permanent, queueRules } from '@keynag/core'
import type { WorkerState } from './worker.ts'

/** After this many failed receives in a row (about two minutes) the worker reports itself unhealthy. */
const mostFailures = 7

interface Health {
  readonly healthy: boolean
  readonly stopping: boolean
  readonly handled: Readonly<Record<string, number>>
  readonly trouble: readonly string[]
}

/** The worker is unhealthy when it cannot read a queue, or when a handler exceeds its time-out. */
export function healthOf(
  { pumps, schedules }: WorkerState,
  stopping: boolean,
  nowMs = performance.now(),
): Health {
  const handled: Record<string, number> = {}
  const problems: string[] = []
  for (const { name, failures, handlingSince, handled: count } of pumps) {
    handled[name] = (handled[name] ?? 0) + count
    const timeoutMs = queueRules[name].timeoutSeconds * 1_000
    if (failures >= mostFailures) problems.push(`the ${name} queue cannot be read`)
    if (handlingSince !== undefined && nowMs - handlingSince > timeoutMs) {
      problems.push(`a message of the ${name} queue takes longer than its time-out`)
    }
  }
  // The worker tries a failed schedule again by itself, so a restart would not help.
  const failed = schedules
    .filter(({ tryAgainAt }) => tryAgainAt !== undefined)
    .map(({ name }) => `the ${name} failed and will be tried again`)
  const trouble = [...new Set([...problems, ...failed])]
  return { healthy: problems.length === 0, stopping, handled, trouble }
}

/**
 * Answers GET on 127.0.0.1: 200 while the worker is healthy, otherwise 503. Both list the troubles.
 *
 * @throws KeynagError `KEYNAG_PORT_IN_USE`
 */
export async function serveHealth(
  port: number,
  read: () => Health,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((_request, response) => {
    const health = read()
    response.writeHead(health.healthy ? 200 : 503, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify(health)}\n`)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening').catch((error: unknown) => {
    throw permanent(
      'KEYNAG_PORT_IN_USE',
      `the worker cannot listen on port ${port} of 127.0.0.1`,
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
