import {
  dayMs,
  epochMs,
  isOpen,
  MemoryLedger,
  minuteMs,
  type Entry,
  type EpochMs,
  type Organization,
  type RecoveryRule,
} from '@keynag/core'
import { seededRandom } from '@keynag/core/seeded-random'
import { Agenda } from './agenda.ts'
import { Books } from './books.ts'
import { Checks } from './checks/checks.ts'
import { Estate, type SimAccount } from './estate.ts'
import { FaultInjector } from './fault-injector.ts'
import type { FaultPlan } from './faults.ts'
import { Functions } from './functions.ts'
import { Letters } from './letters.ts'
import { Queues } from './queues.ts'
import { Reads } from './reads.ts'
import { startsAt, type Scenario } from './scenario.ts'
import { Vault } from './vault.ts'

/** A scan of the next day, and another one where that scan loses its write. */
const scansToSeeADeed = 2

/** A run that makes more port calls than this does not come to an end. */
const mostCalls = 200_000

/** One run: keynag's functions in an estate of their own, on a clock of their own. */
export class Simulation {
  readonly agenda = new Agenda()
  readonly estate = new Estate()
  readonly reads: Reads
  readonly vault = new Vault()
  readonly ledger = new MemoryLedger()
  readonly books = new Books()
  readonly letters: Letters
  readonly queues: Queues
  readonly functions: Functions
  readonly injector: FaultInjector<Simulation>
  readonly checks: Checks
  /** Addresses and channels that no message reaches. */
  readonly unreachable = new Set<string>()
  /** Addresses whose mail comes back, and after how many milliseconds. */
  readonly bouncing = new Map<string, number>()
  /** Addresses whose mailbox takes a mail and answers that nobody is in the office. */
  readonly answering = new Set<string>()
  /** What a story's script has to remember. */
  readonly marks = new Set<string>()
  readonly exemptSince = new Map<string, number>()
  /** The rules of recovery that keynag has applied. */
  readonly recoveries = new Set<RecoveryRule>()
  readonly staleListMs: number
  readonly keysPerLetter: number
  organization: Organization
  now: number = startsAt
  readonly #scenario: Scenario<Simulation>
  readonly #random: () => number
  /** How many things people will still do, and when they did the last one. */
  #ahead = 0
  #actedAt = 0

  constructor(scenario: Scenario<Simulation>, seed: number, plan: FaultPlan) {
    this.#scenario = scenario
    this.#random = seededRandom(seed)
    this.organization = scenario.organization
    this.reads = new Reads(this.estate, scenario.statusChangeMovesDate ?? false)
    this.staleListMs = scenario.staleListMs ?? minuteMs
    this.keysPerLetter = scenario.keysPerLetter ?? Infinity
    this.letters = new Letters((letter, message) => scenario.onLetter?.(this, letter, message))
    this.queues = new Queues(this)
    this.functions = new Functions(this)
    this.injector = new FaultInjector<Simulation>(this, scenario.script ?? [], plan)
    this.checks = new Checks(this)
  }

  get time(): EpochMs {
    return epochMs(this.now)
  }

  uuid(): string {
    const hex = (digits: number): string =>
      Math.floor(this.#random() * 16 ** digits)
        .toString(16)
        .padStart(digits, '0')
    return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`
  }

  get lastsUntil(): number {
    return startsAt + this.#scenario.days * dayMs
  }

  /** Plays the scenario until a violation, until nothing is left to do, or to its last day. */
  async play(): Promise<void> {
    this.#scenario.begin(this)
    const last = this.lastsUntil
    this.functions.planFrom(Math.floor(startsAt / dayMs))
    for (;;) {
      const sweepAt = this.functions.nextSweepAt
      const nextAt = this.agenda.nextAt ?? Infinity
      if (Math.min(sweepAt, nextAt) > last) break
      if (sweepAt < nextAt) {
        this.now = sweepAt
        await this.functions.sweep()
        continue
      }
      const item = this.agenda.take()
      if (item === undefined) break
      this.now = item.at
      await item.run()
      if (this.injector.calls > mostCalls) {
        this.checks.violated('I15', `it goes on without an end: ${mostCalls} port calls`)
      }
      if (this.checks.violations.length > 0) return
    }
    this.checks.runEnded()
  }

  /** Something that people or programs do later. */
  later(afterMs: number, what: () => void | Promise<void>): void {
    this.#ahead += 1
    this.agenda.add(this.now + afterMs, () => {
      this.#ahead -= 1
      this.#actedAt = this.now
      return what()
    })
  }

  /** Whether the ledger knows of the account what there is to know. */
  #isTakenNoteOf({ accountId, state, isListed }: SimAccount): boolean {
    const known = this.books.accounts.get(accountId)
    const isSame = known?.state === (isListed ? state : 'UNLISTED')
    return isSame && (known.state !== 'ACTIVE' || known.stopped === undefined)
  }

  /** From now on, nothing would happen except scans that find nothing new. */
  get isAtRest(): boolean {
    const { books } = this
    return (
      this.#ahead === 0 &&
      this.now > this.#actedAt + scansToSeeADeed * dayMs &&
      this.functions.running.size === 0 &&
      this.queues.waiting.size === 0 &&
      [...this.estate.accounts.values()].every((account) => this.#isTakenNoteOf(account)) &&
      books.entries.size > 0 &&
      books.nextDue === undefined &&
      [...books.rotations.values()].every((rotation) => !isOpen(rotation)) &&
      [...books.entries.values()].every((entry) => this.#isOver(entry))
    )
  }

  /** A key that still works can become stale again, by its age or under another policy. */
  #isOver({ accessKeyId, state }: Entry): boolean {
    const { status, deletedAt } = this.estate.key(accessKeyId)
    const isGone = deletedAt !== undefined || status !== 'Active'
    return state === 'deleted' || (state === 'resolved' && isGone)
  }
}
