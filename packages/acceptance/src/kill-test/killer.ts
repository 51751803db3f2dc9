import { CallCounts } from '@keynag/fake-aws/aws'

/** The calls of a rotation and its messages. A death between two of them is the most dangerous. */
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

/** The most calls that a worker makes before a kill at an arbitrary call. */
const mostCalls = 80
/** The most dangerous calls that a worker makes before a kill at a dangerous call. */
const mostDangerousCalls = 4
/** Real milliseconds from the call to the kill. With some, the worker gets the answer before. */
const delaysMs = [0, 0, 1, 3, 8] as const

interface NextKill {
  readonly at: 'any' | 'dangerous'
  callsLeft: number
}

/** Counts the worker's calls as they reach the services, and kills the worker at seeded points. */
export class Killer extends CallCounts {
  readonly #random: () => number
  readonly #killsWanted: number
  #kill: () => void = () => undefined
  #nextKill: NextKill
  #isArmed = false
  #kills = 0

  constructor(random: () => number, killsWanted: number) {
    super()
    this.#random = random
    this.#killsWanted = killsWanted
    this.#nextKill = this.#planKill()
  }

  get isDone(): boolean {
    return this.#kills >= this.#killsWanted
  }

  get kills(): number {
    return this.#kills
  }

  /** From now on, every call counts towards the next kill. `kill` must kill the worker. */
  arm(kill: () => void): void {
    this.#isArmed = true
    this.#kill = kill
  }

  /** From now on, calls do not count: the worker is idle, so others make them. */
  disarm(): void {
    this.#isArmed = false
  }

  /** Counts a killed worker, and plans the next kill. */
  died(): void {
    this.#kills += 1
    this.#nextKill = this.#planKill()
  }

  override count(operation: string, accountId?: string): void {
    super.count(operation, accountId)
    if (!this.#isArmed || this.isDone || this.#nextKill.callsLeft <= 0) return
    if (this.#nextKill.at === 'dangerous' && !dangerous.has(operation)) return
    this.#nextKill.callsLeft -= 1
    if (this.#nextKill.callsLeft > 0) return
    const delayMs = delaysMs[Math.floor(this.#random() * delaysMs.length)] ?? 0
    if (delayMs === 0) this.#kill()
    else setTimeout(this.#kill, delayMs)
  }

  #planKill(): NextKill {
    const at = this.#random() < 0.5 ? 'any' : 'dangerous'
    const most = at === 'any' ? mostCalls : mostDangerousCalls
    return { at, callsLeft: 1 + Math.floor(this.#random() * most) }
  }
}
