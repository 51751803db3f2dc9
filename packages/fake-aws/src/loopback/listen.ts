import type { Server } from 'node:http'

/** A service that listens on loopback. */
export type Loopback = { readonly url: string; close(): Promise<void> }

/** Another program listens on the requested port. */
export class PortInUse extends Error {
  readonly code = 'KEYNAG_PORT_IN_USE'
  readonly port: number

  constructor(port: number, what: string, cause: unknown) {
    super(
      `${what} cannot listen on 127.0.0.1:${port}: the port is in use. ` +
        'Stop the program that listens there, choose another port, or omit the port to get a free one.',
      { cause },
    )
    this.name = 'PortInUse'
    this.port = port
  }
}

export const isPortInUse = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'

/**
 * Binds the server to 127.0.0.1, never to another interface.
 * @param what names the service in errors
 * @param port 0 takes a free one
 * @throws {PortInUse}
 */
export const listen = async (server: Server, what: string, port = 0): Promise<Loopback> => {
  // SDK clients reuse connections. If the server closed an idle connection, a client's next request
  // on it could fail.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(isPortInUse(error) ? new PortInUse(port, what, error) : error),
    )
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error(`${what} has no port`)
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}
