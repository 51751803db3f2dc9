import type { Message } from '@keynag/core'
import { oneLine } from '../sanitize.ts'
import { compose } from '../templates/compose.ts'
import { renderHtml } from './html.ts'
import { renderText } from './text.ts'

/** A mail without its envelope. */
export interface Mail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** A mail lists at most this many keys, and counts the rest. */
const mailItems = 500

/** Pure: the message as plain text and HTML. The subject is always one line. */
export function renderMail(message: Message): Mail {
  const document = compose(message)
  return {
    subject: oneLine(document.subject, 180),
    text: renderText(document, mailItems),
    html: renderHtml(document, mailItems),
  }
}
