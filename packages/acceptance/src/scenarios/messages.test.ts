import { AccessKeyId, AccountId, isoDay, minuteMs, NoticeId, type QueueName } from '@keynag/core'
import { consumers } from '@keynag/engine'
import { sqsHandler, type SqsHandler } from '@keynag/functions'
import { describe, expect, it } from 'vitest'
import type { AccessKey } from '@keynag/fake-aws/aws'
import { drain, EventSourceMapping } from '@keynag/fake-aws/lambda'
import {
  aUserWithKey,
  memberId,
  rotating,
  smallOrganization,
  type Small,
} from './small-organization.ts'

const policies = [{ ...rotating, enforce: { kind: 'none' } }] as const
const strangeKey = AccessKeyId.parse('AKIAIOSFODNN7EXAMPLE')

async function annsKey(): Promise<{ small: Small; key: AccessKey }> {
  let key: AccessKey | undefined
  const small = await smallOrganization({
    policies,
    onSlack: ['ann@example.com'],
    populate: (world) => {
      key = aUserWithKey(world, 'ann')
    },
  })
  if (key === undefined) throw new Error('there is no key')
  return { small, key }
}

/** The body of a message. `changed` replaces parts of it, as a stranger or a newer release might. */
const body = (type: string, data: object, changed: object = {}): string =>
  JSON.stringify({
    specversion: '1.0',
    id: 'a',
    source: 'keynag/sandbox',
    type,
    time: '2026-01-05T05:00:00Z',
    subject: 'a subject',
    datacontenttype: 'application/json',
    dataversion: 1,
    data,
    ...changed,
  })

const wrong: readonly {
  readonly what: string
  readonly queue: QueueName
  readonly text: string
  readonly code: string
  readonly reason: string
}[] = [
  {
    what: 'is not JSON',
    queue: 'notify',
    text: 'Hello, is this the help desk?',
    code: 'KEYNAG_MESSAGE_INVALID',
    reason: 'not JSON',
  },
  {
    what: 'is JSON, but not an event',
    queue: 'scan',
    text: '{"Records":[]}',
    code: 'KEYNAG_MESSAGE_INVALID',
    reason: 'not a CloudEvents envelope',
  },
  {
    what: 'is an unknown event',
    queue: 'escalate',
    text: body('key.painted', { accessKeyId: strangeKey }),
    code: 'KEYNAG_EVENT_UNKNOWN',
    reason: 'key.painted',
  },
  {
    what: 'is of a newer version',
    queue: 'rotate',
    text: body('rotation.due', { accessKeyId: strangeKey }, { dataversion: 2 }),
    code: 'KEYNAG_EVENT_UNKNOWN',
    reason: 'version 2 is newer',
  },
  {
    what: 'has a field that is not in its schema',
    queue: 'rotate',
    text: body('rotation.due', { accessKeyId: strangeKey, force: true }),
    code: 'KEYNAG_MESSAGE_INVALID',
    reason: 'force',
  },
  {
    what: 'is on the wrong queue',
    queue: 'notify',
    text: body('rotation.due', { accessKeyId: strangeKey }),
    code: 'KEYNAG_MESSAGE_INVALID',
    reason: 'does not belong on the notify queue',
  },
  {
    what: 'names a key that is not in the ledger',
    queue: 'rotate',
    text: body('rotation.due', { accessKeyId: strangeKey }, { id: 'b' }),
    code: 'KEYNAG_KEY_UNKNOWN',
    reason: strangeKey,
  },
  {
    what: 'names a notice that is not in the ledger',
    queue: 'notify',
    text: body('notice.due', { noticeId: 'nag/never' }),
    code: 'KEYNAG_KEY_UNKNOWN',
    reason: 'nag/never',
  },
  {
    what: 'requests a scan that was not planned',
    queue: 'scan',
    text: body('scan.requested', { date: '2026-01-05', accountId: '999999999999' }),
    code: 'KEYNAG_ACCOUNT_NOT_PLANNED',
    reason: '999999999999',
  },
]

/** An event source mapping for one queue with the test's own handler. */
const mappingOf = (small: Small, queue: QueueName, handler: SqsHandler) =>
  new EventSourceMapping({
    name: queue,
    client: small.sqsClient,
    queue: {
      url: small.queueUrls[queue],
      arn: `arn:aws:sqs:us-east-1:000000000000:keynag-${queue}`,
    },
    maximumConcurrency: 1,
    depth: () => small.sqs.depth(`keynag-${queue}`),
    handler,
  })

describe('a message that can never succeed', () => {
  it('is parked at once with its code and reason, and does not delay other messages', async () => {
    const { small, key } = await annsKey()
    await small.schedule.plan()
    for (const { queue, text } of wrong) await small.sendText(queue, text)
    await small.drain()

    const parked = small.sqs.deadLetters()
    const found = wrong.map(({ what, text }) => {
      const letter = parked.find(({ body }) => body === text)
      const valueOf = (name: string) => letter?.messageAttributes[name]?.StringValue
      return {
        what,
        queue: letter?.queue,
        code: valueOf('code'),
        reason: valueOf('reason'),
        receiveCount: valueOf('receiveCount'),
      }
    })
    const wanted = wrong.map(({ what, queue, code, reason }) => ({
      what,
      queue: `keynag-${queue}-dead-letter`,
      code,
      reason: expect.stringContaining(reason) as unknown,
      receiveCount: '1',
    }))
    expect(found).toEqual(wanted)
    expect(parked).toHaveLength(wrong.length)
    expect((await small.known(key)).nagCount).toBe(1)
  })
})

