import { hourMs, minuteMs } from '@keynag/core'
import type { DeadLetter } from '../queues.ts'
import type { CheckedRun } from './checked-run.ts'

/** keynag tries again after a day. Some minutes pass between the failure and its dead letter. */
const dayAtLeastMs = 23 * hourMs

/** I15: one failure that lasts makes one dead letter a day for a key, not one for each sweep. */
export class DeadLettersPerDay {
  readonly #lastAt = new Map<string, number>()

  check(run: CheckedRun, message: DeadLetter & { readonly reason: string }): void {
    const { checks, injector, now } = run
    const { queue, body, code, reason } = message
    // keynag cannot write down that its own ledger or queues refuse a call.
    if (queue !== 'rotate' || /^(ledger|publisher)\./.test(reason)) return
    const failure = `${code} ${subjectOf(body)}: ${reason}`
    const last = this.#lastAt.get(failure)
    // keynag parks a message after it has tried to write down that it waits.
    const mayBeUnrecorded = injector.incidents.some(
      ({ at, what, where }) =>
        last !== undefined &&
        Math.abs(at - last) <= 5 * minuteMs &&
        where.startsWith('rotate ledger.') &&
        !what.startsWith('delay'),
    )
    if (last !== undefined && now - last < dayAtLeastMs && !mayBeUnrecorded) {
      checks.violated('I15', `a second dead letter in one day: ${failure}`)
    }
    this.#lastAt.set(failure, now)
  }
}

const subjectOf = (body: string): string => /"accessKeyId":"(\w+)"/.exec(body)?.[1] ?? body
