import type { Page } from './ledger.ts'

/** Yields the items of all pages of a query. */
export async function* everyItem<T>(
  read: (cursor: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T> {
  let cursor: string | undefined
  do {
    const page = await read(cursor)
    yield* page.items
    cursor = page.cursor
  } while (cursor !== undefined)
}