describe('a message with a temporary failure', () => {
  it('is tried again by the sweeper until it succeeds', async () => {
    const { small, key } = await annsKey()
    small.slack.faults().next({ kind: 'httpError', status: 503 }, 2)
    await small.scan()
    expect(small.slack.messages).toEqual([])
    for (let sweeps = 0; sweeps < 2; sweeps += 1) {
      small.clock.set(small.clock.now() + 5 * minuteMs)
      await small.sweep()
    }
    expect(small.slack.messages).toHaveLength(1)
    expect(await small.known(key)).toMatchObject({ nagCount: 1, undeliveredCount: 0 })
    expect(small.sqs.deadLetters()).toEqual([])
  })

  it('makes no dead letter if it keeps failing, and counts against nobody', async () => {
    const { small, key } = await annsKey()
    small.slack.faults().next({ kind: 'httpError', status: 503 }, 1_000)
    await small.live(1)
    expect(await small.known(key)).toMatchObject({ nagCount: 0, undeliveredCount: 0 })
    small.slack.faults().clear()
    await small.live(1)
    expect(await small.known(key)).toMatchObject({ nagCount: 1 })
    expect(small.sqs.deadLetters()).toEqual([])
  })

  it('does not stop the other messages of its batch, and a bug does not either', async () => {
    const { small, key } = await annsKey()
    const bob = aUserWithKey(small.world, 'bob')
    await small.schedule.plan()
    await small.sendText('scan', 'not JSON')
    const { clock } = small.ports
    let bugs = 0
    const now = () => {
      bugs += 1
      if (bugs === 1) throw new TypeError('undefined is not a function')
      return clock.now()
    }
    const mapping = mappingOf(
      small,
      'scan',
      sqsHandler(consumers({ ...small.ports, clock: { ...clock, now } }).scan),
    )
    await mapping.poll()
    expect(mapping.stats).toMatchObject({ received: 4, returned: 1, deleted: 3, threw: 0 })
    await drain([mapping])
    await small.drain()
    expect((await small.known(key)).nagCount).toBe(1)
    expect((await small.known(bob)).nagCount).toBe(1)
    expect(small.sqs.deadLetters()).toHaveLength(1)
  })
})

describe('messages that are delivered twice or in another order', () => {
  it('change nothing: the owner gets one message, and it counts once', async () => {
    const { small, key } = await annsKey()
    const accessKeyId = AccessKeyId.parse(key.id)
    const accountId = AccountId.parse(memberId)
    await small.scan()
    const before = await small.known(key)
    const date = isoDay(small.ports.clock.now())
    const noticeId = NoticeId.parse(before.lastNoticeId)
    for (let times = 0; times < 6; times += 1) {
      await small.send('escalate', 'nags.unanswered', { accessKeyId })
      await small.send('rotate', 'rotation.due', { accessKeyId })
      await small.send('notify', 'notice.due', { noticeId })
      await small.send('notify', 'key.stale', { accessKeyId, audience: before.audience })
      await small.send('scan', 'scan.requested', { date, accountId })
      await small.scan()
      await small.sweep()
    }
    expect(await small.known(key)).toEqual(before)
    expect(before.nagCount).toBe(1)
    expect(small.slack.messages).toHaveLength(1)
    expect(small.sqs.deadLetters()).toEqual([])
  })

  it('cause one reminder when two consumers handle the same message at the same time', async () => {
    const { small, key } = await annsKey()
    const accessKeyId = AccessKeyId.parse(key.id)
    small.slack.faults('users.lookupByEmail').next({ kind: 'httpError', status: 503 }, 100)
    await small.scan()
    small.slack.faults('users.lookupByEmail').clear()
    small.clock.set(small.clock.now() + 5 * minuteMs)
    const { audience } = await small.known(key)
    const hint = { accessKeyId, audience }
    const record = (messageId: string) => ({
      messageId,
      receiptHandle: messageId,
      body: body('key.stale', hint),
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '0',
        SenderId: 'a',
        ApproximateFirstReceiveTimestamp: '0',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'a',
      awsRegion: 'us-east-1',
    })
    const context = { getRemainingTimeInMillis: () => 60_000 }
    const notify = sqsHandler(consumers(small.ports).notify)
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((id) => notify({ Records: [record(id)] }, context)),
    )
    expect(answers.flatMap(({ batchItemFailures }) => batchItemFailures)).toEqual([])
    expect(small.slack.messages).toHaveLength(1)
    expect((await small.known(key)).nagCount).toBe(1)
  })
})
