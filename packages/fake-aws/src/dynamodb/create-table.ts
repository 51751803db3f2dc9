import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Store } from 'dynalite/db/index.js'
import { z } from 'zod'
import { act, check, getTable } from './engine.ts'
import { DynamoDbFailure } from './failure.ts'

const created = z.looseObject({ TableDescription: z.looseObject({ TableName: z.string() }) })

/**
 * Creates a table and answers with the status `ACTIVE` when it is ready. AWS answers at once with
 * `CREATING`, so code that does not wait for a new table works here and fails on AWS.
 * @throws {DynamoDbFailure}
 */
export const createTable = async (store: Store, body: object): Promise<object> => {
  const answer = await act(store, 'CreateTable', check(store, 'CreateTable', body))
  const { TableName } = created.parse(answer).TableDescription
  while (!(await isActive(store, TableName))) await nextTurn()
  return answer
}

const isActive = (store: Store, table: string): Promise<boolean> =>
  getTable(store, table).then(
    () => true,
    (error: unknown) => {
      if (error instanceof DynamoDbFailure) return false
      throw error
    },
  )
