import type { Message } from '@keynag/core'
import { oldestFirst } from './templates/key-words.ts'

/** A nag with its oldest keys, as many as one message can name. Further messages name the others. */
export function fitting(message: Message, limit: number): Message {
  if (message.kind !== 'nag' || message.keys.length <= limit) return message
  const following = (message.following ?? 0) + message.keys.length - limit
  return { ...message, keys: oldestFirst(message.keys).slice(0, limit), following }
}
