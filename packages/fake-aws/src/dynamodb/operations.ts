import type { Store } from 'dynalite/db/index.js'
import { z } from 'zod'
import type { Clock } from '../loopback/index.ts'
import { clientTokens } from './client-tokens.ts'
import { conditionalWrite } from './conditional-write.ts'
import { createTable } from './create-table.ts'
import { act, check, dynaliteOperations } from './engine.ts'
import { DynamoDbFailure } from './failure.ts'
import { timeToLive } from './time-to-live.ts'
import { transactGet } from './transact-get.ts'
import { transactWrite } from './transact-write.ts'

export type Run = (operation: string, body: string) => Promise<object>

const tokened = z.looseObject({ ClientRequestToken: z.string().min(1) })

/** The function that answers a request, given the operation's name and the JSON body. */
export const operations = (store: Store, clock: Clock): Run => {
  const tokens = clientTokens(clock)
  const ttl = timeToLive(store)

  return async (operation, body) => {
    const request = parse(body)
    switch (operation) {
      case 'PutItem':
      case 'UpdateItem':
      case 'DeleteItem':
        return conditionalWrite(store, operation, request)
      case 'CreateTable':
        return createTable(store, request)
      case 'TransactWriteItems': {
        const { data } = tokened.safeParse(request)
        return data
          ? tokens.once(data.ClientRequestToken, body, () => transactWrite(store, request))
          : transactWrite(store, request)
      }
      case 'TransactGetItems':
        return transactGet(store, request)
      case 'UpdateTimeToLive':
        return ttl.update(request)
      case 'DescribeTimeToLive':
        return ttl.describe(request)
      default: {
        const known = dynaliteOperations.find((name) => name === operation)
        if (!known) {
          throw new DynamoDbFailure(400, {
            __type: 'com.amazon.coral.service#UnknownOperationException',
          })
        }
        return act(store, known, check(store, known, request))
      }
    }
  }
}

const parse = (body: string): object => {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'object' && parsed !== null) return parsed
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new DynamoDbFailure(400, { __type: 'com.amazon.coral.service#SerializationException' })
}
