import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Edit } from './edit.ts'
import { Answer, type Request } from './request.ts'
import type { Graph } from './resource.ts'

interface Evaluation {
  readonly stage: string
  readonly edits?: readonly Edit[]
  /** Bundling takes most of the time, and the resources do not depend on it. */
  readonly handlers?: Request['handlers']
  readonly secrets?: Request['secrets']
}

export interface Evaluators {
  /**
   * Every resource that a deployment of the stage would ask for.
   *
   * @throws Error with what the stacks threw
   */
  readonly evaluate: (evaluation: Evaluation) => Promise<Graph>
  readonly close: () => void
}

/** A value that must appear only where secrets are kept. */
export const slackToken = 'xoxb-of-the-graph'

/**
 * Processes that each evaluate one stage at a time. Loading Pulumi and SST takes longer than an
 * evaluation, so a process does many. `.sst/platform` has to exist.
 */
export function startEvaluators(processes = 1): Evaluators {
  const evaluators = Array.from({ length: processes }, () => new Evaluator())
  const [first] = evaluators
  if (first === undefined) throw new Error('at least one process is needed')
  return {
    evaluate: ({ stage, edits = [], handlers = 'bundled', secrets = { SlackToken: slackToken } }) =>
      evaluators
        .reduce((least, one) => (one.waiting < least.waiting ? one : least), first)
        .ask({ stage, edits: [...edits], handlers, secrets }),
    close: () => {
      for (const evaluator of evaluators) evaluator.close()
    },
  }
}

class Evaluator {
  waiting = 0
  #child: ChildProcess | undefined
  #last: Promise<unknown> = Promise.resolve()

  async ask(request: Request): Promise<Graph> {
    this.waiting += 1
    const answer = this.#last.then(() => this.#answer(request))
    this.#last = answer.then(
      () => (this.waiting -= 1),
      () => (this.waiting -= 1),
    )
    return answer
  }

  /** The process ends by itself and deletes its files; after a signal they would stay. */
  close(): void {
    this.#child?.disconnect()
    this.#child = undefined
  }

  #answer(request: Request): Promise<Graph> {
    const child = (this.#child ??= start())
    return new Promise((resolve, reject) => {
      let complaint = ''
      const hear = (chunk: unknown) => {
        complaint += String(chunk)
      }
      const end = () => {
        this.#child = undefined
        reject(new Error(`stage ${request.stage} cannot be evaluated: ${complaint}`))
      }
      child.stderr?.on('data', hear)
      child.once('close', end)
      child.once('message', (message) => {
        child.stderr?.off('data', hear)
        child.off('close', end)
        resolve(Answer.parse(message).graph)
      })
      child.send(request)
    })
  }
}

const start = (): ChildProcess =>
  fork(join(import.meta.dirname, 'evaluator.ts'), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
