import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { aKeyId } from '../../testing/ids.ts'
import { aFact, anActor, anEntry } from '../../testing/rows.ts'
import type { Write } from '../ledger.ts'
import type { LedgerUnderTest } from './ledger-under-test.ts'

export const modelCases = (on: LedgerUnderTest): void => {
  it('agrees with a plain model over any sequence of commits', async () => {
    const attempts = fc.array(
      fc.array(
        fc.record({
          key: fc.integer({ min: 0, max: 2 }),
          before: fc.integer({ min: 0, max: 4 }),
          cap: fc.boolean(),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      { maxLength: 12 },
    )
    let run = 0
    await fc.assert(
      fc.asyncProperty(attempts, async (commits) => {
        run += 1
        const idOf = (key: number) => aKeyId(run * 1_000 + key)
        const versions = new Map<number, number>()
        let counted = 0
        for (const rows of commits) {
          const distinct = [...new Map(rows.map((row) => [row.key, row])).values()]
          const capped = rows[0]?.cap === true
          const writes: Write[] = distinct.map(({ key, before }) => ({
            kind: 'entry',
            before: before === 0 ? undefined : anEntry({ accessKeyId: idOf(key), version: before }),
            after: anEntry({ accessKeyId: idOf(key), version: before + 1 }),
            fact: aFact('observed'),
            actor: anActor(),
          }))
          if (capped) {
            const cap = { date: '2026-01-05', scope: `run-${run}`, limit: 2 }
            writes.push({ kind: 'cap', cap })
          }
          const fits = distinct.every(({ key, before }) => (versions.get(key) ?? 0) === before)
          const expected = fits && !(capped && counted >= 2)
          const outcome = await on.ledger.commit(writes)
          expect(outcome.kind === 'committed').toBe(expected)
          if (expected) {
            for (const { key, before } of distinct) versions.set(key, before + 1)
            if (capped) counted += 1
          }
        }
        for (let key = 0; key < 3; key += 1) {
          const entry = await on.ledger.entry(idOf(key))
          expect(entry?.version).toBe(versions.get(key))
          const facts = await on.ledger.timeline(idOf(key))
          expect(facts.map(({ version }) => version)).toStrictEqual(
            Array.from({ length: versions.get(key) ?? 0 }, (_, index) => index + 1),
          )
        }
      }),
      { numRuns: 25 },
    )
  })
}
