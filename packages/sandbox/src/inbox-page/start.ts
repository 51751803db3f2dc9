import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen, type Loopback } from '@keynag/fake-aws/loopback'
import type { InboxSources } from './letters.ts'
import { renderInbox } from './page.ts'
import { contentSecurityPolicy } from './style.ts'

export type InboxPageOptions = InboxSources & {
  /** 0, the default, takes a free port. */
  port?: number
}

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

const refuse = (response: ServerResponse, status: number, why: string) =>
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${why}\n`)

/**
 * Protects against DNS rebinding: another site could resolve its own name to 127.0.0.1 and read the
 * inbox in a visitor's browser.
 */
const isLoopbackHost = (host: string) => /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)

const serve = (sources: InboxSources, request: IncomingMessage, response: ServerResponse) => {
  if (!isLoopbackHost(request.headers.host ?? ''))
    return refuse(response, 421, 'This page answers only on 127.0.0.1 and localhost.')
  if (request.method !== 'GET') return refuse(response, 405, 'only GET')
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  if (url.pathname !== '/') return refuse(response, 404, 'nothing here')
  const page = Math.trunc(Number(url.searchParams.get('page') ?? 1))
  const view = {
    box: url.searchParams.get('box') ?? undefined,
    search: url.searchParams.get('q') ?? '',
    page: Number.isFinite(page) ? page : 1,
  }
  return response.writeHead(200, headers).end(renderInbox(sources, view))
}

/**
 * Serves the inbox of all channels and people of the sandbox on loopback. The query's `box` is a
 * channel's ID or a person's address, `q` contains words to search for, and `page` is a number.
 * @throws {PortInUse}
 */
export const startInboxPage = (options: InboxPageOptions): Promise<Loopback> =>
  listen(
    createServer((request, response) => {
      serve(options, request, response)
    }),
    'The inbox page',
    options.port,
  )
