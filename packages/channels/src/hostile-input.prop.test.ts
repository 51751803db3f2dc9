import { AccountId, type KeyCard, type KeyStatus, type Message } from '@keynag/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderMail } from './email/render.ts'
import { shellWord } from './sanitize.ts'
import { slackLimits } from './slack/blocks.ts'
import { renderSlack } from './slack/render.ts'
import { keyCard, messages, now } from './testing/messages.ts'

const spikes = [
  '<!channel>',
  '<!here>',
  '<@U012345>',
  '<https://evil.example|click>',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='x",
  '&lt;',
  '`',
  '```',
  '*bold*',
  '~gone~',
  '\r\nBcc: eve@evil.example',
  '\n',
  '\u2028',
  '\u202egnp.exe',
  '\u001b[31m',
  '\u001b]0;title\u0007',
  '\u009b31m',
  '\u0000',
  '\ud800',
  '$(id)',
  "'; rm -rf ~; '",
]

const hostile = fc
  .array(fc.oneof(fc.constantFrom(...spikes), fc.string({ unit: 'binary', maxLength: 40 })), {
    maxLength: 60,
  })
  .map((parts) => parts.join(''))

const card: fc.Arbitrary<KeyCard> = fc
  .record({
    number: fc.integer({ min: 1, max: 5_000 }),
    userName: hostile,
    why: hostile,
    evidence: hostile,
    service: hostile,
    status: fc.constantFrom<KeyStatus>('Active', 'Inactive', 'Expired'),
    used: fc.constantFrom('at', 'never', 'unknown'),
    ahead: fc.constantFrom('nothing', 'rotate', 'deactivate', 'delete'),
    dated: fc.boolean(),
  })
  .map(({ number, userName, why, evidence, service, status, used, ahead, dated }) =>
    keyCard(number, {
      userName,
      ownerEvidence: evidence,
      status,
      lastUsed:
        used === 'at'
          ? { kind: 'at', at: now, service, region: service }
          : used === 'never'
            ? { kind: 'never' }
            : { kind: 'unknown', why },
      ahead:
        ahead === 'nothing' ? { kind: 'nothing' } : { kind: ahead, at: dated ? now : undefined },
    }),
  )

const account = fc.stringMatching(/^\d{12}$/).map((digits) => AccountId.parse(digits))

const message: fc.Arbitrary<Message> = fc
  .record({
    keys: fc.array(card, { maxLength: 60 }),
    key: card,
    words: fc.array(hostile, { minLength: 4, maxLength: 4 }),
    accounts: fc.array(fc.record({ accountId: account, name: hostile, why: hostile }), {
      maxLength: 60,
    }),
  })
  .chain(({ keys, key, words, accounts }) => {
    const [a = '', b = '', c = '', noticeId = ''] = words
    return fc.constantFrom<Message>(
      { ...messages.nag, noticeId, keys, alsoOpen: keys },
      { ...messages.escalation, noticeId, key, owner: a, rule: b },
      { ...messages['replacement-issued'], noticeId, key, secretArn: c },
      { ...messages['replacement-found'], noticeId, key },
      { ...messages.deactivated, noticeId, key },
      { ...messages.deleted, noticeId, key },
      { ...messages.held, noticeId, key, owner: a, code: b, why: c },
      {
        ...messages.digest,
        noticeId,
        date: a,
        coverage: { planned: 80, finished: 10, notScanned: accounts },
        rootKeys: accounts,
        states: { [a]: 1, [b]: 2 },
        held: keys.map((held) => ({ key: held, code: b, why: c })),
        cameBack: keys.map((each) => ({ key: each, how: 'bounce' as const, why: c })),
        ahead: keys.map(({ accessKeyId }) => ({ at: now, what: a, accessKeyId })),
      },
    )
  })

const always = (check: (message: Message) => void): void =>
  fc.assert(fc.property(message, check), { numRuns: 150 })

const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

test('Slack gets no markup, mention or broken code span from outside, and stays in its limits', () => {
  always((message) => {
    const { text, blocks } = renderSlack(message)
    expect(blocks.length).toBeLessThanOrEqual(slackLimits.blocks)
    expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(slackLimits.allBlocks)
    const mrkdwn = blocks.flatMap((block) => {
      if (block.type === 'context') return block.elements.map((element) => element.text)
      return block.type === 'section' ? [block.text.text] : []
    })
    for (const part of [text, ...mrkdwn]) {
      expect(part.length).toBeGreaterThan(0)
      expect(part.length).toBeLessThanOrEqual(slackLimits.sectionText)
      expect(part).not.toMatch(/[<>]/)
      expect(part).not.toMatch(/&(?!(amp|lt|gt);)/)
      expect(part.replaceAll('\n', '')).not.toMatch(invisible)
      const fences = part.split('```')
      expect(fences.length % 2).toBe(1)
      const outside = fences.filter((_, index) => index % 2 === 0)
      for (const line of outside.join('').split('\n')) expect(line.split('`').length % 2).toBe(1)
    }
    const [header] = blocks
    expect(header?.type === 'header' && header.text.text.length).toBeLessThanOrEqual(
      slackLimits.headerText,
    )
  })
})

test('HTML has only the tags of the templates, whatever the values are', () => {
  const ours =
    /<(\/?(html|head|title|style|body|main|h1|h2|p|table|tr|td|th|ul|ol|li|pre|code|strong|span|footer)|!doctype html|html lang="en"|meta charset="utf-8"|meta name="viewport" content="width=device-width"|th scope="row"|br|span class="detail")>/g
  always((message) => {
    const { html } = renderMail(message)
    const rest = html.replace(/<style>[^<]*<\/style>/, '').replace(ours, '')
    expect(rest).not.toMatch(/[<>"']/)
    expect(rest).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)/)
    expect(rest.replaceAll('\n', '')).not.toMatch(invisible)
    expect(Buffer.byteLength(html)).toBeLessThan(102_000)
  })
})

test('plain text carries no escape sequence, and the subject is one line', () => {
  always((message) => {
    const { subject, text } = renderMail(message)
    expect(subject).not.toMatch(invisible)
    expect(subject.length).toBeGreaterThan(0)
    expect(subject.length).toBeLessThanOrEqual(360)
    expect(text.replaceAll('\n', '')).not.toMatch(invisible)
  })
})

test('a value is one shell word, whatever it is', () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const word = shellWord(value)
      expect(word.replaceAll(`'\\''`, '')).toMatch(/^([\w+=,.@:/-]+|'[^']*')$/)
    }),
  )
})
