import {
  type AccountDirectory,
  type AccountScan,
  type Clock,
  type Entry,
  type EventOf,
  everyItem,
  type IamReader,
  type KeynagEvent,
  MemoryLedger,
  type Organization,
} from '@keynag/core'
import { plan, scan } from '@keynag/engine'

export interface Scanned {
  readonly scans: readonly AccountScan[]
  readonly entries: readonly Entry[]
}

interface ScanInput {
  readonly accounts: AccountDirectory
  readonly iam: IamReader
  readonly clock: Clock
  readonly organization: Organization
  readonly interrupted: AbortSignal
  readonly onProgress: (done: number, of: number, stale: number) => void
}

const mostAtOnce = 8
/** As often as SQS would deliver the message. The scanner records a failure at the fourth try. */
const deliveries = 4
const pauseMs = 2_000

/**
 * Plans and scans as the deployed functions do, with a ledger in memory that it throws away. It
 * publishes nothing and acts on nothing.
 */
export async function scanAccounts(input: ScanInput): Promise<Scanned> {
  const ledger = new MemoryLedger()
  const requests: EventOf<'scan.requested'>[] = []
  let ids = 0
  const ports = {
    ...input,
    ledger,
    ids: { uuid: () => `audit-${(ids += 1)}` },
    publisher: {
      publish: (events: readonly KeynagEvent[]): Promise<void> => {
        for (const event of events) if (event.type === 'scan.requested') requests.push(event)
        return Promise.resolve()
      },
    },
    telemetry: silent,
    source: 'keynag/audit',
  }
  const { date } = await plan(ports)
  let done = 0
  const scanNext = async (): Promise<void> => {
    for (let event = requests.shift(); event !== undefined; event = requests.shift()) {
      if (input.interrupted.aborted) return
      await scanAccount(ports, event)
      done += 1
      input.onProgress(done, done + requests.length, (await entriesOf(ledger)).length)
    }
  }
  await Promise.all(Array.from({ length: mostAtOnce }, scanNext))
  return { scans: await ledger.accountScans(date), entries: await entriesOf(ledger) }
}

async function scanAccount(
  ports: Parameters<typeof scan>[0],
  event: EventOf<'scan.requested'>,
): Promise<void> {
  for (let receiveCount = 1; ; receiveCount += 1) {
    const received = { receiveCount, remainingMs: () => Infinity }
    try {
      await scan(ports)(event, received)
      return
    } catch (error) {
      if (receiveCount >= deliveries) throw error
      await ports.clock.sleep(pauseMs * receiveCount)
    }
  }
}

async function entriesOf(ledger: MemoryLedger): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for await (const entry of everyItem((cursor) => ledger.allEntries(cursor))) entries.push(entry)
  return entries
}

const silent = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  count: () => undefined,
}
