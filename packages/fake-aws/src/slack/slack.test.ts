import {
  LogLevel,
  WebClient,
  type ChatPostMessageArguments,
  type Logger,
  type WebClientOptions,
} from '@slack/web-api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startSlack, type Slack } from './index.ts'

const counted: string[] = []
const calls = { count: (operation: string) => void counted.push(operation) }
const now = Date.parse('2026-11-21T12:00:00Z')
const clock = { now: () => now }
const ann = { id: 'U0ANN', email: 'ann@acme.example', name: 'Ann Lee' }
const security = { id: 'C0SEC', name: 'security' }
let slack: Slack
let client: WebClient

const ignore = () => undefined
const silent: Logger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  setLevel: ignore,
  getLevel: () => LogLevel.ERROR,
  setName: ignore,
}
const connect = (token: string | undefined, options: WebClientOptions = {}) =>
  new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    logger: silent,
    retryConfig: { retries: 0 },
    ...options,
  })

beforeEach(async () => {
  counted.length = 0
  slack = await startSlack({ calls, clock, users: [ann], channels: [security] })
  client = connect('xoxb-test')
})

afterEach(() => slack.close())

const post = (message: ChatPostMessageArguments, as = client) =>
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's, not a window's
  as.chat.postMessage(message)
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } })

describe('chat.postMessage', () => {
  test.each(['C0SEC', '#security', 'security'])('posts to the channel %s', async (channel) => {
    const posted = await post({
      channel,
      text: 'hello',
      blocks: [section('*hello* & <https://x.example|bye>')],
    })
    expect(slack.messages).toEqual([
      {
        ts: posted.ts,
        at: now,
        channel: 'C0SEC',
        channelName: '#security',
        text: 'hello',
        blocks: [section('*hello* & <https://x.example|bye>')],
      },
    ])
    expect(posted).toMatchObject({ ok: true, channel: 'C0SEC', ts: `${now / 1000}.000001` })
    expect(counted).toEqual(['slack:chat.postMessage'])
  })

  test('reaches a person by address, by user id and by conversation', async () => {
    const found = await client.users.lookupByEmail({ email: 'Ann@acme.example' })
    const user = String(found.user?.id)
    const opened = await client.conversations.open({ users: user })
    await post({ channel: user, text: 'by user' })
    await post({ channel: String(opened.channel?.id), text: 'by conversation' })
    expect(slack.messages).toMatchObject([
      {
        channel: 'D0ANN',
        channelName: 'Ann Lee',
        toUserEmail: 'ann@acme.example',
        text: 'by user',
      },
      { channel: 'D0ANN', toUserEmail: 'ann@acme.example', text: 'by conversation' },
    ])
    expect(new Set(slack.messages.map((message) => message.ts)).size).toBe(2)
  })

  test.each([
    ['51 blocks', Array.from({ length: 51 }, () => ({ type: 'divider' }))],
    ['a section over 3,000 characters', [section('x'.repeat(3001))]],
    ['a header with markup', [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }]],
    ['an unknown type of block', [{ type: 'hologram' }]],
    [
      '11 fields',
      [{ type: 'section', fields: Array.from({ length: 11 }, () => section('x').text) }],
    ],
    [
      'a button without a text',
      [{ type: 'actions', elements: [{ type: 'button', action_id: 'snooze' }] }],
    ],
    [
      'the same block id twice',
      [
        { type: 'divider', block_id: 'a' },
        { type: 'divider', block_id: 'a' },
      ],
    ],
  ])('refuses %s', async (_name, blocks) => {
    await expect(
      client.apiCall('chat.postMessage', { channel: 'C0SEC', text: 'hello', blocks }),
    ).rejects.toMatchObject({ data: { error: 'invalid_blocks' } })
    expect(slack.messages).toEqual([])
  })

  test('accepts a message at Slack’s limits', async () => {
    const blocks = Array.from({ length: 50 }, (_, n) => section('x'.repeat(n < 2 ? 3000 : 1)))
    await post({ channel: 'C0SEC', text: 'hello', blocks })
    expect(slack.messages[0]?.blocks).toHaveLength(50)
  })

  test.each([
    ['channel_not_found', { channel: '#nowhere', text: 'hello' }],
    ['no_text', { channel: 'C0SEC' }],
    ['invalid_blocks_format', { channel: 'C0SEC', text: 'hello', blocks: 'no list' }],
  ])('answers %s', async (error, parameters) => {
    await expect(client.apiCall('chat.postMessage', parameters)).rejects.toMatchObject({
      data: { error },
    })
  })
})

