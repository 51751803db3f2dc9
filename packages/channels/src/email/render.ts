import type { AccessKeyId, Message } from '@keynag/core'
import { fitted } from '../fitting.ts'
import { keysNamed } from '../named.ts'
import { oneLine } from '../sanitize.ts'
import { compose } from '../templates/compose.ts'
import { renderHtml } from './html.ts'
import { renderText } from './text.ts'

/** A mail without its envelope. */
export interface Mail {
  readonly subject: string
  readonly text: string
  readonly html: string
  /** The keys that a reader finds by their ID in both forms. */
  readonly named: readonly AccessKeyId[]
}

/** Nobody reads longer lists. */
const most = 250

/**
 * In bytes. Gmail shows the first 102 kB of a mail and hides the rest behind a link; SES adds to the
 * HTML what encodes it for the way, and that does not count.
 */
const room = 95_000

/** Pure: the message as plain text and HTML. The subject is always one line. */
export function renderMail(message: Message): Mail {
  const { size: _, ...mail } = fitted(message, { most, room }, (shown, items) => {
    const document = compose(shown)
    const text = renderText(document, items)
    const html = renderHtml(document, items)
    return {
      subject: oneLine(document.subject, 180),
      text,
      html,
      named: keysNamed(shown, text, html),
      size: Math.max(byteLength(text), byteLength(html)),
    }
  })
  return mail
}

const encoder = new TextEncoder()
const byteLength = (text: string): number => encoder.encode(text).length
