import type { Clock } from '../loopback/index.ts'
import { blockErrors } from './check-blocks.ts'
import type { SlackMessage, SlackUser } from './message.ts'
import { listOf, textOf, type Parameters } from './parameters.ts'
import { directConversation, type Workspace } from './workspace.ts'

export type Method = (parameters: Parameters) => object

const teamId = 'T0KEYNAG'
const botId = 'B0KEYNAG'
const botUserId = 'U0KEYNAGBOT'
/** Slack refuses longer texts: https://docs.slack.dev/reference/methods/chat.postMessage */
const mostCharacters = 40_000

/** Not documented; the least that was refused (slackapi/bolt-js, issue 2867). */
const mostBlockCharacters = 11_000

const error = (name: string, messages: string[] = []) => ({
  ok: false,
  error: name,
  ...(messages.length === 0 ? {} : { response_metadata: { messages } }),
})

const profile = (user: SlackUser) => ({
  id: user.id,
  team_id: teamId,
  name: user.email.replace(/@.*$/, ''),
  real_name: user.name,
  deleted: false,
  is_bot: false,
  profile: { email: user.email, real_name: user.name, display_name: user.name },
})

/** Timestamps that are unique and in the order of posting, even while the clock stands still. */
const timestamps = (clock: Clock) => {
  let posted = 0
  return () => {
    const at = clock.now()
    posted += 1
    return { at, ts: `${Math.floor(at / 1000)}.${String(posted).padStart(6, '0')}` }
  }
}

/** The modelled methods of Slack's Web API, by name. */
export const slackMethods = (
  workspace: Workspace,
  clock: Clock,
  messages: SlackMessage[],
): Record<string, Method> => {
  const stamp = timestamps(clock)

  return {
    'auth.test': () => ({
      ok: true,
      url: 'https://keynag-sandbox.slack.com/',
      team: 'keynag sandbox',
      user: 'keynag',
      team_id: teamId,
      user_id: botUserId,
      bot_id: botId,
      is_enterprise_install: false,
    }),

    'users.lookupByEmail': (parameters) => {
      const user = workspace.userByEmail(textOf(parameters, 'email'))
      return user ? { ok: true, user: profile(user) } : error('users_not_found')
    },

    'conversations.open': (parameters) => {
      const ids = textOf(parameters, 'users').split(',').filter(Boolean)
      const [id] = ids
      if (id === undefined) return error('users_list_not_supplied')
      // Group conversations are not modelled.
      if (ids.length > 1) return error('method_not_supported_for_channel_type')
      const user = workspace.user(id)
      return user
        ? { ok: true, channel: { id: directConversation(user).id } }
        : error('user_not_found')
    },

    'chat.postMessage': (parameters) => {
      const conversation = workspace.conversation(textOf(parameters, 'channel'))
      if (!conversation) return error('channel_not_found')
      const text = textOf(parameters, 'text')
      const blocks = listOf(parameters, 'blocks')
      if (!blocks) return error('invalid_blocks_format')
      if (text === '' && blocks.length === 0) return error('no_text')
      if (text.length > mostCharacters) return error('msg_too_long')
      if (JSON.stringify(blocks).length > mostBlockCharacters) return error('msg_blocks_too_long')
      const wrong = blockErrors(blocks)
      if (wrong.length > 0) return error('invalid_blocks', wrong)
      const threadTs = textOf(parameters, 'thread_ts')
      const { at, ts } = stamp()
      messages.push({
        ts,
        at,
        channel: conversation.id,
        channelName: conversation.name,
        ...(conversation.user ? { toUserEmail: conversation.user.email } : {}),
        ...(threadTs === '' ? {} : { threadTs }),
        text,
        blocks,
      })
      return {
        ok: true,
        channel: conversation.id,
        ts,
        message: { type: 'message', user: botUserId, bot_id: botId, ts, text, blocks },
      }
    },
  }
}
