import {
  makeEvent,
  MemoryLedger,
  plusDays,
  type AccessKeyId,
  type Message,
  type Write,
} from '@keynag/core'
import {
  aFact,
  aKeyId,
  anActor,
  aKnownAccount,
  anEntry,
  anOrganization,
  at,
} from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { nag } from './nag.ts'

const inTime = { remainingMs: () => 300_000 }
const now = at('2026-04-01T09:00:00Z')
const clock = { now: () => now, sleep: () => Promise.resolve() }
const organization = anOrganization({
  policies: [
    {
      name: 'standard',
      mode: 'enforce',
      staleAtDay: 90,
      nag: { everyDays: 7, via: ['slack'] },
      enforce: { kind: 'deactivate', atDay: 90, installationGraceDays: 7 },
    },
  ],
})

/** A ledger in which another writer changes one key before each commit about it. */
class ContendedLedger extends MemoryLedger {
  contended: AccessKeyId | undefined

  override async commit(writes: readonly Write[]) {
    const id = this.contended
    const before = id === undefined ? undefined : await this.entry(id)
    const isAbout = writes.some((write) => write.kind === 'entry' && write.after.accessKeyId === id)
    if (before !== undefined && isAbout) {
      const after = { ...before, version: before.version + 1 }
      const fact = aFact('observed')
      await super.commit([{ kind: 'entry', before, after, fact, actor: anActor() }])
    }
    return super.commit(writes)
  }
}

/** An owner with so many due keys, and a channel whose messages have room for some of them. */
async function anOwner(amount: number, room: number, id = 'ann@example.com') {
  const ledger = new ContendedLedger()
  const entries = Array.from({ length: amount }, (_, index) =>
    anEntry({
      accessKeyId: aKeyId(index + 1),
      createdAt: plusDays(now, -200 + (index % 100)),
      audience: `owner:${id}`,
    }),
  )
  for (const after of entries) {
    await ledger.commit([
      { kind: 'entry', before: undefined, after, fact: aFact('found'), actor: anActor() },
    ])
  }
  await ledger.commit([
    { kind: 'account', before: undefined, after: aKnownAccount({ readAt: now }) },
  ])
  const named: (readonly AccessKeyId[])[] = []
  const send = async (message: Message) => {
    const keys = message.kind === 'nag' ? message.keys : []
    named.push(keys.slice(0, room).map(({ accessKeyId }) => accessKeyId))
    return {
      kind: 'delivered' as const,
      delivery: { channel: 'slack', to: 'ann@example.com', messageId: `letter-${named.length}` },
      named: named.at(-1) ?? [],
    }
  }
  let ids = 0
  const uuid = (): string => `id-${(ids += 1)}`
  const ports = {
    clock,
    ids: { uuid },
    ledger,
    organization,
    source: 'keynag/test',
    messenger: { send },
  }
  const [{ accessKeyId, audience } = anEntry()] = entries
  const origin = { source: 'keynag/test', now, newId: uuid }
  const hint = makeEvent('key.stale', audience, { accessKeyId, audience }, origin)
  const counts = async (): Promise<readonly number[]> =>
    Promise.all(entries.map(async (one) => (await ledger.entry(one.accessKeyId))?.nagCount ?? -1))
  /** Delivers the hint, and each message that follows from it. */
  const deliver = async (): Promise<void> => {
    for (let event: typeof hint | undefined = hint; event !== undefined;) {
      const outcome: Awaited<ReturnType<ReturnType<typeof nag>>> = await nag(ports)(event, inTime)
      const following = outcome.kind === 'next' ? outcome.events : []
      event = following.find((next) => next.type === 'key.stale')
    }
  }
  return { ledger, ports, hint, named, counts, deliver }
}

describe('an owner with more keys than one message can name', () => {
  it('is told of each key by name, once, in as many messages as it takes', async () => {
    const { named, counts, deliver } = await anOwner(70, 12)
    await deliver()
    expect(named.map((ids) => ids.length)).toStrictEqual([12, 12, 12, 12, 12, 10])
    expect(new Set(named.flat()).size).toBe(70)
    expect(await counts()).toStrictEqual(Array.from({ length: 70 }, () => 1))
  })

  it('is told of the first of 20,000 keys, and of the others in further messages', async () => {
    const { ports, hint, named, counts } = await anOwner(20_000, 250)
    expect(await nag(ports)(hint, inTime)).toMatchObject({
      kind: 'next',
      reason: expect.stringContaining('a further message names 19750 more'),
    })
    expect(named.map((ids) => ids.length)).toStrictEqual([250])
    expect((await counts()).filter((count) => count === 1)).toHaveLength(250)
  })

  it('counts all of its keys as not reached when nobody could be told', async () => {
    const { ledger, deliver } = await anOwner(700, 0)
    await deliver()
    for (const id of [aKeyId(1), aKeyId(700)]) {
      expect(await ledger.entry(id)).toMatchObject({ undeliveredCount: 1 })
    }
  })

  it('is not warned of a key that no message has named yet', async () => {
    const { ports, hint, counts } = await anOwner(5, 2)
    await nag(ports)(hint, inTime)
    expect(await counts()).toStrictEqual([1, 1, 0, 0, 0])
  })

  it('hears of the others when the hint for them comes again, and of none twice', async () => {
    const { ports, hint, named, counts, deliver } = await anOwner(5, 2)
    await nag(ports)(hint, inTime)
    await deliver()
    await deliver()
    expect(named.map((ids) => ids.length)).toStrictEqual([2, 2, 1])
    expect(await counts()).toStrictEqual([1, 1, 1, 1, 1])
  })

  it('is told whatever the length of the path and the name in the ID of its owner', async () => {
    const arn = `arn:aws:iam::123456789012:user/${'unit/'.repeat(100)}${'n'.repeat(64)}`
    const { counts, named, deliver } = await anOwner(3, 2, arn)
    await deliver()
    expect(await counts()).toStrictEqual([1, 1, 1])
    expect(named.map((ids) => ids.length)).toStrictEqual([2, 1])
  })

  it('counts as not reached when the message that was sent names none of the keys', async () => {
    const { ledger, counts, deliver } = await anOwner(3, 0)
    await deliver()
    expect(await counts()).toStrictEqual([0, 0, 0])
    expect(await ledger.entry(aKeyId(1))).toMatchObject({ undeliveredCount: 1 })
  })
})

describe('a key that other writers change again and again', () => {
  it('keeps no other key from being counted, and its message comes again', async () => {
    const { ledger, counts, named, deliver } = await anOwner(60, 500)
    ledger.contended = aKeyId(3)
    await expect(deliver()).rejects.toMatchObject({ errorClass: 'transient' })
    expect((await counts()).filter((count) => count === 1)).toHaveLength(59)
    ledger.contended = undefined
    await deliver()
    expect(await counts()).toStrictEqual(Array.from({ length: 60 }, () => 1))
    expect(named).toHaveLength(1)
  })
})
