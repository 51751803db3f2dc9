import { CallCounts } from '@keynag/fake-aws/aws'

/** Between these a death costs most: each is a step of the saga, or the record of one. */
const dangerous: ReadonlySet<string> = new Set([
  'iam:CreateAccessKey',
  'iam:UpdateAccessKey',
  'iam:DeleteAccessKey',
  'secretsmanager:CreateSecret',
  'secretsmanager:PutResourcePolicy',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
  'secretsmanager:DeleteSecret',
  'ses:SendEmail',
  'slack:chat.postMessage',
  'sqs:DeleteMessageBatch',
])

/** How many calls a worker lives for, at most, where its end is at any call. */
const longestLife = 80
/** And how many dangerous calls, where its end is at one of those. */
const dangersSurvived = 4
/** Real milliseconds from the call to the death: the answer has come by then, or not. */
const delaysMs = [0, 0, 1, 3, 8] as const

interface Fate {
  readonly at: 'any' | 'dangerous'
  callsLeft: number
}

/** Counts the calls of the worker as the services see them, and has it killed at seeded points. */
export class Killer extends CallCounts {
  readonly #random: () => number
  readonly #killsWanted: number
  #kill: () => void = () => undefined
  #fate: Fate
  #isArmed = false
  #kills = 0

  constructor(random: () => number, killsWanted: number) {
    super()
    this.#random = random
    this.#killsWanted = killsWanted
    this.#fate = this.#newFate()
  }

  get isDone(): boolean {
    return this.#kills >= this.#killsWanted
  }

  get kills(): number {
    return this.#kills
  }

  /** From now on every call counts; `kill` is what ends the worker. */
  arm(kill: () => void): void {
    this.#isArmed = true
    this.#kill = kill
  }

  /** The worker is at rest: calls are of somebody else. */
  disarm(): void {
    this.#isArmed = false
  }

  /** A worker has died. */
  died(): void {
    this.#kills += 1
    this.#fate = this.#newFate()
  }

  override count(operation: string, accountId?: string): void {
    super.count(operation, accountId)
    if (!this.#isArmed || this.isDone || this.#fate.callsLeft <= 0) return
    if (this.#fate.at === 'dangerous' && !dangerous.has(operation)) return
    this.#fate.callsLeft -= 1
    if (this.#fate.callsLeft > 0) return
    const delayMs = delaysMs[Math.floor(this.#random() * delaysMs.length)] ?? 0
    if (delayMs === 0) this.#kill()
    else setTimeout(this.#kill, delayMs)
  }

  #newFate(): Fate {
    const at = this.#random() < 0.5 ? 'any' : 'dangerous'
    const most = at === 'any' ? longestLife : dangersSurvived
    return { at, callsLeft: 1 + Math.floor(this.#random() * most) }
  }
}
