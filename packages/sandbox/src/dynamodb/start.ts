import { createServer } from 'node:http'
import { listen, systemClock, type Calls, type Clock, type Loopback } from '../loopback/index.ts'
import { openStore } from './engine.ts'
import { dynamoDbFront } from './front.ts'
import { operations } from './operations.ts'

export type DynamoDbOptions = {
  calls: Calls
  /** A folder to keep the tables in; without it they live in memory. */
  path?: string
  /** 0, the default, takes a free port. */
  port?: number
  /** Only ages transaction client tokens; defaults to the machine's time. */
  clock?: Clock
}

/** The folder of tables cannot be opened, most often because another process has it open. */
export class TablesUnreadable extends Error {
  readonly code = 'KEYNAG_TABLES_UNREADABLE'

  constructor(path: string, cause: unknown) {
    super(
      `The tables in ${path} cannot be opened. Stop the other sandbox that uses them, ` +
        'or choose another folder.',
      { cause },
    )
    this.name = 'TablesUnreadable'
  }
}

/**
 * DynamoDB on loopback: dynalite's own code called in process, without a second HTTP hop, plus
 * what it lacks (transactions, ALL_OLD on a lost condition, the time-to-live API).
 * Not modelled: Streams, PartiQL, backups, capacity, throttling.
 * @throws {PortInUse}
 * @throws {TablesUnreadable}
 */
export const startDynamoDb = async (options: DynamoDbOptions): Promise<Loopback> => {
  const store = openStore(options.path)
  await store.db.open().catch((error: unknown) => {
    throw new TablesUnreadable(options.path ?? 'memory', error)
  })
  const run = operations(store, options.clock ?? systemClock)
  const server = createServer(dynamoDbFront(run, options.calls))
  const loopback = await listen(server, 'DynamoDB', options.port).catch(async (error: unknown) => {
    await store.lifecycleManager.gracefulClose()
    throw error
  })
  return {
    url: loopback.url,
    close: async () => {
      await loopback.close()
      await store.lifecycleManager.gracefulClose()
    },
  }
}
