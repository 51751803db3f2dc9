import type { AccessKeyId, Message } from '@keynag/core'

/** The keys of the message that a reader finds by their ID in every one of its forms. */
export function keysNamed(message: Message, ...forms: readonly string[]): readonly AccessKeyId[] {
  const words = forms.map((form) => new Set(form.match(/\w+/g)))
  return keysOf(message).filter((id) => words.every((found) => found.has(id)))
}

function keysOf(message: Message): readonly AccessKeyId[] {
  if (message.kind === 'nag') return message.keys.map(({ accessKeyId }) => accessKeyId)
  return message.kind === 'digest' ? [] : [message.key.accessKeyId]
}
