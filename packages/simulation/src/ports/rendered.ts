import { renderMail, renderSlack } from '@keynag/channels/render'
import type { AccessKeyId, Message, Route } from '@keynag/core'
import { mailAsSeen, slackAsSeen } from '@keynag/oracle'

export interface Rendered {
  /** What the reader sees. */
  readonly text: string
  readonly named: readonly AccessKeyId[]
}

/** The message in the words of keynag's own templates, with room for so many of its keys. */
export function rendered(message: Message, via: Route['via'], room: number): Rendered {
  const cut = cutTo(room, message)
  if (via === 'email') {
    const mail = renderMail(cut)
    return { text: mailAsSeen(mail), named: mail.named }
  }
  const post = renderSlack(cut)
  return { text: slackAsSeen(post), named: post.named }
}

/** A channel with less room than Slack and mail have: it names the oldest keys. */
function cutTo(room: number, message: Message): Message {
  if (message.kind !== 'nag' || message.keys.length <= room) return message
  const keys = message.keys.toSorted((a, b) => a.createdAt - b.createdAt).slice(0, room)
  return { ...message, keys, following: (message.following ?? 0) + message.keys.length - room }
}
