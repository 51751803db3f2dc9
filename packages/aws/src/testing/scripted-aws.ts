import { createServer } from 'node:http'
import { epochMs, type Clock } from '@keynag/core'
import { onTestFinished } from 'vitest'
import type { ClientSettings } from '../session/client-settings.ts'

/** One answer of a scripted AWS; `hang-up` breaks the connection after the request was read. */
export type Answer =
  | { readonly status: number; readonly body: string | object; readonly type?: string }
  | 'hang-up'
  | ((request: string) => Answer)

export const json = (body: object, status = 200): Answer => ({ status, body })
export const xml = (body: string, status = 200): Answer => ({ status, body, type: 'text/xml' })

/** A refusal in the format of IAM and STS. */
export const refused = (code: string, status = 400, message = code): Answer =>
  xml(
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`,
    status,
  )

/**
 * An HTTP server on loopback that answers each call with the next answer of its script, and repeats
 * the last one. `requests` holds the bodies that it received.
 */
export async function scriptedAws(...script: readonly Answer[]) {
  const requests: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      requests.push(body)
      let answer = script[Math.min(requests.length, script.length) - 1]
      while (typeof answer === 'function') answer = answer(body)
      if (answer === undefined || answer === 'hang-up') {
        request.socket.destroy()
        return
      }
      const { status, body: sent, type = 'application/x-amz-json-1.0' } = answer
      response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': 'r-1' })
      response.end(typeof sent === 'string' ? sent : JSON.stringify(sent))
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const url = `http://127.0.0.1:${address.port}`
  const settings: ClientSettings = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' },
    endpoints: {
      cloudtrail: url,
      dynamodb: url,
      iam: url,
      organizations: url,
      secretsmanager: url,
      sqs: url,
      sts: url,
    },
  }
  return { url, settings, requests }
}

/** A clock that moves only when code sleeps. `slept` holds the durations in milliseconds. */
export function sleepingClock(startAt = Date.UTC(2026, 0, 5)) {
  let now = startAt
  const slept: number[] = []
  const clock: Clock = {
    now: () => epochMs(now),
    sleep: (ms) => {
      now += ms
      slept.push(ms)
      return Promise.resolve()
    },
  }
  return { clock, slept, random: () => 1 }
}
