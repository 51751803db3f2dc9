import { queueRules } from '@keynag/core'
import type { WorkerState } from './worker.ts'

/** How long a queue, the ledger or a schedule may give no answer, in milliseconds. */
const silentMs = 100_000
/** By then every call of a receive has timed out, so the worker itself hangs. */
const hangingMs = 300_000
/** A single failure may pass: the worker tries again after a minute. */
const mostFailures = 2

/** `degraded`: all of the worker works, but messages to people wait for a provider. */
type Condition = 'healthy' | 'degraded' | 'unhealthy'

interface Health {
  readonly condition: Condition
  /** `false` when only a new process may help: a part of this one hangs. */
  readonly alive: boolean
  readonly stopping: boolean
  /** Messages handled and deleted, by queue. */
  readonly handled: Readonly<Record<string, number>>
  /** Messages that SQS delivers again, by queue. */
  readonly failed: Readonly<Record<string, number>>
  readonly trouble: readonly string[]
}

/** The health of a worker that has not begun yet. It consumes nothing. */
export const startingHealth = (startedAt: number, stopping: boolean): Health => ({
  condition: 'unhealthy',
  alive: performance.now() - startedAt < hangingMs,
  stopping,
  handled: {},
  failed: {},
  trouble: ['the worker is starting'],
})

/** The worker is unhealthy when it cannot do some of its work, whoever is at fault. */
export function healthOf(
  { pumps, schedules, ledger }: WorkerState,
  stopping: boolean,
  nowMs = performance.now(),
): Health {
  const isOver = (since: number | undefined, limitMs: number): boolean =>
    since !== undefined && nowMs - since > limitMs
  const problems: string[] = []
  const hanging: string[] = []
  for (const { name, handling, askingSince, askedAt } of pumps) {
    const timeoutMs = queueRules[name].timeoutSeconds * 1_000
    if ([...handling].some(({ since }) => isOver(since, timeoutMs))) {
      hanging.push(`a message of the ${name} queue takes longer than its time-out`)
    }
    if (!isOver(askingSince, silentMs)) continue
    const isHanging = isOver(askedAt, hangingMs)
    ;(isHanging ? hanging : problems).push(`the ${name} queue cannot be read`)
  }
  for (const { name, running, progressAt, failures } of schedules) {
    if (running && isOver(progressAt, hangingMs)) hanging.push(`the ${name} hangs`)
    else if (running && isOver(progressAt, silentMs)) problems.push(`the ${name} gets no answer`)
    else if (failures >= mostFailures) {
      problems.push(`the ${name} failed and will be tried again`)
    }
  }
  if (isOver(ledger.askingSince, silentMs)) problems.push('the ledger does not answer')
  const waiting = ledger.down.map((provider) => `messages wait, because ${provider} is down`)
  const isUnhealthy = problems.length + hanging.length > 0
  return {
    condition: isUnhealthy ? 'unhealthy' : waiting.length > 0 ? 'degraded' : 'healthy',
    alive: hanging.length === 0,
    stopping,
    handled: Object.fromEntries(pumps.map(({ name, handled }) => [name, handled])),
    failed: Object.fromEntries(pumps.map(({ name, failed }) => [name, failed])),
    trouble: [...hanging, ...problems, ...waiting],
  }
}
