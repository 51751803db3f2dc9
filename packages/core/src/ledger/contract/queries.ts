import { expect, it } from 'vitest'
import type { Entry } from '../../key/entry.ts'
import { aKeyId, anAccountId, at } from '../../testing/ids.ts'
import { aFact, anActor, anEntry, anOwner } from '../../testing/rows.ts'
import { plusMs } from '../../time.ts'
import { everyItem } from '../pages.ts'
import { byId, collect, eventually, type LedgerUnderTest } from './ledger-under-test.ts'

export const queryCases = (on: LedgerUnderTest): void => {
  it('finds every entry of an account, an audience and all, each once, over pages', async () => {
    const entries = Array.from({ length: 330 }, (_, index) =>
      anEntry({
        accessKeyId: aKeyId(index),
        accountId: anAccountId(index % 3 === 0 ? 2 : 1),
        audience: index % 2 === 0 ? 'owner:ann@example.com' : 'owner:anna@example.com',
      }),
    )
    await on.given(...entries)
    await eventually(async () => {
      const all = await collect(everyItem((cursor) => on.ledger.allEntries(cursor)))
      expect(all.sort(byId)).toStrictEqual([...entries].sort(byId))
    })
    await eventually(async () => {
      const found = await collect(
        everyItem((cursor) => on.ledger.entriesOfAccount(anAccountId(1), cursor)),
      )
      expect(found.sort(byId)).toStrictEqual(
        entries.filter(({ accountId }) => accountId === anAccountId(1)).sort(byId),
      )
    })
    await eventually(async () => {
      const found = await collect(
        everyItem((cursor) => on.ledger.entriesOfAudience('owner:ann@example.com', cursor)),
      )
      expect(found.sort(byId)).toStrictEqual(
        entries.filter(({ audience }) => audience === 'owner:ann@example.com').sort(byId),
      )
    })
    const none = await collect(
      everyItem((cursor) => on.ledger.entriesOfAccount(anAccountId(9), cursor)),
    )
    expect(none).toStrictEqual([])
  })

  it('finds every entry of an owner, each once, over pages', async () => {
    const [ann, anna] = [anOwner(), anOwner({ id: 'anna@example.com' })]
    const entries = Array.from({ length: 260 }, (_, index) =>
      anEntry({
        accessKeyId: aKeyId(index),
        accountId: anAccountId(index),
        owner: index % 2 === 0 ? ann : anna,
      }),
    )
    await on.given(...entries)
    await eventually(async () => {
      const found = await collect(everyItem((cursor) => on.ledger.entriesOfOwner(ann.id, cursor)))
      expect(found.sort(byId)).toStrictEqual(
        entries.filter(({ owner }) => owner.id === ann.id).sort(byId),
      )
    })
    expect(await on.ledger.entriesOfOwner('nobody@example.com')).toStrictEqual({ items: [] })
    expect(await on.ledger.entriesOfOwner('')).toStrictEqual({ items: [] })
  })

  it('finds every entry in a state, soonest due first, each once, over pages', async () => {
    const noon = at('2026-01-05T12:00:00Z')
    const entries = Array.from({ length: 330 }, (_, index) =>
      anEntry({
        accessKeyId: aKeyId(index),
        ...(index % 10 === 0 ? {} : { dueAt: plusMs(noon, ((index * 7_919) % 330) * 1_000) }),
      }),
    )
    const others = Array.from({ length: 20 }, (_, index) =>
      anEntry({ state: 'escalated', accessKeyId: aKeyId(1_000 + index) }),
    )
    await on.given(...entries, ...others)
    await eventually(async () => {
      const found = await collect(
        everyItem((cursor) => on.ledger.entriesInState('nagging', cursor)),
      )
      const times = found.map(({ dueAt }) => dueAt ?? Number.MAX_SAFE_INTEGER)
      expect(times).toStrictEqual([...times].sort((a, b) => a - b))
      expect(found.sort(byId)).toStrictEqual([...entries].sort(byId))
    })
    expect(await on.ledger.entriesInState('deleted')).toStrictEqual({ items: [] })
  })

  it('lists a changed entry under its new owner and state only', async () => {
    const entry = anEntry({ owner: anOwner() })
    await on.given(entry)
    const after: Entry = {
      ...anEntry({ state: 'escalated', owner: anOwner({ id: 'bob@example.com' }) }),
      version: 2,
    }
    await on.commit({
      kind: 'entry',
      before: entry,
      after,
      fact: aFact('escalated'),
      actor: anActor(),
    })
    await eventually(async () => {
      expect(await on.ledger.entriesOfOwner('bob@example.com')).toStrictEqual({ items: [after] })
      expect(await on.ledger.entriesInState('escalated')).toStrictEqual({ items: [after] })
      expect(await on.ledger.entriesOfOwner(anOwner().id)).toStrictEqual({ items: [] })
      expect(await on.ledger.entriesInState('nagging')).toStrictEqual({ items: [] })
    })
  })

  it('lists a changed entry under its new audience only', async () => {
    const entry = anEntry({ audience: 'owner:ann@example.com' })
    await on.given(entry)
    const after: Entry = { ...entry, version: 2, audience: 'owner:bob@example.com' }
    await on.commit({
      kind: 'entry',
      before: entry,
      after,
      fact: aFact('observed'),
      actor: anActor(),
    })
    await eventually(async () => {
      const bobs = await on.ledger.entriesOfAudience('owner:bob@example.com')
      expect(bobs.items).toStrictEqual([after])
      const anns = await on.ledger.entriesOfAudience('owner:ann@example.com')
      expect(anns.items).toStrictEqual([])
    })
  })
}
