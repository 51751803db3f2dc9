import { SESClient } from '@aws-sdk/client-ses'
import type { KeynagError, Route, Sent } from '@keynag/core'
import { afterEach, describe, expect, test } from 'vitest'
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

const sent: Answer = {
  body: '<SendEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendEmailResult><MessageId>mail-1</MessageId></SendEmailResult></SendEmailResponse>',
}
const sesError = (status: number, code: string, message: string): Answer => ({
  status,
  body: `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
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
}) {
  const { lookup = found, post = posted, mail = sent, options = {}, sleep } = answers
  const slack = await provider(({ path }) => {
    if (path === '/users.lookupByEmail') return lookup
    return typeof post === 'function' ? post() : post
  })
  const ses = await provider(() => mail)
  const client = new SESClient({
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
  ] as const)('answers %s: try again', async (_, post, code) => {
    const { ses, send } = await given({ post })
    expect(await failureOf(send(slack, mail))).toMatchObject({ errorClass: 'transient', code })
    expect(ses.requests).toEqual([])
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
    const form = ses.requests[0]?.form
    expect(form?.get('Source')).toBe('keynag@example.com')
    expect(form?.get('ReplyToAddresses.member.1')).toBe('security@example.com')
    expect(form?.get('Destination.ToAddresses.member.1')).toBe('alice@example.com')
    expect(form?.get('Message.Body.Text.Data')).toContain('AKIAEXAMPLE000000001')
    expect(form?.get('Message.Body.Html.Data')).toContain('<!doctype html>')
    expect(form?.get('Tags.member.1.Name')).toBe('keynag-notice')
    expect(form?.get('Tags.member.1.Value')).toBe('nag_alice_example_com_2026-11-21')
  })

  test.each([
    [400, 'MessageRejected', 'permanent', 'KEYNAG_MAIL_REJECTED'],
    [400, 'MailFromDomainNotVerifiedException', 'permanent', 'KEYNAG_MAIL_REJECTED'],
    [403, 'AccessDenied', 'permanent', 'KEYNAG_ACCESS_DENIED'],
    [400, 'Throttling', 'transient', 'KEYNAG_THROTTLED'],
    [503, 'ServiceUnavailable', 'transient', 'KEYNAG_UNAVAILABLE'],
  ])('HTTP %i %s is %s %s', async (status, name, errorClass, code) => {
    const { send } = await given({ mail: sesError(status, name, 'no') })
    expect(await failureOf(send(mail))).toMatchObject({ errorClass, code })
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
      post: json({ ok: false, error: 'is_archived' }),
      mail: sesError(400, 'InvalidParameterValue', 'Local address contains control or whitespace'),
    })
    expect(await send(slack, channel, mail)).toEqual({
      kind: 'undeliverable',
      why:
        'Slack to alice@example.com: Slack knows nobody by that address (users_not_found); ' +
        'Slack #access-keys: that Slack channel is archived (is_archived); ' +
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
