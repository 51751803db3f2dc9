import {
  ambiguous,
  done,
  makeEvent,
  next,
  park,
  permanent,
  transient,
  type KeynagEvent,
  type Outcome,
  type Parked,
} from '@keynag/core'
import { aKeyId, at } from '@keynag/core/testing'
import type { SQSRecord } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { consume, type ReceivedMessage } from '@keynag/engine'
import { sqsHandler } from './sqs-handler.ts'

const context = { getRemainingTimeInMillis: () => 42_000 }

let ids = 0
const anEvent = (): KeynagEvent =>
  makeEvent(
    'rotation.due',
    'a key',
    { accessKeyId: aKeyId() },
    { source: 'keynag/test', now: at('2026-01-05'), newId: () => `event-${(ids += 1)}` },
  )

const record = (messageId: string, body: string, receiveCount = 1): SQSRecord => ({
  messageId,
  receiptHandle: messageId,
  body,
  attributes: {
    ApproximateReceiveCount: String(receiveCount),
    SentTimestamp: '0',
    SenderId: 'keynag',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:222222222222:keynag-rotate',
  awsRegion: 'us-east-1',
})

/** A rotate queue whose verb does what the test says, and what became of its messages. */
function aQueue(verb: (received: ReceivedMessage) => Promise<Outcome>) {
  const published: KeynagEvent[] = []
  const parked: Parked[] = []
  const said: { level: string; sentence: string; fields: object }[] = []
  const say =
    (level: string) =>
    (sentence: string, fields: object = {}): void => {
      said.push({ level, sentence, fields })
    }
  const counted = new Map<string, number>()
  const consumer = consume(
    'rotate',
    { 'rotation.due': (_, received) => verb(received) },
    {
      publisher: {
        publish: async (events) => {
          published.push(...events)
        },
      },
      deadLetters: {
        park: async (message) => {
          parked.push(message)
        },
      },
      telemetry: {
        info: say('info'),
        warn: say('warn'),
        error: say('error'),
        count: (metric, value) => {
          counted.set(metric, (counted.get(metric) ?? 0) + value)
        },
      },
    },
  )
  const handle = async (...records: readonly SQSRecord[]): Promise<readonly string[]> => {
    const { batchItemFailures } = await sqsHandler(consumer)({ Records: [...records] }, context)
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
  }
  return { handle, published, parked, said, counted }
}

const aRecord = (messageId = 'm', receiveCount = 1): SQSRecord =>
  record(messageId, JSON.stringify(anEvent()), receiveCount)

describe('an outcome', () => {
  it('done: acknowledged, with its reason in the log', async () => {
    const queue = aQueue(async () => done('not due'))
    expect(await queue.handle(aRecord())).toEqual([])
    expect(queue.said).toMatchObject([{ level: 'info', sentence: 'not due' }])
    expect([queue.published, queue.parked]).toEqual([[], []])
  })

  it('next: acknowledged once its messages are on their way', async () => {
    const event = anEvent()
    const queue = aQueue(async () => next('goes on', [event]))
    expect(await queue.handle(aRecord())).toEqual([])
    expect(queue.published).toEqual([event])
  })

  it('park: in the dead-letter queue with code, reason and body, and acknowledged', async () => {
    const queue = aQueue(async () => park('KEYNAG_KEY_UNKNOWN', 'no such key'))
    const message = aRecord('m', 3)
    expect(await queue.handle(message)).toEqual([])
    expect(queue.parked).toEqual([
      {
        queue: 'rotate',
        body: message.body,
        code: 'KEYNAG_KEY_UNKNOWN',
        reason: 'no such key',
        receiveCount: 3,
      },
    ])
    expect(queue.counted.get('MessagesParked')).toBe(1)
  })
})

describe('an error', () => {
  it.each([
    ['transient', transient('KEYNAG_THROTTLED', 'slow down')],
    ['ambiguous', ambiguous('KEYNAG_EFFECT_UNKNOWN', 'no answer')],
    ['a bug', new TypeError('undefined is not a function')],
  ])('%s: left to SQS to deliver again', async (_, error) => {
    const queue = aQueue(async () => {
      throw error
    })
    expect(await queue.handle(aRecord('m'))).toEqual(['m'])
    expect(queue.parked).toEqual([])
  })

  it('permanent: parked at once, and acknowledged', async () => {
    const queue = aQueue(async () => {
      throw permanent('KEYNAG_ACCESS_DENIED', 'may not')
    })
    expect(await queue.handle(aRecord())).toEqual([])
    expect(queue.parked).toMatchObject([{ code: 'KEYNAG_ACCESS_DENIED', reason: 'may not' }])
  })

  it('of one record stops no other, also when all fail', async () => {
    let calls = 0
    const queue = aQueue(async () => {
      calls += 1
      if (calls !== 2) throw new Error(`bug ${calls}`)
      return done('fine')
    })
    expect(await queue.handle(aRecord('a'), aRecord('b'), aRecord('c'))).toEqual(['a', 'c'])
    expect(await queue.handle(aRecord('d'), aRecord('e'))).toEqual(['d', 'e'])
    expect(calls).toBe(5)
  })

  it('while parking or publishing leaves the message to SQS: nothing is acknowledged unsaved', async () => {
    const failing = consume(
      'rotate',
      { 'rotation.due': async () => next('goes on', [anEvent()]) },
      {
        publisher: { publish: () => Promise.reject(transient('KEYNAG_UNAVAILABLE', 'no SQS')) },
        deadLetters: { park: () => Promise.reject(transient('KEYNAG_UNAVAILABLE', 'no SQS')) },
        telemetry: { info: () => {}, warn: () => {}, error: () => {}, count: () => {} },
      },
    )
    const records = [aRecord('next'), record('park', 'not JSON')]
    const { batchItemFailures } = await sqsHandler(failing)({ Records: records }, context)
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['next', 'park'])
  })
})

describe('a delivery', () => {
  it('knows its ID, how often it came, and the time left', async () => {
    const seen: unknown[] = []
    const queue = aQueue(async ({ messageId, receiveCount, remainingMs }) => {
      seen.push(messageId, receiveCount, remainingMs())
      return done('seen')
    })
    const event = anEvent()
    await queue.handle(record('m', JSON.stringify(event), 4))
    expect(seen).toEqual(['m', 4, 42_000])
    expect(queue.said[0]?.fields).toMatchObject({ eventId: event.id, receiveCount: 4 })
  })

  it('of an event that belongs elsewhere never reaches the verb', async () => {
    let calls = 0
    const queue = aQueue(async () => {
      calls += 1
      return done('handled')
    })
    const elsewhere = { ...anEvent(), type: 'nags.unanswered' }
    expect(await queue.handle(record('m', JSON.stringify(elsewhere)))).toEqual([])
    expect(queue.parked).toMatchObject([{ code: 'KEYNAG_MESSAGE_INVALID' }])
    expect(calls).toBe(0)
  })
})
