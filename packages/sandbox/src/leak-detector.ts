import type { World } from '@keynag/fake-aws/aws'
import type { Tap } from '@keynag/fake-aws/loopback'

/** The number of characters that one search looks through. */
const batchLength = 4_000_000

interface Leak {
  readonly what: string
  readonly accessKeyIds: readonly string[]
}

/** Searches every request of keynag to DynamoDB, SQS, SES and Slack for secrets. */
export class LeakDetector {
  readonly #world: World
  readonly #leaks: Leak[] = []
  #searched = 0
  #waiting: { readonly what: string; readonly text: string }[] = []
  #waitingLength = 0

  constructor(world: World) {
    this.#world = world
  }

  readonly tap: Tap = (service, text) => {
    this.#searched += 1
    this.#waiting.push({ what: `a request to ${service}`, text })
    this.#waitingLength += text.length
    if (this.#waitingLength > batchLength) this.#search()
  }

  /** The number of requests so far, so that a test notices when none arrives. */
  get searched(): number {
    return this.#searched
  }

  get leaks(): readonly Leak[] {
    this.#search()
    return this.#leaks
  }

  #search(): void {
    for (const { what, text } of this.#waiting) {
      const accessKeyIds = this.#world.keysLeakedIn(text)
      if (accessKeyIds.length > 0) this.#leaks.push({ what, accessKeyIds })
    }
    this.#waiting = []
    this.#waitingLength = 0
  }
}
