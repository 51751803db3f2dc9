import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Loopback } from '@keynag/fake-aws/loopback'
import type { Mail } from '@keynag/fake-aws/ses'
import type { SlackMessage } from '@keynag/fake-aws/slack'
import { mrkdwn } from './mrkdwn.ts'
import { renderInboxFile, startInboxPage, writeInboxFile } from './index.ts'

const noon = Date.parse('2026-11-21T12:00:00Z')
const hour = 3600 * 1000

const message = (rest: Partial<SlackMessage> = {}): SlackMessage => ({
  ts: '1.000001',
  at: noon,
  channel: 'C0SEC',
  channelName: '#security',
  text: 'hello',
  blocks: [],
  ...rest,
})
const mail = (rest: Partial<Mail> = {}): Mail => ({
  messageId: 'm-1',
  at: noon,
  from: 'keynag@acme.example',
  to: ['ann@acme.example'],
  cc: [],
  bcc: [],
  headers: {},
  replyTo: [],
  subject: 'Your key is old',
  text: 'Rotate it.',
  html: '<p>Rotate <b>it</b>.</p>',
  bounced: [],
  ...rest,
})

const messages: SlackMessage[] = []
const mails: Mail[] = []
const users = [{ id: 'U0ANN', email: 'ann@acme.example', name: 'Ann Lee' }]
let page: Loopback

beforeEach(async () => {
  messages.length = 0
  mails.length = 0
  page = await startInboxPage({ messages, mails, users })
})

afterEach(() => page.close())

const open = async (query = '') => (await fetch(`${page.url}/${query}`)).text()

describe('the page', () => {
  test('is empty at first, and shows new messages on reload', async () => {
    expect(await open()).toContain('Nobody has received a message yet')
    messages.push(message({ text: 'three keys are stale' }))
    expect(await open()).toContain('three keys are stale')
  })

  test('shows a person’s Slack messages and mails in one box, newest first', async () => {
    messages.push(
      message({ channel: 'D0ANN', channelName: 'Ann', toUserEmail: 'Ann@acme.example' }),
    )
    mails.push(mail({ at: noon + hour, to: ['Ann Lee <ann@acme.example>'] }))
    const seen = await open('?box=ann@acme.example')
    expect(seen).toContain('<h2>Ann Lee</h2>')
    expect(seen.indexOf('Your key is old')).toBeLessThan(seen.indexOf('hello'))
    expect(seen).toContain('Sat 2026-11-21 13:00 UTC')
  })

  test('shows the blocks of a message as Slack does', async () => {
    const blocks = [
      { type: 'header', text: { type: 'plain_text', text: '3 stale keys' } },
      { type: 'section', text: { type: 'mrkdwn', text: '*AKIA1* of <@U0ANN>' } },
      { type: 'section', fields: [{ type: 'mrkdwn', text: '*Age*\n95 days' }] },
      { type: 'divider' },
      { type: 'context', elements: [{ type: 'mrkdwn', text: 'rule `cis-rotation`' }] },
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            style: 'primary',
            text: { type: 'plain_text', text: 'I rotated it' },
          },
        ],
      },
      { type: 'hologram' },
    ]
    messages.push(message({ blocks }))
    const seen = await open()
    for (const part of [
      '<h3>3 stale keys</h3>',
      '<strong>AKIA1</strong> of <span class="mention">@Ann Lee</span>',
      '<strong>Age</strong><br>95 days',
      '<code>cis-rotation</code>',
      '<span class="button primary">I rotated it</span>',
      'a block of type hologram',
    ]) {
      expect(seen).toContain(part)
    }
  })

  test('searches messages, and splits them into pages', async () => {
    for (let index = 0; index < 45; index += 1) {
      messages.push(message({ at: noon + index * hour, text: `nag ${index} of AKIA${index}` }))
    }
    expect(await open()).toContain('page 1 of 3')
    const last = await open('?page=3')
    expect(last).toContain('nag 0 of')
    expect(last).not.toContain('nag 44 of')
    expect(await open('?page=99')).toContain('page 3 of 3')
    expect(await open('?page=rubbish')).toContain('page 1 of 3')
    const found = await open('?q=akia7')
    expect(found).toContain('nag 7 of')
    expect(found).not.toContain('nag 8 of')
    expect(await open('?q=nowhere')).toContain('Nothing matches the search')
  })

  test('marks a bounce, and shows a mail without HTML', async () => {
    mails.push(mail({ html: '', bounced: ['ann@acme.example'] }))
    const seen = await open()
    expect(seen).toContain('bounced: ann@acme.example')
    expect(seen).toContain('Rotate it.')
    expect(seen).not.toContain('<iframe')
  })

  test('answers only requests to loopback, and only GET', async () => {
    const status = (headers: Record<string, string>, method = 'GET') =>
      new Promise<number | undefined>((resolve, reject) => {
        request(page.url, { headers, method }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
          .on('error', reject)
          .end()
      })
    expect(await status({ host: 'evil.example' })).toBe(421)
    expect(await status({}, 'POST')).toBe(405)
    expect((await fetch(`${page.url}/etc/passwd`)).status).toBe(404)
  })

  test('a port in use is an error with a code', async () => {
    const port = Number(new URL(page.url).port)
    await expect(startInboxPage({ messages, mails, port })).rejects.toMatchObject({
      code: 'KEYNAG_PORT_IN_USE',
    })
  })
})

