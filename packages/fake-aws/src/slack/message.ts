/** A person in the workspace. */
export type SlackUser = { id: string; email: string; name: string }

export type SlackChannel = { id: string; name: string }

/** A posted message. */
export type SlackMessage = {
  /** Slack's id of a message within its channel: seconds and a counter. */
  ts: string
  /** When it was posted, milliseconds since the epoch, by the sandbox's clock. */
  at: number
  /** The channel's id; `D…` is a conversation with one person. */
  channel: string
  /** `#name`, or the person's name. */
  channelName: string
  /** Only for a conversation with one person. */
  toUserEmail?: string
  threadTs?: string
  text: string
  blocks: unknown[]
}
