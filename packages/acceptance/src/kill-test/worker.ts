import { flushCompileCache } from 'node:module'
import { randomUUID } from 'node:crypto'
import { SQSClient } from '@aws-sdk/client-sqs'
import {
  epochMs,
  parseConfig,
  queueNames,
  queueRules,
  type Clock,
  type EpochMs,
} from '@keynag/core'
import { schedules } from '@keynag/engine'
import { EventSourceMapping } from '@keynag/fake-aws/lambda'
import { region } from '@keynag/sandbox/resources'
import { queueHandlers, sandboxPorts } from '@keynag/sandbox/sandbox-ports'
import { ToWorker, type FromWorker, type Schedule } from './protocol.ts'

/** Runs keynag's functions in a separate process, which the supervisor can kill at any time. */

const say = (message: FromWorker): void => {
  process.send?.(message)
}

/** The supervisor's clock. The supervisor sends the time, and a sleep is a request to it. */
class RemoteClock implements Clock {
  #now: EpochMs = epochMs(0)
  readonly #sleeping = new Map<number, () => void>()

  now(): EpochMs {
    return this.#now
  }

  set(at: number, slept?: number): void {
    this.#now = epochMs(Math.max(this.#now, at))
    if (slept === undefined) return
    this.#sleeping.get(slept)?.()
    this.#sleeping.delete(slept)
  }

  sleep(ms: number): Promise<void> {
    const id = this.#sleeping.size
    return new Promise((resolve) => {
      this.#sleeping.set(id, resolve)
      say({ kind: 'sleep', id, ms })
    })
  }
}

const clock = new RemoteClock()
let run: ((schedule: Schedule) => Promise<void>) | undefined

function begin({ addresses, organization, logPath }: Extract<ToWorker, { kind: 'begin' }>): void {
  const parsed = parseConfig(organization)
  const ports = sandboxPorts({
    addresses,
    organization: () => parsed,
    clock,
    random: Math.random,
    uuid: randomUUID,
    logPath,
  })
  const client = new SQSClient({
    endpoint: addresses.sqs,
    region,
    credentials: addresses.credentials,
  })
  const handlers = queueHandlers(ports)
  const mappings = queueNames.map(
    (name) =>
      new EventSourceMapping({
        name,
        client,
        queue: {
          url: addresses.queueUrls[name],
          arn: `arn:aws:sqs:${region}:000000000000:keynag-${name}`,
        },
        handler: handlers[name],
        maximumConcurrency: 1,
        batchSize: queueRules[name].batchSize,
        timeoutSeconds: queueRules[name].timeoutSeconds,
      }),
  )
  const { planner, sweeper } = schedules(ports)
  const runs = { plan: planner, sweep: sweeper, none: () => Promise.resolve() }
  run = async (schedule) => {
    await runs[schedule]()
    let received: number
    do {
      received = 0
      for (const mapping of mappings) received += await mapping.poll()
    } while (received > 0)
    say({ kind: 'idle' })
  }
}

process.on('message', (input) => {
  const message = ToWorker.parse(input)
  switch (message.kind) {
    case 'begin':
      clock.set(message.at)
      begin(message)
      return
    case 'time':
      clock.set(message.at, message.slept)
      return
    case 'run':
      run?.(message.schedule).catch((error: unknown) => {
        // On AWS a failed schedule is repeated; here the next sweep continues the work.
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
        say({ kind: 'idle' })
      })
      return
    default:
      message satisfies never
  }
})
process.on('disconnect', () => process.exit())

flushCompileCache()
say({ kind: 'ready' })
