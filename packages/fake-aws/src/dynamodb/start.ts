import { createServer } from 'node:http'
import type { Store, StoredChange } from 'dynalite/db/index.js'
import {
  listen,
  systemClock,
  type Calls,
  type Clock,
  type Loopback,
  type Tap,
} from '../loopback/index.ts'
import { z } from 'zod'
import { openStore } from './engine.ts'
import { toFailure } from './failure.ts'
import { dynamoDbFront } from './front.ts'
import { operations } from './operations.ts'

export type DynamoDbOptions = {
  calls: Calls
  tap?: Tap
  /** A folder to keep the tables in; without it they live in memory. */
  path?: string
  /** 0, the default, takes a free port. */
  port?: number
  /** Only ages transaction client tokens; defaults to the machine's time. */
  clock?: Clock
}

export type DynamoDb = Loopback & {
  /** Writes all tables to a folder that `path` can open later. @throws {TablesUnreadable} */
  saveTo(path: string): Promise<void>
}

/** What LevelDB fails with when somebody else has its lock. */
const lockFailure = z.object({ cause: z.object({ code: z.literal('LEVEL_LOCKED') }) })

/** The folder of tables cannot be opened, most often because another process has it open. */
export class TablesUnreadable extends Error {
  readonly code = 'KEYNAG_TABLES_UNREADABLE'
  /** Whether another process, or another server of this one, has the folder open. */
  readonly isInUse: boolean

  constructor(path: string, cause: unknown) {
    super(
      `The tables in ${path} cannot be opened. Stop the other sandbox that uses them, ` +
        'or choose another folder.',
      { cause },
    )
    this.name = 'TablesUnreadable'
    this.isInUse = lockFailure.safeParse(cause).success
  }
}

/**
 * DynamoDB on loopback: dynalite's own code called in process, without a second HTTP hop, plus
 * what it lacks (transactions, ALL_OLD on a lost condition, the time-to-live API).
 * Not modelled: Streams, PartiQL, backups, capacity, throttling.
 * @throws {PortInUse}
 * @throws {TablesUnreadable}
 */
export const startDynamoDb = async (options: DynamoDbOptions): Promise<DynamoDb> => {
  const store = await opened(options.path)
  const run = operations(store, options.clock ?? systemClock)
  const server = createServer(dynamoDbFront(run, options.calls, options.tap))
  const loopback = await listen(server, 'DynamoDB', options.port).catch(async (error: unknown) => {
    await store.lifecycleManager.gracefulClose()
    throw error
  })
  return {
    url: loopback.url,
    saveTo: async (path) => {
      const copy = await opened(path)
      await copyRows(store, copy)
      await copy.lifecycleManager.gracefulClose()
    },
    close: async () => {
      await loopback.close()
      await store.lifecycleManager.gracefulClose()
    },
  }
}

const opened = async (path: string | undefined): Promise<Store> => {
  const store = openStore(path)
  await store.db.open().catch((error: unknown) => {
    throw new TablesUnreadable(path ?? 'memory', error)
  })
  return store
}

const rowsPerBatch = 500

const copyRows = async (from: Store, to: Store): Promise<void> => {
  let rows: StoredChange[] = []
  const flush = () =>
    new Promise<void>((resolve, reject) => {
      to.db.batch(rows, (error) => (error ? reject(toFailure(error)) : resolve()))
      rows = []
    })
  for await (const [key, value] of from.db.iterator()) {
    rows.push({ type: 'put', key, value })
    if (rows.length === rowsPerBatch) await flush()
  }
  await flush()
}
