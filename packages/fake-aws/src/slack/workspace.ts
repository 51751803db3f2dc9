import type { SlackChannel, SlackUser } from './message.ts'

/** The channel or the direct conversation that a message is posted to. */
export type Conversation = { id: string; name: string; user?: SlackUser }

/** The direct conversation with one person. Its ID derives from the person's. */
export const directConversation = (user: SlackUser): Conversation => ({
  id: `D${user.id.slice(1)}`,
  name: user.name,
  user,
})

export type Workspace = ReturnType<typeof workspace>

/** The people and channels of one Slack workspace. */
export const workspace = (users: readonly SlackUser[], channels: readonly SlackChannel[]) => {
  const byId = new Map(users.map((user) => [user.id, user]))
  const byEmail = new Map(users.map((user) => [user.email.toLowerCase(), user]))
  const byChannel = new Map<string, Conversation>()
  for (const { id, name } of channels) {
    const conversation = { id, name: `#${name}` }
    for (const key of [id, name, `#${name}`]) byChannel.set(key, conversation)
  }

  for (const user of users) {
    const conversation = directConversation(user)
    byChannel.set(conversation.id, conversation)
  }

  return {
    user: (id: string) => byId.get(id),
    userByEmail: (email: string) => byEmail.get(email.toLowerCase()),
    /** Finds a conversation by channel ID, `#name`, name, or a person's ID. */
    conversation: (given: string): Conversation | undefined => {
      const user = byId.get(given)
      return user ? directConversation(user) : byChannel.get(given)
    },
  }
}
