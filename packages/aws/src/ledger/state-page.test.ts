import { aKeyId } from '@keynag/core/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { statePage, type StateRow } from './state-page.ts'

/** Shards that are read as DynamoDB reads them: a page may be short, or empty with more to come. */
function shardsOf(times: readonly (readonly number[])[], mostAPage: number) {
  let n = 0
  const shards = new Map(
    times.map((shard, index) => [
      `nagging/${index}`,
      [...shard]
        .sort((a, b) => a - b)
        .map((stateDueAt): StateRow => {
          n += 1
          const stateEntries = `nagging/${index}`
          return { pk: `KEY#${n}`, sk: 'ENTRY', stateEntries, stateDueAt, accessKeyId: aKeyId(n) }
        }),
    ]),
  )
  const read = (stateEntries: string, after: Record<string, string | number> | undefined) => {
    const rows = shards.get(stateEntries) ?? []
    const start = after === undefined ? 0 : rows.findIndex(({ pk }) => pk === after['pk']) + 1
    const page = rows.slice(start, start + mostAPage)
    return Promise.resolve({ rows: page, more: start + page.length < rows.length })
  }
  return { read, rows: [...shards.values()].flat() }
}

describe('pages of a state', () => {
  it('have every row once, soonest due first, whatever the shards hold', async () => {
    const shard = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(shard, shard, shard, shard),
        fc.integer({ min: 1, max: 7 }),
        async (times, pageSize) => {
          const { read, rows } = shardsOf(times, pageSize)
          const found: StateRow[] = []
          let cursor: string | undefined
          do {
            const page = await statePage('nagging', { cursor, pageSize }, read)
            expect(page.rows.length).toBeLessThanOrEqual(pageSize)
            found.push(...page.rows)
            cursor = page.cursor
          } while (cursor !== undefined)
          expect(found.map(({ stateDueAt }) => stateDueAt)).toStrictEqual(
            times.flat().sort((a, b) => a - b),
          )
          expect(new Set(found.map(({ pk }) => pk)).size).toBe(rows.length)
        },
      ),
    )
  })

  it('refuse the cursor of another state', async () => {
    const { read } = shardsOf([[1, 2, 3], [], [], []], 1)
    const { cursor } = await statePage('nagging', { cursor: undefined, pageSize: 1 }, read)
    await expect(statePage('deleted', { cursor, pageSize: 1 }, read)).rejects.toMatchObject({
      code: 'KEYNAG_OPTION_INVALID',
    })
  })
})
