import { SESv2Client } from '@aws-sdk/client-sesv2'
import type { KeynagError, Route, Sent } from '@keynag/core'
import { afterEach, describe, expect, test } from 'vitest'
import type { SlackOptions } from './slack/deliver.ts'
import { createMessenger, type MessengerOptions } from './messenger.ts'
import { messages } from './testing/messages.ts'
import { startProvider, type Answer, type Provider, type Request } from './testing/provider.ts'

const json = (value: unknown): Answer => ({ body: JSON.stringify(value) })
const found = json({ ok: true, user: { id: 'U1', deleted: false } })
const posted = json({ ok: true, channel: 'D1', ts: '1700000000.000100' })
const notFound = json({ ok: false, error: 'users_not_found' })
const slowDown = (seconds?: string): Answer => ({
  status: 429,
  headers: seconds === undefined ? {} : { 'retry-after': seconds },
  body: '',
})

const sent = json({ MessageId: 'mail-1' })
const sesError = (status: number, code: string, message: string): Answer => ({
  status,
  headers: { 'x-amzn-errortype': code },
  body: JSON.stringify({ message }),
})

const slack: Route = { via: 'slack', email: 'alice@example.com' }
const channel: Route = { via: 'slack-channel', channel: '#access-keys' }
const mail: Route = { via: 'email', email: 'alice@example.com' }

const providers: Provider[] = []
afterEach(async () => {
  await Promise.all(providers.splice(0).map((provider) => provider.close()))
})

async function provider(answer: (request: Request) => Answer): Promise<Provider> {
  const started = await startProvider(answer)
  providers.push(started)
  return started
}

/** Slack and SES that answer as told, and a messenger between them. */
async function given(answers: {
  lookup?: Answer
  post?: Answer | (() => Answer)
  mail?: Answer
  options?: MessengerOptions
  sleep?: (ms: number) => Promise<void>
  slackOptions?: Partial<SlackOptions>
  /** Slack takes any token, or only this one. */
  token?: string
}) {
  const { lookup = found, post = posted, mail = sent, options = {}, sleep } = answers
  const { slackOptions = {}, token } = answers
  const slack = await provider(({ path, authorization }) => {
    if (token !== undefined && authorization !== `Bearer ${token}`) {
      return json({ ok: false, error: 'token_revoked' })
    }
    if (path === '/users.lookupByEmail') return lookup
    return typeof post === 'function' ? post() : post
  })
  const ses = await provider(() => mail)
  const client = new SESv2Client({
    region: 'eu-central-1',
    endpoint: ses.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  })
  const messenger = createMessenger({
    slack: {
      token: 'xoxb-test',
      slackApiUrl: slack.url,
      ...(sleep === undefined ? {} : { sleep }),
      ...slackOptions,
    },
    email: { from: 'keynag@example.com', replyTo: 'security@example.com', client },
    ...options,
  })
  return { slack, ses, send: (...routes: Route[]) => messenger.send(messages.nag, routes) }
}

async function failureOf(promise: Promise<Sent>): Promise<KeynagError> {
  const sent = await promise
  if (sent.kind === 'failed') return sent.error
  throw new Error(`expected a failure, and it was ${sent.kind}`)
}

