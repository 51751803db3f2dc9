import type { AwsError } from '../aws-error.ts'
import type { AwsValue, Output } from '../operations/operation.ts'
import type { Answer, SignedRequest } from './request.ts'

/** The services that use Smithy's AWS query protocol, with their XML namespaces. */
const NAMESPACE = {
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
} as const

export type QueryService = keyof typeof NAMESPACE

interface Tree {
  [name: string]: string | Tree
}

const setAt = (root: Tree, path: readonly string[], value: string): void => {
  let tree = root
  for (const name of path.slice(0, -1)) {
    const next = tree[name]
    const child = typeof next === 'object' ? next : {}
    tree[name] = child
    tree = child
  }
  const last = path.at(-1)
  if (last !== undefined) tree[last] = value
}

/** The protocol writes a list as `{member: {1: …, 2: …}}`. */
const toValue = (tree: string | Tree): unknown => {
  if (typeof tree === 'string') return tree
  const { member } = tree
  if (typeof member === 'object') {
    return Object.keys(member)
      .sort((a, b) => Number(a) - Number(b))
      .map((name) => toValue(member[name] ?? ''))
  }
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, toValue(value)]))
}

/** Reads the operation and its parameters: `Tags.member.1.Key=a` becomes `{Tags: [{Key: 'a'}]}`. */
export const readQuery = (
  request: SignedRequest,
): { readonly name: string; readonly input: Record<string, unknown> } => {
  const root: Tree = Object.create(null)
  let name = ''
  for (const [field, value] of new URLSearchParams(request.body.toString())) {
    if (field === 'Action') name = value
    else if (field !== 'Version') setAt(root, field.split('.'), value)
  }
  const input = Object.fromEntries(
    Object.entries(root).map(([field, value]) => [field, value === '' ? [] : toValue(value)]),
  )
  return { name, input }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const escaped = (text: string): string =>
  /[&<>"]/.test(text) ? text.replaceAll(/[&<>"]/g, (one) => ENTITIES[one] ?? one) : text

/** The protocol writes instants to the second, without milliseconds. */
const inner = (value: AwsValue): string => {
  if (value === undefined) return ''
  if (typeof value !== 'object') return escaped(String(value))
  if (value instanceof Date) return `${value.toISOString().slice(0, 19)}Z`
  if (Buffer.isBuffer(value)) return value.toString('base64')
  if (Array.isArray(value)) {
    return value.map((item: AwsValue) => `<member>${inner(item)}</member>`).join('')
  }
  let xml = ''
  for (const [name, field] of Object.entries(value)) {
    if (field !== undefined) xml += `<${name}>${inner(field)}</${name}>`
  }
  return xml
}

const answer = (status: number, requestId: string, body: string): Answer => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
  body,
})

export const queryAnswer = (
  service: QueryService,
  name: string,
  output: Output,
  requestId: string,
): Answer =>
  answer(
    200,
    requestId,
    `<${name}Response xmlns="${NAMESPACE[service]}"><${name}Result>${inner(output)}</${name}Result>` +
      `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`,
  )

export const queryError = (service: QueryService, error: AwsError, requestId: string): Answer =>
  answer(
    error.status,
    requestId,
    `<ErrorResponse xmlns="${NAMESPACE[service]}"><Error>` +
      `<Type>${error.status < 500 ? 'Sender' : 'Receiver'}</Type>` +
      `<Code>${error.code}</Code><Message>${escaped(error.message)}</Message></Error>` +
      `<RequestId>${requestId}</RequestId></ErrorResponse>`,
  )
