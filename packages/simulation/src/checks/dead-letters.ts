import { hourMs } from '@keynag/core'
import type { DeadLetter } from '../queues.ts'
import type { CheckedRun } from './checked-run.ts'

/** keynag tries again after a day. Some minutes pass between the failure and its dead letter. */
const dayAtLeastMs = 23 * hourMs

/** I15: one failure that lasts makes one dead letter a day for a key, not one for each sweep. */
export class DeadLettersPerDay {
  readonly #lastAt = new Map<string, number>()

  check({ checks, now }: CheckedRun, { queue, body, code }: DeadLetter): void {
    if (queue !== 'rotate') return
    const failure = `${code} ${subjectOf(body)}`
    const last = this.#lastAt.get(failure)
    if (last !== undefined && now - last < dayAtLeastMs) {
      checks.violated('I15', `a second dead letter in one day: ${failure}`)
    }
    this.#lastAt.set(failure, now)
  }
}

const subjectOf = (body: string): string => /"accessKeyId":"(\w+)"/.exec(body)?.[1] ?? body
