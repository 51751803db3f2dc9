import type { Store } from 'dynalite/db/index.js'
import { z } from 'zod'
import { act, check } from './engine.ts'
import { validationException } from './failure.ts'

/**
 * The most items of a transaction.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */
const mostItems = 100

const request = z.looseObject({
  TransactItems: z
    .array(z.object({ Get: z.looseObject({ TableName: z.string() }) }))
    .min(1)
    .max(mostItems),
})

/**
 * TransactGetItems: consistent reads of up to 100 items. The items are read one after another. If a
 * transaction commits between two reads, the answer can contain only a part of it, while AWS would
 * refuse the read with `TransactionConflict`.
 * @throws {DynamoDbFailure} ValidationException, ResourceNotFoundException
 */
export const transactGet = async (store: Store, body: unknown): Promise<object> => {
  const parsed = request.safeParse(body)
  if (!parsed.success) {
    throw validationException(`TransactItems must hold 1 to ${mostItems} Gets`)
  }
  const checked = parsed.data.TransactItems.map(({ Get }) =>
    check(store, 'GetItem', { ...Get, ConsistentRead: true }),
  )
  const answers = await Promise.all(checked.map((each) => act(store, 'GetItem', each)))
  return { Responses: answers.map(({ Item }) => (Item ? { Item } : {})) }
}
