import type { World } from '@keynag/fake-aws/aws'
import type { Tap } from '@keynag/fake-aws/loopback'

/** So many characters are looked through at once. */
const batchLength = 4_000_000

interface Leak {
  readonly what: string
  readonly accessKeyIds: readonly string[]
}

/** Listens to all that keynag sends to DynamoDB, SQS, SES and Slack, and keeps what leaks. */
export class Wiretap {
  readonly #world: World
  readonly #leaks: Leak[] = []
  #heard = 0
  #waiting: { readonly what: string; readonly text: string }[] = []
  #waitingLength = 0

  constructor(world: World) {
    this.#world = world
  }

  readonly tap: Tap = (service, text) => {
    this.#heard += 1
    this.#waiting.push({ what: `a request to ${service}`, text })
    this.#waitingLength += text.length
    if (this.#waitingLength > batchLength) this.#look()
  }

  /** How many requests were heard, so that a silent wire is noticed. */
  get heard(): number {
    return this.#heard
  }

  get leaks(): readonly Leak[] {
    this.#look()
    return this.#leaks
  }

  #look(): void {
    for (const { what, text } of this.#waiting) {
      const accessKeyIds = this.#world.keysLeakedIn(text)
      if (accessKeyIds.length > 0) this.#leaks.push({ what, accessKeyIds })
    }
    this.#waiting = []
    this.#waitingLength = 0
  }
}
