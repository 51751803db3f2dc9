import { dayMs, hourMs, isoDay, minuteMs, type EpochMs } from '@keynag/core'
import { sendDigest } from '../digest/digest.ts'
import { plan } from '../planner/plan.ts'
import type { Ports } from '../ports.ts'
import { sweep } from '../sweeper/sweep.ts'

/** Something that is done at certain times. */
export interface Schedule {
  readonly name: string
  /** Names the occurrence that is due, such as a day; each is run once. */
  readonly occurrence: (now: EpochMs) => string | undefined
  readonly run: () => Promise<unknown>
}

/** The same times as in `stacks/`, in UTC. */
const planHour = 5
const digestHour = 10
const sweepEveryMs = 5 * minuteMs

/**
 * The schedules of one worker. Several may run them: a plan that there is already is left alone, a
 * sweep only hints, and the day's digest is one notice with a lease.
 */
export const schedulesOf = (ports: Ports): readonly Schedule[] => [
  {
    name: 'planner',
    occurrence: daily(planHour),
    run: async () => {
      const date = isoDay(ports.clock.now())
      if (!(await isPlanned(ports, date))) await plan(ports)
    },
  },
  {
    name: 'sweeper',
    occurrence: (now) => String(Math.floor(now / sweepEveryMs)),
    run: () => sweep(ports),
  },
  { name: 'digest', occurrence: daily(digestHour), run: () => sendDigest(ports) },
]

/** From the hour on, until the day is over: a worker that starts late catches up. */
const daily =
  (hour: number) =>
  (now: EpochMs): string | undefined =>
    now % dayMs >= hour * hourMs ? isoDay(now) : undefined

/**
 * Whether another worker has planned the day. A plan whose messages were never sent, because that
 * worker died in between, shows by accounts that have waited for an hour.
 */
async function isPlanned({ ledger, clock }: Ports, date: string): Promise<boolean> {
  if ((await ledger.scanDay(date)) === undefined) return false
  const lost = (await ledger.accountScans(date)).some(
    ({ result, requestedAt }) => result.kind === 'requested' && requestedAt < clock.now() - hourMs,
  )
  return !lost
}
