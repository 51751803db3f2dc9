import { readFileSync } from 'node:fs'
import { epochMs } from '@keynag/core'
import { describe, expect, it } from 'vitest'
import { readSesEvent } from './ses-event.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')

const sent = {
  messageId: '00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa068a-000000',
  sentAt: epochMs(Date.UTC(2026, 0, 12, 9, 0, 1)),
}
const bounced = {
  kind: 'withdrawn',
  how: 'bounce',
  why: 'Permanent/General: smtp; 550 5.1.1 user unknown',
  ...sent,
}

describe('an SES event', () => {
  it.each([
    ['bounce-event', bounced],
    ['in-sns-envelope', bounced],
    [
      'bounce-notification',
      { kind: 'withdrawn', how: 'bounce', why: 'Transient/MailboxFull', ...sent },
    ],
    ['complaint-event', { kind: 'withdrawn', how: 'complaint', why: 'abuse', ...sent }],
    ['reject-event', { kind: 'withdrawn', how: 'rejection', why: 'Bad content', ...sent }],
    ['automatic-reply-event', { kind: 'other', what: 'an automatic reply' }],
    [
      'given-up-event',
      {
        kind: 'withdrawn',
        how: 'bounce',
        why: 'Transient/General: smtp; 550 4.4.7 Message expired: unable to deliver in 840 minutes',
        ...sent,
      },
    ],
    ['delivery-event', { kind: 'other', what: 'Delivery' }],
  ])('is read from %s', (name, event) => {
    expect(readSesEvent(fixture(name))).toStrictEqual(event)
  })

  it('that takes a mail out of the spam folder withdraws nothing', () => {
    const event = fixture('complaint-event').replace('"abuse"', '"not-spam"')
    expect(readSesEvent(event)).toStrictEqual({
      kind: 'other',
      what: 'a complaint that says not-spam',
    })
  })

  it.each([
    ['Transient', 'MailboxFull'],
    ['Transient', 'ContentRejected'],
    ['Undetermined', 'Undetermined'],
    ['Permanent', 'General'],
  ])('of a mail that reached nobody withdraws it: %s/%s', (type, subtype) => {
    const event = fixture('automatic-reply-event')
      .replace('"Transient"', `"${type}"`)
      .replace('"General"', `"${subtype}"`)
    expect(readSesEvent(event)).toMatchObject({ kind: 'withdrawn', why: `${type}/${subtype}` })
  })

  it('that is only the test message of a new topic is recognised, raw and in an envelope', () => {
    const testMessage = 'Successfully validated SNS topic for Amazon SES event publishing.'
    const inEnvelope = JSON.stringify({ Type: 'Notification', Message: testMessage })
    for (const body of [testMessage, inEnvelope]) {
      expect(readSesEvent(body)).toStrictEqual({
        kind: 'other',
        what: 'the test message of a new topic',
      })
    }
  })

  it.each([
    ['text', 'Hello?'],
    ['another object', '{"eventType":"Bounce"}'],
    ['an envelope of nothing', '{"Type":"Notification","Message":"{}"}'],
    ['an event of ours', '{"specversion":"1.0","type":"key.stale"}'],
  ])('is refused as %s, without repeating the body', (_name, body) => {
    expect(() => readSesEvent(body)).toThrow(
      expect.objectContaining({
        code: 'KEYNAG_MESSAGE_INVALID',
        message: expect.not.stringContaining('Hello'),
      }),
    )
  })

  it('keeps only the first 300 characters of a long diagnostic', () => {
    const long = fixture('bounce-event').replace('user unknown', 'x'.repeat(5_000))
    const event = readSesEvent(long)
    expect(event.kind === 'withdrawn' && event.why.length).toBe(300)
  })
})
