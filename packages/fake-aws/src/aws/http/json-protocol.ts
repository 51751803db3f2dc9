import { AwsError } from '../aws-error.ts'
import type { Output } from '../operations/operation.ts'
import type { Answer, SignedRequest } from './request.ts'

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    throw new AwsError('SerializationException', cause)
  }
}

/**
 * Reads a request in Smithy's AWS JSON 1.1 protocol, which Organizations, Secrets Manager and
 * CloudTrail use. The operation's name is the end of the `X-Amz-Target` header.
 */
export const readJson = (
  request: SignedRequest,
): { readonly name: string; readonly input: Record<string, unknown> } => {
  const target = request.headers['x-amz-target'] ?? ''
  const text = request.body.toString()
  const value = text === '' ? {} : parse(text)
  const input = typeof value === 'object' && value !== null ? { ...value } : {}
  return { name: target.slice(target.lastIndexOf('.') + 1), input }
}

/** The protocol writes instants as seconds since 1970, and blobs in base64. */
const written = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return value.getTime() / 1000
  if (Buffer.isBuffer(value)) return value.toString('base64')
  if (Array.isArray(value)) return value.map(written)
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, written(field)]))
}

const answer = (status: number, requestId: string, body: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId },
  body: JSON.stringify(body),
})

export const jsonAnswer = (output: Output, requestId: string): Answer =>
  answer(200, requestId, written(output))

export const jsonError = (error: AwsError, requestId: string): Answer =>
  answer(error.status, requestId, { __type: error.code, Message: error.message })
