import {
  MemoryLedger,
  minuteMs,
  NoticeId,
  plusDays,
  plusMs,
  transient,
  type Entry,
  type EpochMs,
  type KeynagEvent,
  type KnownAccount,
  type Message,
  type Write,
} from '@keynag/core'
import {
  aFact,
  aKeyId,
  aKnownAccount,
  anAccountId,
  anActor,
  anEntry,
  anOrganization,
  at,
} from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { deliverNotice } from '../notifier/deliver-notice.ts'
import { sweep } from '../sweeper/sweep.ts'
import { sendDigest } from './digest.ts'

const now = at('2026-01-20T10:00:00Z')
const silent = () => undefined
const organization = anOrganization({
  administrators: ['admin@example.com'],
  policies: [{ name: 'standard', mode: 'notify', staleAtDay: 90, nag: { everyDays: 7 } }],
})

/** The digest about this ledger. */
async function digestOf(accounts: readonly KnownAccount[], entries: readonly Entry[]) {
  const ledger = new MemoryLedger()
  for (const after of accounts) {
    await ledger.commit([{ kind: 'account', before: undefined, after }])
  }
  for (const after of entries) {
    await ledger.commit([
      { kind: 'entry', before: undefined, after, fact: aFact('found'), actor: anActor() },
    ])
  }
  const sent: Message[] = []
  await sendDigest({
    clock: { now: () => now, sleep: () => Promise.resolve() },
    ids: { uuid: () => 'id' },
    ledger,
    organization,
    telemetry: {
      count: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    },
    messenger: {
      send: (message) => {
        sent.push(message)
        const delivery = { channel: 'email', to: 'admin@example.com', messageId: 'mail-1' }
        return Promise.resolve({ kind: 'delivered', delivery, named: [] })
      },
    },
  })
  const [message] = sent
  if (message?.kind !== 'digest') throw new Error('no digest was sent')
  return message
}

const old = { createdAt: plusDays(now, -100) }

describe('the digest', () => {
  it('is not lost when its run fails: the next run sends it', async () => {
    const ledger = new MemoryLedger()
    const clock = { now: () => now, sleep: () => Promise.resolve() }
    const telemetry = { count: silent, info: silent, warn: silent, error: silent }
    let isDown = true
    let mails = 0
    const run = (at: EpochMs) =>
      sendDigest({
        clock: { ...clock, now: () => at },
        ids: { uuid: () => 'id' },
        ledger,
        organization,
        telemetry,
        messenger: {
          send: () => {
            if (isDown) return Promise.reject(new Error('a bug'))
            mails += 1
            const delivery = { channel: 'email', to: 'admin@example.com', messageId: 'mail-1' }
            return Promise.resolve({ kind: 'delivered', delivery, named: [] })
          },
        },
      })
    await expect(run(now)).rejects.toThrow('a bug')
    isDown = false
    const notice = await ledger.notice(NoticeId.parse('digest/2026-01-20'))
    if (notice?.dueAt === undefined) throw new Error('the digest is not due again')
    await run(notice.dueAt)
    await run(notice.dueAt)
    expect(mails).toBe(1)
  })

  it('is sent by the sweeper when its run failed and could not even give back the lease', async () => {
    let commits = 0
    class FailingLedger extends MemoryLedger {
      override commit(writes: readonly Write[]) {
        commits += 1
        return commits === 2
          ? Promise.reject(transient('KEYNAG_UNAVAILABLE', 'DynamoDB does not answer'))
          : super.commit(writes)
      }
    }
    let time = now
    let mails = 0
    const hints: KeynagEvent[] = []
    const ports = {
      clock: { now: () => time, sleep: () => Promise.resolve() },
      ids: { uuid: () => 'id' },
      ledger: new FailingLedger(),
      organization,
      source: 'keynag/test',
      telemetry: { count: silent, info: silent, warn: silent, error: silent },
      publisher: { publish: async (events: readonly KeynagEvent[]) => void hints.push(...events) },
      messenger: {
        send: () => {
          if (commits === 1) return Promise.reject(new Error('a bug'))
          mails += 1
          const delivery = { channel: 'email', to: 'admin@example.com', messageId: 'm' } as const
          return Promise.resolve({ kind: 'delivered', delivery, named: [] } as const)
        },
      },
    }
    await expect(sendDigest(ports)).rejects.toThrow('DynamoDB does not answer')
    // The worker tries again, and meets the lease.
    expect(await sendDigest(ports)).toEqual({ sent: 0 })
    time = plusMs(now, 10 * minuteMs)
    await sweep(ports)
    const [hint] = hints
    if (hint?.type !== 'notice.due') throw new Error('the sweeper found no digest')
    await deliverNotice(ports)(hint, { remainingMs: () => 60_000 })
    expect([hints.length, mails]).toEqual([1, 1])
  })

  it('says since when an account is unread and why, and promises nothing for its keys', async () => {
    const since = plusDays(now, -4)
    const why = 'KEYNAG_ROLE_UNREACHABLE: not trusted'
    const message = await digestOf(
      [
        aKnownAccount({ readAt: since, failing: { since, why } }),
        aKnownAccount({ accountId: anAccountId(2), readAt: now }),
      ],
      [
        anEntry({ ...old, accessKeyId: aKeyId(1) }),
        anEntry({ ...old, accessKeyId: aKeyId(2), accountId: anAccountId(2) }),
      ],
    )
    expect(message.unread).toStrictEqual([
      { accountId: anAccountId(1), name: 'payments', since, why, keys: 1 },
    ])
    const promised = new Set(message.ahead.map(({ accessKeyId }) => accessKeyId))
    expect([...promised]).toStrictEqual([aKeyId(2)])
  })

  it('names for a week an account that is over, and how many of its keys have ended', async () => {
    const ended = (n: number, daysAgo: number, accountId = anAccountId(1)) =>
      anEntry({
        accessKeyId: aKeyId(n),
        accountId,
        state: 'resolved',
        resolution: 'account-closed',
        resolvedAt: plusDays(now, -daysAgo),
      })
    const closed = {
      state: 'CLOSED',
      stopped: { since: plusDays(now, -7), why: 'the account is CLOSED' },
    } as const
    const { ended: over, unread } = await digestOf(
      [
        aKnownAccount({ ...closed, endedAt: plusDays(now, -6) }),
        aKnownAccount({ ...closed, accountId: anAccountId(2), endedAt: plusDays(now, -7) }),
      ],
      [ended(1, 6), ended(2, 6), ended(3, 7, anAccountId(2))],
    )
    expect(over).toStrictEqual([{ accountId: anAccountId(1), name: 'payments', keys: 2 }])
    expect(unread).toStrictEqual([])
  })
})
