import {
  done,
  makeEvent,
  next,
  park,
  transient,
  type EventOf,
  type KeynagEvent,
  type Outcome,
} from '@keynag/core'
import { aKeyId, aNoticeId, at } from '@keynag/core/testing'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Loopback } from '@keynag/fake-aws/loopback'
import { drain } from '@keynag/fake-aws/lambda'
import {
  maxReceiveCount,
  queueBench,
  type BenchRules,
  type Delivered,
  type QueueBench,
} from './queue-bench.ts'

const awkwardText = 'Zoë\'s "key" 🔑 <b>&amp;</b> \\ \u2028 \t end'

let made = 0
const origin = {
  source: 'keynag/contract',
  now: at('2026-01-05'),
  newId: () => `event-${(made += 1)}`,
}
const rotationDue = (subject: string): EventOf<'rotation.due'> =>
  makeEvent('rotation.due', subject, { accessKeyId: aKeyId() }, origin)
const noticeDue = (subject: string): EventOf<'notice.due'> =>
  makeEvent('notice.due', subject, { noticeId: aNoticeId() }, origin)
const keyStale = (): EventOf<'key.stale'> =>
  makeEvent('key.stale', 'a key', { accessKeyId: aKeyId(), audience: 'owner:ann' }, origin)

/** A verb that records its deliveries. */
const recorded = (decide: (delivered: Delivered) => Outcome = () => done('done')) => {
  const seen: Delivered[] = []
  return {
    seen,
    subjects: () => seen.map(({ subject }) => subject).sort(),
    verb: async (delivered: Delivered): Promise<Outcome> => {
      seen.push(delivered)
      return decide(delivered)
    },
  }
}
const fail = (): never => {
  throw transient('KEYNAG_THROTTLED', 'slow down')
}

/**
 * Checks keynag's publisher, event source mapping, harness and dead-letter queues together. They
 * must behave the same on every SQS.
 */
