import type { Item, Store } from 'dynalite/db/index.js'
import { z } from 'zod'
import { act, check, type DynaliteOperation } from './engine.ts'
import { DynamoDbFailure } from './failure.ts'

const wantsOld = z.looseObject({ ReturnValuesOnConditionCheckFailure: z.literal('ALL_OLD') })

/** A view of the store that remembers the last item that was read through it. */
const remembering = (store: Store) => {
  let seen: Item | undefined
  const view: Store = {
    ...store,
    getItemDb: (table) => {
      const real = store.getItemDb(table)
      return {
        ...real,
        get: (key, done) =>
          real.get(key, (error, item) => {
            seen = item
            done(error, item)
          }),
      }
    },
  }
  return { view, seen: () => seen }
}

/**
 * A single Put, Update or Delete. With `ReturnValuesOnConditionCheckFailure: ALL_OLD` a failed
 * condition is answered with the item that made it fail, read under the same lock.
 * @throws {DynamoDbFailure}
 */
export const conditionalWrite = async (
  store: Store,
  operation: DynaliteOperation,
  body: object,
): Promise<object> => {
  if (!wantsOld.safeParse(body).success) return act(store, operation, check(store, operation, body))
  const { view, seen } = remembering(store)
  try {
    return await act(view, operation, check(store, operation, body))
  } catch (error) {
    const item = seen()
    if (!(error instanceof DynamoDbFailure) || !item) throw error
    if (error.type !== 'ConditionalCheckFailedException') throw error
    throw new DynamoDbFailure(error.statusCode, { ...error.body, Item: item })
  }
}
