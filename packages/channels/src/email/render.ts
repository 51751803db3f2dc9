import type { AccessKeyId, Message } from '@keynag/core'
import { fitting } from '../fitting.ts'
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

/** A mail names at most this many keys. Further mails name the others. */
const mailItems = 500

/** Pure: the message as plain text and HTML. The subject is always one line. */
export function renderMail(message: Message): Mail {
  const document = compose(fitting(message, mailItems))
  const text = renderText(document, mailItems)
  const html = renderHtml(document, mailItems)
  return {
    subject: oneLine(document.subject, 180),
    text,
    html,
    named: keysNamed(message, text, html),
  }
}
