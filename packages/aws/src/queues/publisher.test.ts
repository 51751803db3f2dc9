import { createHash } from 'node:crypto'
import { makeEvent, type KeynagEvent } from '@keynag/core'
import { aKeyId, anAccountId, at } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { QueueDeadLetters } from './dead-letters.ts'
import { QueuePublisher } from './publisher.ts'
import { messageGroup } from './queue-message.ts'
import { json, scriptedAws, sleepingClock, type Answer } from '../testing/scripted-aws.ts'

const origin = { source: 'keynag/test', now: at('2026-01-05T09:00:00Z'), newId: () => 'e-1' }
const scan = (n: number): KeynagEvent =>
  makeEvent(
    'scan.requested',
    anAccountId(n),
    { date: '2026-01-05', accountId: anAccountId(n) },
    origin,
  )
const stale = (audience: string): KeynagEvent =>
  makeEvent('key.stale', audience, { accessKeyId: aKeyId(), audience }, origin)

/** The SDK compares the checksum of what it sent. */
const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const taken: Answer = (request) =>
  json({
    Successful: Request.parse(JSON.parse(request)).Entries.map(({ Id, MessageBody }) => ({
      Id,
      MessageId: `m-${Id}`,
      MD5OfMessageBody: md5(MessageBody),
    })),
  })
const takenOne: Answer = (request) => {
  const { MessageBody } = z.object({ MessageBody: z.string() }).parse(JSON.parse(request))
  return json({ MessageId: 'm-1', MD5OfMessageBody: md5(MessageBody) })
}
const refusing = (...ids: readonly number[]): Answer =>
  json({
    Successful: [],
    Failed: ids.map((id) => ({ Id: String(id), Code: 'InternalError', SenderFault: false })),
  })

const Request = z.object({
  QueueUrl: z.string(),
  Entries: z.array(
    z.looseObject({
      Id: z.string(),
      MessageBody: z.string(),
      MessageGroupId: z.string(),
      DelaySeconds: z.number().optional(),
    }),
  ),
})

const publishing = async (...script: readonly Answer[]) => {
  const { settings, requests, url } = await scriptedAws(...script)
  const { clock, slept, random } = sleepingClock()
  const queue = (name: string) => `${url}/000000000000/${name}`
  const queueUrls = {
    scan: queue('scan'),
    notify: queue('notify'),
    escalate: queue('escalate'),
    rotate: queue('rotate'),
  }
  const delays = { 'key.stale': 600 }
  const publisher = new QueuePublisher(settings, { queueUrls, delays, clock, random })
  const sent = () => requests.map((body) => Request.parse(JSON.parse(body)))
  return { publisher, sent, slept, settings, queueUrls, requests }
}

describe('publishing', () => {
  it('sends nothing when there is nothing', async () => {
    const { publisher, requests } = await publishing(taken)
    await publisher.publish([])
    expect(requests).toStrictEqual([])
  })

  it('does not send again what SQS calls the fault of the sender', async () => {
    const Failed = [{ Id: '0', Code: 'InvalidMessageContents', SenderFault: true }]
    const { publisher, sent } = await publishing(json({ Successful: [], Failed }))
    await expect(publisher.publish([scan(1)])).rejects.toMatchObject({
      errorClass: 'permanent',
      code: 'KEYNAG_REQUEST_REJECTED',
    })
    expect(sent()).toHaveLength(1)
  })

  it('sends in tens to the queue that carries each event', async () => {
    const { publisher, sent } = await publishing(taken)
    const scans = Array.from({ length: 23 }, (_, n) => scan(n))
    await publisher.publish([stale('owner:ann@example.com'), ...scans])
    expect(
      sent().map(({ QueueUrl, Entries }) => [QueueUrl.split('/').at(-1), Entries.length]),
    ).toStrictEqual([
      ['scan', 10],
      ['scan', 10],
      ['scan', 3],
      ['notify', 1],
    ])
    const [first] = sent()[0]?.Entries ?? []
    expect(JSON.parse(first?.MessageBody ?? '')).toStrictEqual(scans[0])
    expect(first).toMatchObject({
      MessageGroupId: anAccountId(0),
      MessageAttributes: {
        type: { DataType: 'String', StringValue: 'scan.requested' },
        dataversion: { DataType: 'Number', StringValue: '1' },
      },
    })
    expect(first?.DelaySeconds).toBeUndefined()
    expect(sent().at(-1)?.Entries).toMatchObject([
      { MessageGroupId: 'owner:ann@example.com', DelaySeconds: 600 },
    ])
  })

  it('sends again only what was refused', async () => {
    const { publisher, sent, slept } = await publishing(refusing(1, 3), refusing(3), taken)
    await publisher.publish([0, 1, 2, 3].map(scan))
    expect(sent().map(({ Entries }) => Entries.map(({ Id }) => Id))).toStrictEqual([
      ['0', '1', '2', '3'],
      ['1', '3'],
      ['3'],
    ])
    expect(slept).toStrictEqual([200, 400])
  })

  it('fails when some are refused every time', async () => {
    const { publisher, requests } = await publishing(refusing(1))
    await expect(publisher.publish([0, 1].map(scan))).rejects.toMatchObject({
      errorClass: 'transient',
      message: 'the scan queue did not accept 1 of 2 messages: InternalError',
    })
    expect(requests).toHaveLength(4)
  })

  it('keeps message groups within what SQS takes', () => {
    const group = messageGroup(stale(`owner:zoë müller/${'x'.repeat(200)}`))
    expect(group).toMatch(/^owner:zo__m_ller\/x+$/)
    expect(group).toHaveLength(128)
  })
})

const attributes = (reason: string) => ({
  code: { DataType: 'String', StringValue: 'KEYNAG_MESSAGE_INVALID' },
  reason: { DataType: 'String', StringValue: reason },
  receiveCount: { DataType: 'Number', StringValue: '3' },
})

describe('parking', () => {
  it('sends the body with why, in characters that SQS takes', async () => {
    const { settings, queueUrls, requests } = await publishing(takenOne)
    const letters = new QueueDeadLetters(settings, queueUrls)
    const why = { code: 'KEYNAG_MESSAGE_INVALID', receiveCount: 3 }
    await letters.park({ queue: 'scan', body: '{', reason: 'no \u0000 JSON ✓ 🗝', ...why })
    await letters.park({ queue: 'scan', body: '{', reason: '', ...why })
    expect(requests.map((body) => JSON.parse(body) as unknown)).toStrictEqual([
      {
        QueueUrl: queueUrls.scan,
        MessageBody: '{',
        MessageAttributes: attributes('no ? JSON ✓ 🗝'),
      },
      {
        QueueUrl: queueUrls.scan,
        MessageBody: '{',
        MessageAttributes: attributes('no reason given'),
      },
    ])
  })
})
