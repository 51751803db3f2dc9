import type { Message } from '@keynag/core'
import { plain, say, type Text } from '../document.ts'
import { utc } from './dates.ts'

/** Closes every message. It names the notice, so that a question about the message can be answered. */
export const footer = (message: Message, words: string): Text =>
  say`${plain(words)} Sent by keynag at ${plain(utc(message.now))}. If you ask about this message, please quote its notice: ${message.noticeId}.`