test('unknown people are not found', async () => {
  await expect(client.users.lookupByEmail({ email: 'bob@x.example' })).rejects.toMatchObject({
    data: { error: 'users_not_found' },
  })
  await expect(client.conversations.open({ users: 'U0BOB' })).rejects.toMatchObject({
    data: { error: 'user_not_found' },
  })
})

test('a bot token is required', async () => {
  expect(await client.auth.test()).toMatchObject({ ok: true, user: 'keynag' })
  await expect(connect('xoxp-person').auth.test()).rejects.toMatchObject({
    data: { error: 'invalid_auth' },
  })
  await expect(connect(undefined).auth.test()).rejects.toMatchObject({
    data: { error: 'not_authed' },
  })
})

test('JSON bodies work too', async () => {
  const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer xoxb-test',
      'content-type': 'application/json; charset=utf-8',
    },
    body: JSON.stringify({ channel: 'C0SEC', text: 'hello', blocks: [{ type: 'divider' }] }),
  })
  expect(await response.json()).toMatchObject({ ok: true })
  expect(slack.messages[0]?.blocks).toEqual([{ type: 'divider' }])
})

describe('faults', () => {
  test('a rate limit says when to try again', async () => {
    slack.faults().next({ kind: 'rateLimited', retryAfterSeconds: 7 })
    const strict = connect('xoxb-test', { rejectRateLimitedCalls: true })
    await expect(post({ channel: 'C0SEC', text: 'hello' }, strict)).rejects.toMatchObject({
      retryAfter: 7,
    })
    await post({ channel: 'C0SEC', text: 'hello' }, strict)
    expect(slack.messages).toHaveLength(1)
  })

  test('an error and an HTTP status are returned as configured', async () => {
    slack.faults().next({ kind: 'error', error: 'account_inactive' })
    slack.faults().next({ kind: 'httpError', status: 503 })
    const hello = { channel: 'C0SEC', text: 'hello' }
    await expect(post(hello)).rejects.toMatchObject({ data: { error: 'account_inactive' } })
    await expect(post(hello)).rejects.toMatchObject({ statusCode: 503 })
    expect(slack.messages).toEqual([])
  })

  test('apply to their own method only', async () => {
    slack.faults('users.lookupByEmail').next({ kind: 'error', error: 'internal_error' })
    await post({ channel: 'C0SEC', text: 'hello' })
    await expect(client.users.lookupByEmail({ email: ann.email })).rejects.toMatchObject({
      data: { error: 'internal_error' },
    })
    expect(slack.messages).toHaveLength(1)
  })

  test('a message can be posted although the answer was an error', async () => {
    slack.faults().next({ kind: 'sent-then-failed' })
    await expect(post({ channel: 'C0SEC', text: 'hello' })).rejects.toMatchObject({
      statusCode: 500,
    })
    expect(slack.messages).toHaveLength(1)
  })

  test('a channel accepts one message per second when the limit is on', async () => {
    const limited = await startSlack({
      calls,
      clock,
      users: [ann],
      channels: [security],
      limitPerChannel: true,
    })
    const options = { slackApiUrl: limited.apiUrl, rejectRateLimitedCalls: true }
    const strict = connect('xoxb-test', options)
    const outcomes = await Promise.allSettled([
      post({ channel: 'C0SEC', text: 'one' }, strict),
      post({ channel: 'U0ANN', text: 'another channel' }, strict),
      post({ channel: '#security', text: 'two' }, strict),
    ])
    expect(outcomes.filter((outcome) => outcome.status === 'rejected')).toMatchObject([
      { reason: { retryAfter: 1 } },
    ])
    expect(limited.messages).toHaveLength(2)
    await limited.close()
  })
})

test('a port in use is an error with a code', async () => {
  const port = Number(new URL(slack.url).port)
  await expect(startSlack({ calls, clock, port })).rejects.toMatchObject({
    code: 'KEYNAG_PORT_IN_USE',
  })
})
