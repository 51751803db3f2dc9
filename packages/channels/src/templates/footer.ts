import type { Message } from '@keynag/core'
import { plain, say, type Text } from '../document.ts'
import { utc } from './dates.ts'

/** Closes every message, and names the notice for whoever is asked about it. */
export const footer = (message: Message, words: string): Text =>
  say`${plain(words)} Sent by keynag at ${plain(utc(message.now))}, notice ${message.noticeId}.`