describe('Slack', () => {
  test('reaches a person by address', async () => {
    const { slack: api, ses, send } = await given({})
    expect(await send(slack, mail)).toEqual({
      kind: 'delivered',
      delivery: { channel: 'slack', to: 'alice@example.com', messageId: 'D1/1700000000.000100' },
      named: messages.nag.keys.map(({ accessKeyId }) => accessKeyId),
    })
    const [lookup, post] = api.requests
    expect(lookup?.form.get('email')).toBe('alice@example.com')
    expect(post?.form.get('channel')).toBe('U1')
    expect(post?.form.get('unfurl_links')).toBe('false')
    expect(post?.form.get('unfurl_media')).toBe('false')
    expect(post?.form.get('metadata')).toContain(messages.nag.noticeId)
    expect(ses.requests).toEqual([])
  })

  test('is asked once for a person to whom several messages go, and again the next day', async () => {
    let now = 0
    const { slack: api, send } = await given({ slackOptions: { now: () => now } })
    await send(slack)
    await send(slack)
    expect(api.requests.map(({ path }) => path)).toEqual([
      '/users.lookupByEmail',
      '/chat.postMessage',
      '/chat.postMessage',
    ])
    now = 24 * 3_600_000
    await send(slack)
    expect(api.requests).toHaveLength(5)
  })

  test('is asked again for a person whom it refuses', async () => {
    const no = json({ ok: false, error: 'user_not_found' })
    const { slack: api, send } = await given({ post: no, slackOptions: { now: () => 0 } })
    await send(slack)
    await send(slack)
    expect(api.requests.map(({ path }) => path)).toEqual([
      '/users.lookupByEmail',
      '/chat.postMessage',
      '/users.lookupByEmail',
      '/chat.postMessage',
    ])
  })

  test('gets the renewed token when it refuses the old one', async () => {
    let reads = 0
    const renewedToken = async (): Promise<string> => {
      reads += 1
      return 'xoxb-new'
    }
    const { slack: api, send } = await given({ token: 'xoxb-new', slackOptions: { renewedToken } })
    expect(await send(slack)).toMatchObject({ kind: 'delivered' })
    expect(await send(slack)).toMatchObject({ kind: 'delivered' })
    expect(reads).toBe(1)
    expect(api.requests.map(({ path }) => path)).toEqual([
      '/users.lookupByEmail',
      '/users.lookupByEmail',
      '/chat.postMessage',
      '/users.lookupByEmail',
      '/chat.postMessage',
    ])
  })

  test.each([
    ['is the same', async () => 'xoxb-test'],
    ['cannot be read', () => Promise.reject(new Error('no'))],
  ])('is broken when the token that is stored %s', async (_, renewedToken) => {
    const { send } = await given({ token: 'xoxb-new', slackOptions: { renewedToken } })
    const failure = await failureOf(send(slack))
    expect(failure).toMatchObject({ errorClass: 'permanent', code: 'KEYNAG_SLACK_REJECTED' })
  })

  test('reaches a channel by name', async () => {
    const { slack: api, send } = await given({})
    expect(await send(channel)).toMatchObject({
      kind: 'delivered',
      delivery: { channel: 'slack-channel', to: '#access-keys' },
    })
    expect(api.requests.map(({ form }) => form.get('channel'))).toEqual(['access-keys'])
  })

  test('gives way to mail for somebody it does not know', async () => {
    const { send } = await given({ lookup: notFound })
    expect(await send(slack, mail)).toEqual({
      kind: 'delivered',
      delivery: { channel: 'email', to: 'alice@example.com', messageId: 'mail-1' },
      named: messages.nag.keys.map(({ accessKeyId }) => accessKeyId),
    })
  })

  test('gives way to mail for a deactivated account', async () => {
    const lookup = json({ ok: true, user: { id: 'U1', deleted: true } })
    const { send } = await given({ lookup })
    expect(await send(slack, mail)).toMatchObject({ delivery: { channel: 'email' } })
  })

  test('is throttled: the queue waits, mail is not sent instead', async () => {
    const { ses, send } = await given({ post: slowDown('30') })
    const error = await failureOf(send(slack, mail))
    expect(error).toMatchObject({ errorClass: 'transient', code: 'KEYNAG_THROTTLED' })
    expect(error.message).toBe(
      'Slack asked to slow down at chat.postMessage and to wait 30 seconds',
    )
    expect(ses.requests).toEqual([])
  })

  test('is throttled briefly: the wait is done here', async () => {
    const slept: number[] = []
    const answers = [slowDown('2'), posted]
    const { send } = await given({
      post: () => answers.shift() ?? posted,
      sleep: async (ms) => void slept.push(ms),
    })
    expect(await send(slack)).toMatchObject({ kind: 'delivered' })
    expect(slept).toEqual([2_000])
  })

  test('is throttled briefly again and again: the queue waits after all', async () => {
    const slept: number[] = []
    const { send } = await given({
      post: slowDown('1'),
      sleep: async (ms) => void slept.push(ms),
    })
    expect(await failureOf(send(slack))).toMatchObject({ code: 'KEYNAG_THROTTLED' })
    expect(slept).toEqual([1_000, 1_000])
  })

  test.each([
    ['a 429 that names no time', slowDown(), 'KEYNAG_THROTTLED'],
    ['a throttle in the body', json({ ok: false, error: 'ratelimited' }), 'KEYNAG_THROTTLED'],
    ['HTTP 503', { status: 503, body: 'down' }, 'KEYNAG_UNAVAILABLE'],
    ['an outage', json({ ok: false, error: 'internal_error' }), 'KEYNAG_UNAVAILABLE'],
    ['a page that is not JSON', { body: '<html>proxy</html>' }, 'KEYNAG_UNAVAILABLE'],
    ['half an answer', { body: '{"ok":tr' }, 'KEYNAG_UNAVAILABLE'],
    ['nothing', { body: '' }, 'KEYNAG_UNAVAILABLE'],
    ['an empty object', json({}), 'KEYNAG_UNAVAILABLE'],
    ['null', json(null), 'KEYNAG_UNAVAILABLE'],
    ['a list', json([]), 'KEYNAG_UNAVAILABLE'],
    ['a word', json('ok'), 'KEYNAG_UNAVAILABLE'],
    ['an error that is null', json({ ok: false, error: null }), 'KEYNAG_UNAVAILABLE'],
    ['no post', json({ ok: true }), 'KEYNAG_UNAVAILABLE'],
    ['a page with HTTP 403', { status: 403, body: '<html>proxy</html>' }, 'KEYNAG_UNAVAILABLE'],
  ] as const)('answers %s: try again', async (_, post, code) => {
    const { ses, send } = await given({ post })
    expect(await failureOf(send(slack, mail))).toMatchObject({ errorClass: 'transient', code })
    expect(ses.requests).toEqual([])
  })

  test.each([json({ ok: true }), json({ ok: true, user: null }), json({}), json(null)])(
    'names nobody: that is no refusal of the person',
    async (lookup) => {
      const { send } = await given({ lookup })
      expect(await failureOf(send(slack))).toMatchObject({
        errorClass: 'transient',
        code: 'KEYNAG_UNAVAILABLE',
      })
    },
  )

  test.each(['not_in_channel', 'channel_not_found', 'is_archived', 'restricted_action'])(
    'answers %s: the operator has to mend the channel, and no owner is at fault',
    async (error) => {
      const { send } = await given({ post: json({ ok: false, error }) })
      const broken = [{ channel: '#access-keys', error: { code: 'KEYNAG_SLACK_REJECTED' } }]
      expect(await send(channel)).toMatchObject({ kind: 'failed', concerns: 'channel', broken })
      expect(await send(channel, mail)).toMatchObject({ kind: 'delivered', broken })
    },
  )

  test.each(['msg_too_long', 'msg_blocks_too_long', 'invalid_blocks'])(
    'answers %s: it concerns this message, and nobody else waits',
    async (error) => {
      const { send } = await given({ post: json({ ok: false, error }) })
      expect(await send(slack)).toMatchObject({ kind: 'failed', concerns: 'message' })
      expect(await send(slack, mail)).toMatchObject({ kind: 'delivered' })
    },
  )

  test.each(['missing_scope', 'token_revoked', 'account_inactive'])(
    'answers %s: it concerns everybody, and no owner is at fault',
    async (error) => {
      const { send } = await given({ post: json({ ok: false, error }) })
      expect(await send(slack)).toMatchObject({ kind: 'failed', concerns: 'provider' })
    },
  )

  test.each(['C024BE91L', '#schlüssel', '#鍵'])('reaches the channel %s', async (name) => {
    const { slack: api, send } = await given({})
    expect(await send({ via: 'slack-channel', channel: name })).toMatchObject({ kind: 'delivered' })
    expect(api.requests[0]?.form.get('channel')).toBe(name.replace('#', ''))
  })

  test('is not there: try again', async () => {
    const { slack: api, send } = await given({})
    await api.close()
    expect(await failureOf(send(slack))).toMatchObject({
      errorClass: 'transient',
      code: 'KEYNAG_UNAVAILABLE',
    })
  })

  test('refuses the token: permanent, and not the owner’s fault', async () => {
    const no = json({ ok: false, error: 'invalid_auth' })
    const { send } = await given({ lookup: no, post: no })
    expect(await failureOf(send(slack, channel))).toMatchObject({
      errorClass: 'permanent',
      code: 'KEYNAG_SLACK_REJECTED',
    })
  })

  test('refuses the token: mail still warns the owner, and the operator is told', async () => {
    const told: [Route, string][] = []
    const { send } = await given({
      lookup: json({ ok: false, error: 'invalid_auth' }),
      options: { onBrokenRoute: (route, error) => told.push([route, error.code]) },
    })
    expect(await send(slack, mail)).toMatchObject({ delivery: { channel: 'email' } })
    expect(told).toEqual([[slack, 'KEYNAG_SLACK_REJECTED']])
  })
})