export function queueHarnessContract(name: string, start: () => Promise<Loopback>): void {
  describe(`on ${name},`, () => {
    let sqs: Loopback
    let open: QueueBench | undefined

    beforeAll(async () => {
      sqs = await start()
      return () => sqs.close()
    })
    afterEach(() => {
      open?.close()
      open = undefined
    })

    const aBench = async (rules?: BenchRules): Promise<QueueBench> => {
      open = await queueBench(sqs.url, rules)
      return open
    }
    it('only the failed messages of a batch are delivered again', async () => {
      const bench = await aBench()
      await bench.publish(['good', 'bad', 'fine'].map(rotationDue))
      const { seen, verb } = recorded(({ subject, receiveCount }) =>
        subject === 'bad' && receiveCount === 1 ? fail() : done('done'),
      )
      await drain([bench.mapping('rotate', verb)])
      const times = seen.map(({ subject, receiveCount }) => `${subject} ${receiveCount}`)
      expect(times.sort()).toEqual(['bad 1', 'bad 2', 'fine 1', 'good 1'])
      expect(await bench.receive('rotate')).toEqual([])
      expect(await bench.deadLetters()).toEqual([])
    })

    it('a message that always fails reaches the dead-letter queue unchanged', async () => {
      const bench = await aBench()
      const event = rotationDue(awkwardText)
      await bench.publish([event])
      const { seen, verb } = recorded(fail)
      await drain([bench.mapping('rotate', verb)])
      expect(seen.map(({ receiveCount }) => receiveCount)).toEqual(
        Array.from({ length: maxReceiveCount }, (_, index) => index + 1),
      )
      expect(await bench.deadLetters()).toMatchObject([
        {
          Body: JSON.stringify(event),
          MessageAttributes: {
            type: { DataType: 'String', StringValue: 'rotation.due' },
            dataversion: { DataType: 'Number', StringValue: '1' },
          },
        },
      ])
      expect(await bench.receive('rotate')).toEqual([])
    })

    it('a parked message moves to the dead-letter queue, with the reason', async () => {
      const bench = await aBench()
      const event = rotationDue('a key')
      await bench.publish([event])
      const { seen, verb } = recorded(({ receiveCount }) =>
        receiveCount === 1
          ? fail()
          : park('KEYNAG_KEY_UNKNOWN', `no such key\u0007: ${awkwardText}`),
      )
      await drain([bench.mapping('rotate', verb)])
      expect(seen).toHaveLength(2)
      expect(await bench.deadLetters()).toMatchObject([
        {
          Body: JSON.stringify(event),
          MessageAttributes: {
            code: { StringValue: 'KEYNAG_KEY_UNKNOWN' },
            reason: { StringValue: `no such key?: ${awkwardText}` },
            receiveCount: { DataType: 'Number', StringValue: '2' },
          },
        },
      ])
      expect(await bench.receive('rotate')).toEqual([])
    })

    it.each([
      ['text', awkwardText],
      ['XML', '<Message><Body>&lt;x&gt;</Body></Message>'],
      ['an unknown event', JSON.stringify({ type: 'key.lost', dataversion: 1, why: awkwardText })],
      ['a form', 'Action=DeleteQueue&QueueUrl=x%20y+z'],
    ])('a body that is %s is parked unchanged', async (_, body) => {
      const bench = await aBench()
      await bench.send('rotate', body)
      await drain([bench.mapping('rotate', () => Promise.reject(new Error('it was handled')))])
      expect((await bench.deadLetters()).map((message) => message.Body)).toEqual([body])
    })

    it('the next events of a verb arrive, on the same queue and on another', async () => {
      const bench = await aBench()
      await bench.publish([rotationDue('first')])
      const rotations = recorded(({ subject }) =>
        subject === 'first'
          ? next('goes on', [rotationDue('second'), noticeDue('a notice')])
          : done('done'),
      )
      const notices = recorded()
      await drain([bench.mapping('rotate', rotations.verb), bench.mapping('notify', notices.verb)])
      expect(rotations.subjects()).toEqual(['first', 'second'])
      expect(notices.subjects()).toEqual(['a notice'])
    })

    it('a delayed message stays hidden', async () => {
      const bench = await aBench({ nagDelaySeconds: 900 })
      await bench.publish([keyStale(), noticeDue('at once')])
      const { subjects, verb } = recorded()
      expect(await drain([bench.mapping('notify', verb)])).toMatchObject({ delayed: 1 })
      expect(subjects()).toEqual(['at once'])
    })

    it('a delayed message arrives after its delay', async () => {
      const bench = await aBench({ nagDelaySeconds: 1 })
      const event = keyStale()
      await bench.publish([event])
      const { seen, verb } = recorded()
      const mapping = bench.mapping('notify', verb)
      await vi.waitUntil(() => mapping.poll(), { timeout: 60_000 })
      expect(seen).toMatchObject([{ eventId: event.id, receiveCount: 1 }])
    })

    it('a message whose function died stays hidden, and is then delivered again', async () => {
      const bench = await aBench({ visibilityTimeoutSeconds: 1 })
      const event = rotationDue('a key')
      await bench.publish([event])
      expect(await bench.receive('rotate', 300)).toHaveLength(1)
      expect(await bench.receive('rotate')).toEqual([])

      const other = noticeDue('a notice')
      await bench.publish([other])
      expect(await bench.receive('notify')).toHaveLength(1)
      const { seen, verb } = recorded()
      await drain([bench.mapping('notify', verb)])
      expect(seen).toMatchObject([{ eventId: other.id, receiveCount: 2 }])
    })

    it('a message that two receivers hold is handled twice, without an error', async () => {
      const bench = await aBench()
      const event = rotationDue('a key')
      await bench.publish([event])
      const { seen, verb } = recorded()
      const slow = await bench.receive('rotate', 0)
      await drain([bench.mapping('rotate', verb)])
      const answer = await bench.invoke('rotate', bench.harness('rotate', verb), slow)
      expect(answer).toEqual({ batchItemFailures: [] })
      expect(seen.map(({ eventId }) => eventId)).toEqual([event.id, event.id])
      // AWS does not document whether the old receipt handle is an error. Both results are accepted.
      await Promise.allSettled(slow.map((message) => bench.remove('rotate', message)))
      expect(await bench.receive('rotate')).toEqual([])
      expect(await bench.deadLetters()).toEqual([])
    })

    it('an event that was sent twice arrives as two messages', async () => {
      const bench = await aBench()
      const event = rotationDue('a key')
      await bench.publish([event, event])
      const { seen, verb } = recorded()
      await drain([bench.mapping('rotate', verb)])
      expect(seen.map(({ eventId }) => eventId)).toEqual([event.id, event.id])
      expect(seen.map(({ receiveCount }) => receiveCount)).toEqual([1, 1])
    })

    it('a batch of ten is handled in one invocation', async () => {
      const bench = await aBench()
      const events = Array.from({ length: 10 }, (_, index) =>
        rotationDue(`${index} ${awkwardText}`),
      )
      await bench.publish(events)
      const { verb } = recorded(({ subject }) => (subject.startsWith('7') ? fail() : done('done')))
      const messages = await bench.receive('rotate')
      const answer = await bench.invoke('rotate', bench.harness('rotate', verb), messages)
      const seventh = messages.find(({ Body }) => Body === JSON.stringify(events[7]))
      expect(messages).toHaveLength(10)
      expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: seventh?.MessageId }] })
    })

    it('more events than fit in one call all arrive, each on its own queue', async () => {
      const bench = await aBench()
      const subjects = Array.from({ length: 25 }, (_, index) => `${index}`.padStart(2, '0'))
      const events: KeynagEvent[] = subjects.flatMap((subject) => [
        rotationDue(subject),
        noticeDue(subject),
      ])
      await bench.publish(events)
      const rotations = recorded()
      const notices = recorded()
      await drain([bench.mapping('rotate', rotations.verb), bench.mapping('notify', notices.verb)])
      // SQS can deliver a message twice, and the SDK can send one twice.
      expect([...new Set(rotations.subjects())]).toEqual(subjects)
      expect([...new Set(notices.subjects())]).toEqual(subjects)
    })
  })
}
