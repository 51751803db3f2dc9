import { z } from 'zod'
import { permanent } from '@keynag/core'

const Key = z.record(z.string(), z.union([z.string(), z.number()]))
type Key = z.infer<typeof Key>

/** The place where a query stopped, as opaque text. */
export const writeCursor = (query: string, key: Record<string, unknown>): string =>
  Buffer.from(JSON.stringify({ query, key: Key.parse(key) })).toString('base64url')

/**
 * @param query the current query; a cursor of another query is refused
 * @throws KeynagError permanent `KEYNAG_OPTION_INVALID` for anything that is not such a cursor.
 */
export function readCursor(query: string, cursor: string): Key {
  const Cursor = z.strictObject({ query: z.literal(query), key: Key })
  const result = Cursor.safeParse(decoded(cursor))
  if (result.success) return result.data.key
  throw permanent('KEYNAG_OPTION_INVALID', 'the cursor belongs to another query')
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch (error) {
    throw permanent('KEYNAG_OPTION_INVALID', 'the cursor is damaged', error)
  }
}