describe('mail', () => {
  test('carries text, HTML, the sender and a tag for bounces', async () => {
    const { ses, send } = await given({})
    expect(await send(mail)).toMatchObject({ delivery: { messageId: 'mail-1' } })
    const [request] = ses.requests
    expect(request?.path).toBe('/v2/email/outbound-emails')
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      FromEmailAddress: 'keynag@example.com',
      ReplyToAddresses: ['security@example.com'],
      Destination: { ToAddresses: ['alice@example.com'] },
      Content: {
        Simple: {
          Body: {
            Text: { Data: expect.stringContaining('AKIAEXAMPLE000000001') },
            Html: { Data: expect.stringContaining('<!doctype html>') },
          },
        },
      },
      EmailTags: [{ Name: 'keynag-notice', Value: 'nag_alice_example_com_2026-11-21' }],
    })
  })

  test('asks programs not to answer, but for the reports of mail that did not arrive', async () => {
    const { ses, send } = await given({})
    await send(mail)
    const { Content } = JSON.parse(ses.requests[0]?.body ?? '')
    expect(Content.Simple.Headers).toEqual([
      { Name: 'Auto-Submitted', Value: 'auto-generated' },
      { Name: 'X-Auto-Response-Suppress', Value: 'DR, RN, NRN, OOF, AutoReply' },
    ])
  })

  test.each([
    [400, 'MessageRejected', 'permanent', 'KEYNAG_MAIL_REJECTED'],
    [400, 'MailFromDomainNotVerifiedException', 'permanent', 'KEYNAG_MAIL_REJECTED'],
    [400, 'SendingPausedException', 'permanent', 'KEYNAG_MAIL_REJECTED'],
    [400, 'AccountSuspendedException', 'permanent', 'KEYNAG_MAIL_REJECTED'],
    [404, 'NotFoundException', 'permanent', 'KEYNAG_MAIL_REJECTED'],
    [403, 'AccessDeniedException', 'permanent', 'KEYNAG_ACCESS_DENIED'],
    [403, 'UnrecognizedClientException', 'permanent', 'KEYNAG_CREDENTIALS_REFUSED'],
    [429, 'TooManyRequestsException', 'transient', 'KEYNAG_THROTTLED'],
    [503, 'ServiceUnavailable', 'transient', 'KEYNAG_UNAVAILABLE'],
  ])('HTTP %i %s is %s %s', async (status, name, errorClass, code) => {
    const { send } = await given({ mail: sesError(status, name, 'no') })
    expect(await failureOf(send(mail))).toMatchObject({ errorClass, code })
  })

  test.each([
    ["Missing final '@domain'", 'the address'],
    ['Local address contains control or whitespace', 'the address'],
    ['Domain starts with dot', 'the address'],
    ['Illegal address', 'the address'],
    ["Invalid From address: Missing final '@domain'", 'everybody'],
    ['The sender domain is not valid', 'everybody'],
    ['MAIL FROM domain is not verified', 'everybody'],
    ['Reply-To address is illegal', 'everybody'],
    ['Invalid tag value <a b>.', 'the message'],
    ['Message length is more than 41943040 bytes long', 'the message'],
    ['Something that nobody foresaw', 'the message'],
  ])('is refused with "%s": it concerns %s', async (message, whom) => {
    const { send } = await given({ mail: sesError(400, 'BadRequestException', message) })
    const result = await send(mail)
    expect(result).toMatchObject(
      whom === 'the address'
        ? { kind: 'undeliverable' }
        : { kind: 'failed', concerns: whom === 'everybody' ? 'provider' : 'message' },
    )
  })

  test('waits a second for the rate, and for the quota of a day until it frees', async () => {
    const code = 'TooManyRequestsException'
    const fast = await given({ mail: sesError(429, code, 'Maximum sending rate exceeded.') })
    expect(await fast.send(mail)).toMatchObject({ pauseMs: 1_000 })
    const used = await given({ mail: sesError(429, code, 'Daily message quota exceeded.') })
    expect(await used.send(mail)).toMatchObject({ kind: 'failed', pauseMs: undefined })
  })

  test.each([
    ['nothing', ''],
    ['an empty object', '{}'],
    ['null', 'null'],
    ['an ID that is null', '{"MessageId":null}'],
    ['an empty ID', '{"MessageId":""}'],
    ['half an answer', '{"MessageId":"mai'],
    ['a page', '<html>proxy</html>'],
    ['a list', '[]'],
  ])('is answered with %s: it may be on its way, and is tried again', async (_, body) => {
    for (const status of [200, 403, 502]) {
      const { send } = await given({ mail: { status, body } })
      expect(await failureOf(send(mail))).toMatchObject({
        errorClass: 'transient',
        code: 'KEYNAG_UNAVAILABLE',
      })
    }
  })

  test('is not sent to what is not one address', async () => {
    const { ses, send } = await given({})
    const route: Route = { via: 'email', email: 'a@example.com,eve@evil.example' }
    expect(await send(route)).toMatchObject({ kind: 'undeliverable' })
    expect(ses.requests).toEqual([])
  })
})

describe('nobody takes it', () => {
  test('says why, route by route', async () => {
    const { send } = await given({
      lookup: notFound,
      mail: sesError(400, 'BadRequestException', 'Local address contains control or whitespace'),
    })
    expect(await send(slack, mail)).toEqual({
      kind: 'undeliverable',
      why:
        'Slack to alice@example.com: Slack knows nobody by that address (users_not_found); ' +
        'mail to alice@example.com: SES does not take that address (Local address contains control or whitespace)',
    })
  })

  test('a channel that is not set up refuses', async () => {
    const messenger = createMessenger({})
    expect(await messenger.send(messages.nag, [slack, mail])).toEqual({
      kind: 'undeliverable',
      why: 'Slack to alice@example.com: Slack is not set up; mail to alice@example.com: mail is not set up',
    })
  })

  test('no route at all', async () => {
    expect(await createMessenger({}).send(messages.nag, [])).toEqual({
      kind: 'undeliverable',
      why: 'there is no route to try',
    })
  })
})
