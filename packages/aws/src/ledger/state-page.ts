import { z } from 'zod'
import { AccessKeyId, dueShards, type EntryState } from '@keynag/core'
import { readCursor, writeCursor } from './cursor.ts'

/** A line of the index by state, with all that says where to go on after it. */
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
  /** Whether the shard goes on after these. */
  readonly more: boolean
}

/** In a cursor, for a shard that has nothing more; others stand by the place they got to. */
const finished = 'finished'

/**
 * One page of a state whose shards are each sorted by due date, merged into one order. Reads a page
 * of every shard that has something left; what is not used of them is read again by the next page.
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
    // Sorting is stable, so what was taken of a shard is its beginning.
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
