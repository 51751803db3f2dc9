import { randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { readBody, type Calls, type Tap } from '../loopback/index.ts'
import { DynamoDbFailure } from './failure.ts'
import type { Run } from './operations.ts'

const targetPrefix = 'DynamoDB_20120810.'

const send = (response: ServerResponse, status: number, body: object) => {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
  })
  response.end(text)
}

const answer = async (run: Run, calls: Calls, request: IncomingMessage, tap?: Tap) => {
  const target = String(request.headers['x-amz-target'] ?? '')
  const operation = target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : ''
  if (operation) calls.count(`dynamodb:${operation}`)
  if (!request.headers.authorization?.startsWith('AWS4-')) {
    throw new DynamoDbFailure(400, {
      __type: 'com.amazon.coral.service#MissingAuthenticationTokenException',
      message: 'Request is missing Authentication Token',
    })
  }
  const body = await readBody(request)
  tap?.('DynamoDB', body)
  calls.seen?.(`dynamodb:${operation}`, JSON.parse(body))
  return run(operation, body)
}

/** DynamoDB's JSON 1.0 protocol. A request must have a signature; the signature is not verified. */
export const dynamoDbFront =
  (run: Run, calls: Calls, tap?: Tap): RequestListener =>
  (request, response) => {
    answer(run, calls, request, tap).then(
      (body) => send(response, 200, body),
      (error: unknown) => {
        if (error instanceof DynamoDbFailure) return send(response, error.statusCode, error.body)
        return send(response, 500, {
          __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
          message: error instanceof Error ? (error.stack ?? error.message) : String(error),
        })
      },
    )
  }
