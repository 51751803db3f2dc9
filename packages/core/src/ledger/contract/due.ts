import { expect, it } from 'vitest'
import type { Entry } from '../../key/entry.ts'
import { aKeyId, aNoticeId, at } from '../../testing/ids.ts'
import { aFact, anActor, anEntry, aNotice } from '../../testing/rows.ts'
import { plusMs, type EpochMs } from '../../time.ts'
import { dueShards, type Due, type Ledger } from '../ledger.ts'
import { everyItem } from '../pages.ts'
import { collect, eventually, type LedgerUnderTest } from './ledger-under-test.ts'

export const dueCases = (on: LedgerUnderTest): void => {
  const noon = at('2026-01-05T12:00:00Z')

  it('lists an item from the millisecond at which it is due', async () => {
    const entry = anEntry({ dueAt: noon })
    const idle = anEntry({ accessKeyId: aKeyId(2) })
    const notice = aNotice({ dueAt: noon })
    await on.given(entry, idle)
    await on.commit({ kind: 'notice', before: undefined, after: notice })
    await on.commit({
      kind: 'notice',
      before: undefined,
      after: aNotice({ noticeId: aNoticeId(2) }),
    })
    await expect
      .poll(() => dueNames(on.ledger, noon))
      .toStrictEqual([entry.accessKeyId, notice.noticeId].sort())
    await expect.poll(() => dueNames(on.ledger, plusMs(noon, -1))).toStrictEqual([])
  })

  it('names the kind of each item that is due', async () => {
    await on.given(anEntry({ dueAt: noon }))
    await on.commit({ kind: 'notice', before: undefined, after: aNotice({ dueAt: noon }) })
    await eventually(async () => {
      const all: Due[] = []
      for (let shard = 0; shard < dueShards; shard += 1)
        all.push(...(await dueInShard(on.ledger, shard, noon)))
      all.sort((a, b) => (a.kind < b.kind ? -1 : 1))
      expect(all).toStrictEqual([
        { kind: 'entry', accessKeyId: aKeyId() },
        { kind: 'notice', noticeId: aNoticeId() },
      ])
    })
  })

  it('lists an item no longer when its due time is moved or removed', async () => {
    const entry = anEntry({ dueAt: noon })
    const notice = aNotice({ dueAt: noon })
    await on.given(entry)
    await on.commit({ kind: 'notice', before: undefined, after: notice })
    const later: Entry = { ...entry, version: 2, dueAt: plusMs(noon, 60_000) }
    const { dueAt: _, ...done } = notice
    await on.commit(
      { kind: 'entry', before: entry, after: later, fact: aFact('held'), actor: anActor() },
      { kind: 'notice', before: notice, after: { ...done, version: 2 } },
    )
    await expect.poll(() => dueNames(on.ledger, noon)).toStrictEqual([])
    await expect
      .poll(() => dueNames(on.ledger, plusMs(noon, 60_000)))
      .toStrictEqual([entry.accessKeyId])
    const { dueAt: _dueAt, ...never } = later
    await on.commit({
      kind: 'entry',
      before: later,
      after: { ...never, version: 3 },
      fact: aFact('held'),
      actor: anActor(),
    })
    await expect.poll(() => dueNames(on.ledger, at('2036-01-01'))).toStrictEqual([])
  })

  it('lists soonest first in each shard, and each item exactly once over all shards and pages', async () => {
    const entries = Array.from({ length: 500 }, (_, index) =>
      anEntry({
        accessKeyId: aKeyId(index),
        // Times from before the seconds had ten digits to now: order by number, not by text.
        dueAt: plusMs(noon, -((index * 7_919) % 500) * (index % 2 === 0 ? 1 : 3_600_000_000)),
      }),
    )
    await on.given(...entries)
    const times = new Map<string, EpochMs | undefined>(
      entries.map(({ accessKeyId, dueAt }) => [accessKeyId, dueAt]),
    )
    await eventually(async () => {
      const names: string[] = []
      for (let shard = 0; shard < dueShards; shard += 1) {
        const due = (await dueInShard(on.ledger, shard, noon)).map(nameOf)
        const sorted = [...due].sort((a, b) => (times.get(a) ?? 0) - (times.get(b) ?? 0))
        expect(due.map((name) => times.get(name))).toStrictEqual(
          sorted.map((name) => times.get(name)),
        )
        names.push(...due)
      }
      expect(names.sort()).toStrictEqual([...times.keys()].sort())
    })
  })
}

const nameOf = (due: Due): string => (due.kind === 'entry' ? due.accessKeyId : due.noticeId)

const dueInShard = (ledger: Ledger, shard: number, now: EpochMs): Promise<Due[]> =>
  collect(everyItem((cursor) => ledger.due(shard, now, cursor)))

/** What is due in any shard, by name. */
async function dueNames(ledger: Ledger, now: EpochMs): Promise<string[]> {
  const all: string[] = []
  for (let shard = 0; shard < dueShards; shard += 1) {
    all.push(...(await dueInShard(ledger, shard, now)).map(nameOf))
  }
  return all.sort()
}
