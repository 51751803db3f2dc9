import type { MailContent } from './mail.ts'

type Part = { headers: Map<string, string>; body: string }

const split = (source: string): Part => {
  const [head = '', ...rest] = source.replace(/\r\n/g, '\n').split('\n\n')
  const headers = new Map<string, string>()
  for (const line of head.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  return { headers, body: rest.join('\n\n') }
}

const quotedPrintable = (text: string): string =>
  Buffer.from(
    text
      .replace(/=\n/g, '')
      .replace(/=([0-9A-Fa-f]{2})/g, (_match, hex: string) =>
        String.fromCodePoint(parseInt(hex, 16)),
      ),
    'latin1',
  ).toString('utf8')

const decode = (part: Part): string => {
  switch (part.headers.get('content-transfer-encoding')?.toLowerCase()) {
    case 'base64':
      return Buffer.from(part.body, 'base64').toString('utf8')
    case 'quoted-printable':
      return quotedPrintable(part.body)
    default:
      return part.body
  }
}

/** Every leaf of a message, e.g. the text and the HTML of a `multipart/alternative`. */
const leaves = (part: Part): Part[] => {
  const type = part.headers.get('content-type') ?? 'text/plain'
  const boundary = /^multipart\/.*boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (boundary === undefined) return [part]
  const [, ...sections] = `\n${part.body}`.split(`\n--${boundary}`)
  return sections
    .filter((section) => !section.startsWith('--'))
    .flatMap((section) => leaves(split(section.replace(/^[ \t]*\n/, ''))))
}

const encodedWord = /=\?utf-8\?([bq])\?([^?]*)\?=(?:\s+(?==\?))?/gi
const header = (part: Part, name: string): string =>
  (part.headers.get(name) ?? '').replace(encodedWord, (_match, kind: string, text: string) =>
    kind.toLowerCase() === 'b'
      ? Buffer.from(text, 'base64').toString('utf8')
      : quotedPrintable(text.replace(/_/g, ' ')),
  )

const addresses = (part: Part, name: string): string[] =>
  header(part, name)
    .split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .map((address) => address.trim())
    .filter((address) => address !== '')

/** The addresses, subject and text of a raw message. UTF-8 only; attachments are left out. */
export const parseMime = (source: string): MailContent => {
  const message = split(source)
  const parts = leaves(message)
  const ofType = (type: string) => {
    const found = parts.find((part) =>
      (part.headers.get('content-type') ?? 'text/plain').toLowerCase().startsWith(type),
    )
    return found ? decode(found) : ''
  }
  return {
    from: header(message, 'from'),
    to: addresses(message, 'to'),
    cc: addresses(message, 'cc'),
    bcc: addresses(message, 'bcc'),
    replyTo: addresses(message, 'reply-to'),
    subject: header(message, 'subject'),
    text: ofType('text/plain'),
    html: ofType('text/html'),
  }
}
