import {
  coverage,
  isOver,
  makeEvent,
  plusMs,
  scheduleRules,
  secondMs,
  type ScanDay,
} from '@keynag/core'
import { originOf, type Ports } from '../ports.ts'

type RequestPorts = Pick<Ports, 'clock' | 'ids' | 'ledger' | 'publisher' | 'source'>

/**
 * Sends a message for each account of the plan that has no result yet, and for each account that is
 * over and whose keys' stories have not ended. Only then it notes that the plan is published.
 */
export async function requestScans(ports: RequestPorts, day: ScanDay): Promise<number> {
  const now = ports.clock.now()
  const { date } = day
  const { open } = coverage(day, await ports.ledger.accountScans(date))
  const ended = (await ports.ledger.accounts())
    .filter((account) => isOver(account, now) && account.endedAt === undefined)
    .map(({ accountId }) => accountId)
  await ports.publisher.publish(
    [...open, ...ended].map((accountId) =>
      makeEvent('scan.requested', accountId, { date, accountId }, originOf(ports, now)),
    ),
  )
  const after = { ...day, publishedAt: now, version: day.version + 1 }
  // If another planner was first, it knows of more accounts: it notes this itself.
  await ports.ledger.commit([{ kind: 'scan-day', before: day, after }])
  return open.length
}

/** Until then the planner may still be about to send the messages itself. */
const plannerTimeMs = scheduleRules.planner.timeoutSeconds * secondMs

/** Sends the messages of a plan whose planner died, or could not send them. */
export async function requestAgain(ports: RequestPorts, date: string): Promise<void> {
  const day = await ports.ledger.scanDay(date)
  if (day === undefined || day.publishedAt !== undefined) return
  if (plusMs(day.plannedAt, plannerTimeMs) > ports.clock.now()) return
  await requestScans(ports, day)
}
