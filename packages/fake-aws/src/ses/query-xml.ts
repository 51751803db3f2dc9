import { randomUUID } from 'node:crypto'

const namespace = 'http://ses.amazonaws.com/doc/2010-12-01/'

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export const xmlText = (value: string | number | boolean): string =>
  String(value).replace(/[&<>"]/g, (character) => escapes[character] ?? '')

/** An answer of SES. @see https://docs.aws.amazon.com/ses/latest/APIReference/Welcome.html */
export type SesAnswer = { status: number; xml: string }

export const success = (action: string, result: string): SesAnswer => ({
  status: 200,
  xml:
    `<${action}Response xmlns="${namespace}"><${action}Result>${result}</${action}Result>` +
    `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>` +
    `</${action}Response>`,
})

export const failure = (status: number, code: string, message: string): SesAnswer => ({
  status,
  xml:
    `<ErrorResponse xmlns="${namespace}"><Error>` +
    `<Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>` +
    `<Code>${xmlText(code)}</Code><Message>${xmlText(message)}</Message></Error>` +
    `<RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
})

/** The members of a list in a Query request: `name.member.1`, `name.member.2`, … */
export const listMembers = (form: URLSearchParams, name: string): string[] => {
  const members: string[] = []
  for (;;) {
    const member = form.get(`${name}.member.${members.length + 1}`)
    if (member === null) return members
    members.push(member)
  }
}

/** The names and values of a mail's tags. */
export const listOfTags = (form: URLSearchParams): [name: string, value: string][] => {
  const tags: [name: string, value: string][] = []
  for (;;) {
    const tag = `Tags.member.${tags.length + 1}`
    const name = form.get(`${tag}.Name`)
    if (name === null) return tags
    tags.push([name, form.get(`${tag}.Value`) ?? ''])
  }
}
