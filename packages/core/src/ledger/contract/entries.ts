import { expect, it } from 'vitest'
import { AccessKeyId } from '../../ids.ts'
import { entryStates, type Entry } from '../../key/entry.ts'
import type { Fact } from '../../key/fact.ts'
import { aKeyId, at } from '../../testing/ids.ts'
import { aFact, aFullEntry, anActor, anEntry, factKinds } from '../../testing/rows.ts'
import { byId, change, open, type LedgerUnderTest } from './ledger-under-test.ts'

export const entryCases = (on: LedgerUnderTest): void => {
  it('is empty at first', async () => {
    expect(await on.ledger.entry(aKeyId())).toBeUndefined()
    expect(await on.ledger.timeline(aKeyId())).toStrictEqual([])
    expect(await on.ledger.entries([aKeyId()])).toStrictEqual([])
  })

  it('commits nothing when there is nothing to write', async () => {
    expect(await on.ledger.commit([])).toStrictEqual({ kind: 'committed' })
  })

  it('creates an entry together with its fact', async () => {
    const entry = anEntry()
    await on.commit(open(entry))
    expect(await on.ledger.entry(entry.accessKeyId)).toStrictEqual(entry)
    expect(await on.ledger.timeline(entry.accessKeyId)).toStrictEqual([
      {
        accessKeyId: entry.accessKeyId,
        version: 1,
        at: entry.changedAt,
        actor: anActor(),
        fact: aFact('found'),
      },
    ])
  })

  it('creates only an absent entry, and otherwise returns the current one', async () => {
    const first = anEntry({ userName: 'first' })
    const second = anEntry({ userName: 'second' })
    await on.commit(open(first))
    const write = open(second)
    expect(await on.ledger.commit([write])).toStrictEqual({
      kind: 'lost',
      write,
      current: first,
    })
    expect(await on.ledger.entry(first.accessKeyId)).toStrictEqual(first)
    expect(await on.ledger.timeline(first.accessKeyId)).toHaveLength(1)
  })

  it('refuses to change an absent entry', async () => {
    const { write } = change(anEntry(), aFact('held'))
    expect(await on.ledger.commit([write])).toStrictEqual({
      kind: 'lost',
      write,
      current: undefined,
    })
    expect(await on.ledger.entry(aKeyId())).toBeUndefined()
    expect(await on.ledger.timeline(aKeyId())).toStrictEqual([])
  })

  it('changes an entry only from the version that was read', async () => {
    const entry = anEntry()
    await on.commit(open(entry))
    const held = change(entry, aFact('held'))
    await on.commit(held.write)
    const late = change(entry, aFact('snoozed'))
    expect(await on.ledger.commit([late.write])).toStrictEqual({
      kind: 'lost',
      write: late.write,
      current: held.after,
    })
    const next = change(held.after, aFact('released'))
    await on.commit(next.write)
    expect(await on.ledger.entry(entry.accessKeyId)).toStrictEqual(next.after)
    expect(next.after.version).toBe(3)
  })

  it('refuses the same commit a second time', async () => {
    const entry = anEntry()
    await on.commit(open(entry))
    const { write, after } = change(entry, aFact('nagged'))
    await on.commit(write)
    expect(await on.ledger.commit([write])).toStrictEqual({
      kind: 'lost',
      write,
      current: after,
    })
    expect(await on.ledger.timeline(entry.accessKeyId)).toHaveLength(2)
  })

  it('lets exactly one of many concurrent writers win', async () => {
    const entry = anEntry()
    await on.commit(open(entry))
    const writes = Array.from({ length: 8 }, (_, index) =>
      change(entry, aFact('held', { why: `writer ${index}` })),
    )
    const outcomes = await Promise.all(writes.map(({ write }) => on.ledger.commit([write])))
    const winners = writes.filter((_, index) => outcomes[index]?.kind === 'committed')
    expect(winners).toHaveLength(1)
    const winner = winners[0]?.after
    expect(await on.ledger.entry(entry.accessKeyId)).toStrictEqual(winner)
    for (const outcome of outcomes.filter(({ kind }) => kind !== 'committed')) {
      expect(outcome).toMatchObject({ kind: 'lost', current: winner })
    }
    expect(await on.ledger.timeline(entry.accessKeyId)).toHaveLength(2)
  })

  it('lets exactly one of many concurrent creators win', async () => {
    const writes = Array.from({ length: 8 }, (_, index) =>
      open(anEntry({ userName: `creator-${index}` })),
    )
    const outcomes = await Promise.all(writes.map((write) => on.ledger.commit([write])))
    expect(outcomes.filter(({ kind }) => kind === 'committed')).toHaveLength(1)
    expect(await on.ledger.timeline(aKeyId())).toHaveLength(1)
  })

  it('keeps facts in order, each once', async () => {
    let entry: Entry = anEntry()
    await on.commit(open(entry))
    const told = Array.from({ length: 12 }, (_, index) => aFact('held', { why: `${index}` }))
    for (const fact of told) {
      const { write, after } = change(entry, fact)
      await on.commit(write)
      entry = after
    }
    const timeline = await on.ledger.timeline(entry.accessKeyId)
    expect(timeline.map(({ version }) => version)).toStrictEqual(
      Array.from({ length: 13 }, (_, index) => index + 1),
    )
    expect(timeline.slice(1).map(({ fact }) => fact)).toStrictEqual(told)
  })

  it('keeps the timelines of keys with a common beginning apart', async () => {
    const [short, long] = [aKeyId(1), AccessKeyId.parse(`${aKeyId(1)}0`)]
    await on.given(anEntry({ accessKeyId: short }), anEntry({ accessKeyId: long }))
    expect(await on.ledger.timeline(short)).toHaveLength(1)
    expect(await on.ledger.timeline(long)).toHaveLength(1)
  })

  it.each(entryStates)('keeps every field of an entry that is %s', async (state) => {
    const bare: Entry = anEntry({ state, accessKeyId: aKeyId(1) })
    const full: Entry = { ...aFullEntry(state), accessKeyId: aKeyId(2) }
    await on.given(bare, full)
    expect(await on.ledger.entry(bare.accessKeyId)).toStrictEqual(bare)
    expect(await on.ledger.entry(full.accessKeyId)).toStrictEqual(full)
  })

  it.each([
    { kind: 'unknown', why: 'throttled' } as const,
    { kind: 'at', at: at('2026-01-01T00:15:00Z') } as const,
  ])('keeps a last use that is $kind', async (lastUsed) => {
    const entry = anEntry({ lastUsed, status: 'Expired' })
    await on.given(entry)
    expect(await on.ledger.entry(entry.accessKeyId)).toStrictEqual(entry)
  })

  it('forgets a field that the next version lacks', async () => {
    const full: Entry = aFullEntry('escalated')
    await on.given(full)
    const { hold: _hold, snooze: _snooze, dueAt: _dueAt, ...rest } = full
    const after: Entry = { ...rest, version: full.version + 1 }
    await on.commit({
      kind: 'entry',
      before: full,
      after,
      fact: aFact('released'),
      actor: anActor(),
    })
    expect(await on.ledger.entry(full.accessKeyId)).toStrictEqual(after)
  })

  it.each(factKinds)('keeps a fact of kind %s', async (kind) => {
    const entry = anEntry()
    const fact: Fact = aFact(kind)
    const actors = [
      { kind: 'scan', date: '2026-01-05' },
      { kind: 'delivery', event: 'key.stale', eventId: 'e-1' },
      { kind: 'operator', name: 'olga' },
    ] as const
    for (const [index, actor] of actors.entries()) {
      const before = index === 0 ? undefined : { ...entry, version: index }
      const after = { ...entry, version: index + 1 }
      await on.commit({ kind: 'entry', before, after, fact, actor })
    }
    const timeline = await on.ledger.timeline(entry.accessKeyId)
    expect(timeline.map((record) => record.fact)).toStrictEqual([fact, fact, fact])
    expect(timeline.map((record) => record.actor)).toStrictEqual(actors)
  })

  it('finds the existing entries among many IDs, each once', async () => {
    const entries = Array.from({ length: 130 }, (_, index) =>
      anEntry({ accessKeyId: aKeyId(index) }),
    )
    await on.given(...entries)
    const asked = [
      ...entries.map(({ accessKeyId }) => accessKeyId),
      aKeyId(0),
      aKeyId(7),
      aKeyId(5_000),
    ]
    const found = await on.ledger.entries(asked)
    expect([...found].sort(byId)).toStrictEqual([...entries].sort(byId))
    expect(await on.ledger.entries([])).toStrictEqual([])
  })
}
