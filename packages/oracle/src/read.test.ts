import { describe, expect, test } from 'vitest'
import { mailAsSeen, slackAsSeen } from './as-seen.ts'
import { read } from './read.ts'

const id = 'AKIAEXAMPLE000000001'
const footer =
  'keynag reminds you again while a key is still due. Sent by keynag at 2026-11-21 09:00 UTC. If you ask about this message, please quote its notice: nag/1.'
const reminder = (next: string): string =>
  `Please replace the access key ${id} of IAM user alice in account 111122223333, or stop using a key at all, which is better. If nobody acts, ${next}. ${footer}`
const at = (iso: string): number => Date.parse(iso)
const named = { accessKeyId: id, isAside: false, kind: 'named' }

describe('a reminder', () => {
  test.each([
    [
      'keynag deactivates it on 2026-12-05 09:00 UTC (Saturday, in 14 days)',
      [{ deed: 'deactivate', when: on('2026-12-05T09:00:00Z') }],
    ],
    [
      'keynag issues a replacement at its next run (due since 2026-11-20 09:00 UTC), and later deactivates this key',
      [
        { deed: 'replace', when: { kind: 'next run' } },
        { deed: 'deactivate', when: { kind: 'open' } },
      ],
    ],
    [
      'keynag deactivates and deletes it on 2026-11-27 23:55 UTC (Friday, in 6 days)',
      [
        { deed: 'deactivate', when: on('2026-11-27T23:55:00Z') },
        { deed: 'delete', when: on('2026-11-27T23:55:00Z') },
      ],
    ],
  ])('that says "%s"', (next, deeds) => {
    const { statements, doubts } = read(reminder(next))
    expect(doubts).toEqual([])
    expect(statements).toEqual([
      named,
      ...deeds.map((deed) => ({ ...named, kind: 'will', ...deed })),
    ])
  })

  test('without a date leaves nobody with one', () => {
    const { statements } = read(reminder('keynag does nothing to the key by itself'))
    expect(statements).toEqual([named, { ...named, kind: 'left alone' }])
  })

  test('mentions other keys aside', () => {
    const other = 'AKIAEXAMPLE000000004'
    const list = `Your other keys, no reminder due yet • ${other}, user bob, account 111122223333: 100 days old Next: keynag deactivates it, and later deletes it; the date is not fixed yet. Last used: never, as far as IAM has recorded. Owner found by: tag owner.`
    const { statements, doubts } = read(`${list} ${footer}`)
    expect(doubts).toEqual([])
    expect(statements.every(({ accessKeyId, isAside }) => accessKeyId === other && isAside)).toBe(
      true,
    )
  })
})

function on(iso: string) {
  return { kind: 'on', from: at(iso), isWholeDay: false }
}

const doubtsOf = (text: string): string => read(`${text} ${footer}`).doubts.join('\n')

describe('the reader does not take for understood', () => {
  test('a sentence that is new to it', () => {
    const text = reminder('keynag takes it out of service on 2026-12-05 09:00 UTC')
    expect(read(text).doubts.join()).toContain(
      'teach packages/oracle/src/dictionary.ts what it means: "If nobody acts, keynag takes it out of service on 2026-12-05 09:00 UTC."',
    )
  })

  test.each([
    ['a key that is named in passing', `By the way, there is ${id}.`],
    ['keys that are counted and not named', 'And 58 more access keys: 58 in 111122223333.'],
    ['a date without a sentence', 'Remember 2026-12-05.'],
    ['a deed without an agent', 'It is going to be deleted.'],
  ])('%s', (_what, sentence) => {
    expect(doubtsOf(sentence)).toContain(sentence)
  })

  test('a weekday that is not the weekday of the date', () => {
    expect(doubtsOf('Old key works until: 2026-12-05 09:00 UTC (Monday, in 14 days)')).toContain(
      'the weekday is wrong',
    )
  })

  test('a subject with another date than the text', () => {
    const subject = `Please replace access key ${id} (alice), 97 days old; deactivation on 2026-12-06`
    const text = reminder('keynag deactivates it on 2026-12-05 09:00 UTC (Saturday, in 14 days)')
    expect(read(mailAsSeen({ subject, text })).doubts).toEqual([
      `two dates for one thing: deactivate ${id}`,
    ])
  })

  test('a reason with another age than the text', () => {
    const text = `Please help: access key ${id} (alice) is 97 days old. Why you are asked: the key is 90 days old (escalation level 1).`
    expect(doubtsOf(text)).toContain(`two ages of one key: ${id}`)
  })

  test('a list that lacks a key of its heading', () => {
    const text = `Please replace the 2 access keys below, or stop using keys at all, which is better. • ${id}, user alice, account 111122223333: 97 days old`
    expect(doubtsOf(text)).toContain('names 1 of 2 keys')
  })

  test('a date without a key', () => {
    expect(doubtsOf('Old key works until: 2026-12-05 09:00 UTC')).toContain('which key')
  })
})

describe('what a person sees', () => {
  test('of a mail is its subject and its words, wherever a line ends', () => {
    const text = 'An access key\n=============\n\nkeynag deleted the access\nkey.\n\n-- \nBye.\n'
    expect(mailAsSeen({ subject: 'Gone', text })).toBe(
      'Gone An access key keynag deleted the access key. Bye.',
    )
  })

  test('of a post on Slack is its words without the markup around them', () => {
    const blocks = [
      { type: 'header', text: { type: 'plain_text', text: 'A *key*' } },
      {
        type: 'section',
        text: { type: 'mrkdwn', text: 'It is *old*, `a*b &amp; c`.\n```\nrun *\n```' },
      },
      { type: 'context', elements: [{ type: 'mrkdwn', text: 'Bye.' }] },
    ]
    expect(slackAsSeen({ text: 'Hello.', blocks })).toBe(
      'Hello. A *key* It is old, a*b & c. run * Bye.',
    )
  })
})
