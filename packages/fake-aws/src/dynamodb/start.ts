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
  /** The folder that stores the tables; without it, they are in memory only. */
  path?: string
  /** 0, the default, takes a free port. */
  port?: number
  /** Decides only when client tokens of transactions expire; default: the machine's time. */
  clock?: Clock
}

export type DynamoDb = Loopback & {
  /** Writes all tables to a folder that `path` can open later. @throws {TablesUnreadable} */
  saveTo(path: string): Promise<void>
}

/** LevelDB's error when another process, or another server of this one, holds its lock. */
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
 * Starts DynamoDB on loopback: dynalite's code, called in process, plus transactions, ALL_OLD for
 * failed conditions and the time-to-live API, which dynalite lacks.
 *
 * Kept (DynamoDB API Reference and Developer Guide): expressions and conditions, consistent reads,
 * local and global indexes with their projections, the limits of items and batches, atomic
 * transactions of up to 100 items with cancellation reasons, client tokens for ten minutes.
 *
 * Left out: eventual consistency (every read is consistent, indexes included), TransactionConflict
 * (a transaction waits for the other one), deletion by time to live, capacity and throttling,
 * Streams, PartiQL, backups, signature checks, IAM policies.
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
