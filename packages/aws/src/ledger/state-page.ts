import { z } from 'zod'
import { AccessKeyId, dueShards, type EntryState } from '@keynag/core'
import { readCursor, writeCursor } from './cursor.ts'

/** An item of the state index, with the key from which the next page goes on. */
export const StateRow = z.object({
  pk: z.string(),
  sk: z.string(),
  stateEntries: z.string(),
  stateDueAt: z.number(),
  accessKeyId: AccessKeyId,
})
export type StateRow = z.infer<typeof StateRow>

type Position = Record<string, string | number>

interface ShardPage {
  readonly rows: readonly StateRow[]
  /** Whether the shard has more items. */
  readonly more: boolean
}

/** In a cursor: the shard has no more items. For other shards the cursor holds their place. */
const finished = 'finished'

/**
 * One page of a state. Each shard is sorted by due date, and this merges the shards into one order. It
 * reads a page of every shard that has items left; the next page reads the unused items again.
 */
export async function statePage(
  state: EntryState,
  { cursor, pageSize }: { readonly cursor: string | undefined; readonly pageSize: number },
  read: (stateEntries: string, after: Position | undefined) => Promise<ShardPage>,
): Promise<{ readonly rows: readonly StateRow[]; readonly cursor?: string }> {
  const query = `state/${state}`
  const places = cursor === undefined ? {} : readCursor(query, cursor)
  const open = await Promise.all(
    Array.from({ length: dueShards }, (_, shard) => String(shard))
      .filter((shard) => places[shard] !== finished)
      .map(async (shard) => {
        const place = places[shard]
        const after = place === undefined ? undefined : readCursor(`${query}/${shard}`, `${place}`)
        return { shard, ...(await read(`${state}/${shard}`, after)) }
      }),
  )
  const merged = open.flatMap(({ rows }) => rows).sort((a, b) => a.stateDueAt - b.stateDueAt)
  const rows = merged.slice(0, pageSize)
  const taken = new Set(rows)
  for (const { shard, rows: found, more } of open) {
    // Sorting is stable, so the items taken from a shard are its first ones.
    const last = found.findLast((row) => taken.has(row))
    const left = more || found.some((row) => !taken.has(row))
    if (!left) places[shard] = finished
    else if (last !== undefined) places[shard] = writeCursor(`${query}/${shard}`, positionOf(last))
  }
  const done = Object.values(places).filter((place) => place === finished).length === dueShards
  return done ? { rows } : { rows, cursor: writeCursor(query, places) }
}

const positionOf = ({ pk, sk, stateEntries, stateDueAt }: StateRow): Position => ({
  pk,
  sk,
  stateEntries,
  stateDueAt,
})
