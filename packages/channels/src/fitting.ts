import type { Message } from '@keynag/core'
import { oldestFirst } from './templates/key-words.ts'

/** A rendered form, and how much of a provider's room it takes. */
interface Form {
  readonly size: number
}

/**
 * The message in a form that fits the room: each of its lists shows at most so many items, and a nag is
 * about so many of its oldest keys. Further messages name its other keys. If one item is too much, the
 * form is larger than the room.
 */
export function fitted<T extends Form>(
  message: Message,
  { most, room }: { readonly most: number; readonly room: number },
  render: (message: Message, items: number) => T,
): T {
  let items = most
  for (;;) {
    const form = render(aboutFirst(message, items), items)
    if (form.size <= room || items === 1) return form
    items = Math.max(1, Math.min(items - 1, Math.floor((items * room) / form.size)))
  }
}

/** A nag about its oldest keys. */
function aboutFirst(message: Message, limit: number): Message {
  if (message.kind !== 'nag' || message.keys.length <= limit) return message
  const following = (message.following ?? 0) + message.keys.length - limit
  return { ...message, keys: oldestFirst(message.keys).slice(0, limit), following }
}
