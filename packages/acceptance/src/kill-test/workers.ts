import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { VirtualClock } from '@keynag/fake-aws/aws'
import { FromWorker, type Schedule, type ToWorker } from './protocol.ts'

const workerFile = fileURLToPath(new URL('worker.ts', import.meta.url))

interface Worker {
  readonly process: ChildProcess
  readonly ready: Promise<void>
  readonly died: Promise<'died'>
  onIdle: () => void
}

export interface WorkersOptions {
  readonly clock: VirtualClock
  readonly begin: Omit<Extract<ToWorker, { kind: 'begin' }>, 'kind' | 'at'>
  /** The folder of Node's compile cache, so that a new worker starts faster. */
  readonly cacheFolder: string
}

/** The active process, and a standby process that replaces it at once when it is killed. */
export class Workers {
  readonly #options: WorkersOptions
  #active: Worker
  #standby: Worker

  constructor(options: WorkersOptions) {
    this.#options = options
    this.#active = this.#start()
    this.#standby = this.#start()
  }

  /** Runs until all messages are handled, or until the process has died. */
  async run(schedule: Schedule): Promise<'idle' | 'died'> {
    const worker = this.#active
    await worker.ready
    const idle = new Promise<'idle'>((resolve) => {
      worker.onIdle = () => resolve('idle')
    })
    this.#send(worker.process, { kind: 'time', at: this.#options.clock.now() })
    this.#send(worker.process, { kind: 'run', schedule })
    const end = await Promise.race([idle, worker.died])
    if (end === 'died') {
      this.#active = this.#standby
      this.#standby = this.#start()
    }
    return end
  }

  /** Kills the active process with SIGKILL, so that it cannot flush, close or return anything. */
  kill(): void {
    this.#active.process.kill('SIGKILL')
  }

  async end(): Promise<void> {
    for (const { process: child, died } of [this.#active, this.#standby]) {
      child.kill('SIGKILL')
      await died
    }
  }

  #start(): Worker {
    const child = fork(workerFile, [], {
      env: { ...process.env, NODE_COMPILE_CACHE: this.#options.cacheFolder },
      execArgv: [],
    })
    const died = new Promise<'died'>((resolve) => {
      child.once('exit', () => resolve('died'))
    })
    const { promise: ready, resolve: isReady } = Promise.withResolvers<void>()
    const worker: Worker = { process: child, ready, died, onIdle: () => undefined }
    child.on('message', (input) => {
      const message = FromWorker.parse(input)
      if (message.kind === 'ready') {
        const { clock, begin } = this.#options
        this.#send(child, { kind: 'begin', at: clock.now(), ...begin })
        isReady()
      } else this.#hear(worker, message)
    })
    // A worker that fails to load its code is never ready, so the test fails here.
    child.once('exit', (code) => {
      if (code !== null && code !== 0)
        throw new Error(`a worker ended by itself with exit code ${code}`)
    })
    return worker
  }

  #hear(worker: Worker, message: Exclude<FromWorker, { kind: 'ready' }>): void {
    if (message.kind === 'idle') {
      worker.onIdle()
      return
    }
    const { clock } = this.#options
    clock.advance(message.ms)
    this.#send(worker.process, { kind: 'time', at: clock.now(), slept: message.id })
  }

  /** Sends a message, unless the process is dead already. */
  #send(child: ChildProcess, message: ToWorker): void {
    if (child.connected) child.send(message, () => undefined)
  }
}
