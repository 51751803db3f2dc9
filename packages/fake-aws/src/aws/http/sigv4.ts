import { createHash, createHmac } from 'node:crypto'
import type { SignedRequest } from './request.ts'

/** The Authorization header of a request (IAM User Guide, AWS Signature Version 4). */
export interface Signature {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request, *SignedHeaders=([\w;-]+), *Signature=([0-9a-f]{64})$/

/** Undefined when the request bears no signature of version 4. */
export const readSignature = ({ headers }: SignedRequest): Signature | undefined => {
  const found = AUTHORIZATION.exec(headers['authorization'] ?? '')
  if (found === null) return undefined
  const [, accessKeyId = '', date = '', region = '', service = '', signed = '', signature = ''] =
    found
  return { accessKeyId, date, region, service, signedHeaders: signed.split(';'), signature }
}

const hash = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')

const hmac = (key: string | Buffer, data: string): Buffer =>
  createHmac('sha256', key).update(data).digest()

/** Signing keys by secret, day, Region and service: deriving one costs four HMACs. */
const signingKeys = new Map<string, Buffer>()

const signingKey = (secret: string, { date, region, service }: Signature): Buffer => {
  const scope = `${secret} ${date} ${region} ${service}`
  const known = signingKeys.get(scope)
  if (known !== undefined) return known
  const day = hmac(`AWS4${secret}`, date)
  const key = hmac(hmac(hmac(day, region), service), 'aws4_request')
  if (signingKeys.size >= 10_000) signingKeys.clear()
  signingKeys.set(scope, key)
  return key
}

/**
 * Whether the request was signed with this secret. The model does not check the date of the
 * signature: the SDK signs with the machine's time, and the model runs on a virtual clock.
 */
export const signedWith = (
  secret: string,
  signature: Signature,
  request: SignedRequest,
): boolean => {
  const headers = signature.signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? '').trim().replaceAll(/\s+/g, ' ')}\n`,
  )
  const canonical = [
    request.method,
    request.path,
    request.query,
    headers.join(''),
    signature.signedHeaders.join(';'),
    hash(request.body),
  ].join('\n')
  const scope = `${signature.date}/${signature.region}/${signature.service}/aws4_request`
  const time = request.headers['x-amz-date'] ?? ''
  const toSign = ['AWS4-HMAC-SHA256', time, scope, hash(canonical)].join('\n')
  const expected = hmac(signingKey(secret, signature), toSign).toString('hex')
  return expected === signature.signature
}