/** Whether the attack became markup, and whether its text is on the page at all. */
const judge = (seen: string) => ({
  markup: seen.match(/<script|<img|href="javascript|<iframe src|"'>/i),
  shown: seen.includes('&lt;script&gt;alert(1)&lt;/script&gt;'),
})
const harmless = { markup: null, shown: true }

describe('hostile input', () => {
  const attack = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`
  const hostile = () => {
    const text = { type: 'mrkdwn', text: `${attack} <javascript:alert(1)|click> \`${attack}\`` }
    const plain = { type: 'plain_text', text: attack }
    messages.push(
      message({ channel: attack, channelName: attack, text: attack }),
      message({
        blocks: [
          { type: 'header', text: plain },
          { type: 'section', text, fields: [text, plain] },
          { type: 'context', elements: [text, { type: 'image', alt_text: attack }] },
          { type: 'actions', elements: [{ type: 'button', style: attack, text: plain }] },
          { type: 'rich_text', elements: [{ elements: [{ text: attack }] }] },
          { type: attack },
          attack,
        ],
      }),
    )
    mails.push(
      mail({ from: attack, to: [attack], cc: [attack], subject: attack, text: attack, html: '' }),
      mail({ subject: attack, bounced: [attack], html: `${attack}<iframe src="//evil">` }),
    )
  }
  test('stays text on the page, in every box and in the search', async () => {
    hostile()
    for (const box of ['C0SEC', attack, attack.toLowerCase(), 'ann@acme.example']) {
      expect(judge(await open(`?box=${encodeURIComponent(box)}`))).toEqual(harmless)
    }
    expect(judge(await open(`?q=${encodeURIComponent(attack)}`))).toEqual(harmless)
  })

  test('stays text in the file', () => {
    hostile()
    expect(judge(renderInboxFile({ messages, mails }, { title: attack }))).toEqual(harmless)
  })

  test('could not run as a script: the page allows none, and a mail is in a sandboxed frame', async () => {
    hostile()
    const response = await fetch(`${page.url}/?box=ann@acme.example`)
    const policy = response.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('script-src')
    expect(await response.text()).toMatch(/<iframe\s+sandbox=""\s+srcdoc="&quot;&#39;&gt;/)
  })
})

describe('mrkdwn', () => {
  test.each([
    [
      '*bold* _it_ ~gone~ `co*d*e`',
      '<strong>bold</strong> <em>it</em> <s>gone</s> <code>co*d*e</code>',
    ],
    ['2 * 3 * 4 and snake_case_name', '2 * 3 * 4 and snake_case_name'],
    ['*_both_*', '<strong><em>both</em></strong>'],
    ['a &amp; b &lt;c&gt;', 'a &amp; b &lt;c&gt;'],
    ['&amp;lt;', '&amp;lt;'],
    [
      '<https://x.example/?a=1&amp;b=_2_|the *docs*>',
      '<a href="https://x.example/?a=1&amp;b=_2_" rel="noreferrer noopener">the *docs*</a>',
    ],
    ['<javascript:alert(1)|x>', '&lt;javascript:alert(1)|x&gt;'],
    ['<data:text/html,x>', '&lt;data:text/html,x&gt;'],
    ['<#C1|ops> <!here>', '<span class="mention">#ops</span> <span class="mention">@here</span>'],
    ['> said\nmore', '<blockquote>said</blockquote>more'],
    ['```\na *b*\n```', '<pre>a *b*</pre>'],
    ['```open', '```open'],
    [':key: :nonsense:', '🔑 :nonsense:'],
    ['\uE0000\uE000 `x`', '0 <code>x</code>'],
  ])('%s', (given, expected) => {
    expect(mrkdwn(given).markup).toBe(expected)
  })
})

test('the file contains the newest messages of every box and needs no server', async () => {
  for (let index = 0; index < 5; index += 1) messages.push(message({ text: `nag ${index}.` }))
  mails.push(mail())
  const folder = await mkdtemp(join(tmpdir(), 'keynag-inbox-'))
  const path = join(folder, 'inbox.html')
  await writeInboxFile(path, { messages, mails }, { mostLettersEach: 2 })
  const file = await readFile(path, 'utf8')
  await rm(folder, { recursive: true })
  expect(file).toContain('nag 4.')
  expect(file).not.toContain('nag 2.')
  expect(file).toContain('5 in all, only the newest 2 are shown')
  expect(file).toContain('href="#box-1"')
  expect(file).not.toMatch(/src="|<link|<script/)
})
