import {
  dayMs,
  epochMs,
  evolve,
  handoverName,
  hourMs,
  isoTime,
  isOpen,
  makeEvent,
  KeynagError,
  MemoryLedger,
  minuteMs,
  recoveryRules,
  schedule,
  scheduleRules,
  type AccessKeyId,
  type EpochMs,
  type Fact,
  type Message,
  type Organization,
  type RecoveryRule,
  type ScheduleName,
  type StageQueue,
  type Write,
} from '@keynag/core'
import { type Telemetry, consumers, rollBack, schedules } from '@keynag/engine'
import { seededRandom } from '@keynag/core/seeded-random'
import { Agenda } from './agenda.ts'
import { Books } from './books.ts'
import { Estate } from './estate.ts'
import type { CallFault, FaultKind, FaultPlan, MessageFault, Operation } from './faults.ts'
import { Invocation } from './invocation.ts'
import { Letters, type Letter } from './letters.ts'
import { portsOf } from './ports.ts'
import { Queues, type SimMessage } from './queues.ts'
import { Reads } from './reads.ts'
import { Vault } from './vault.ts'
import { Watch } from './watch.ts'

/** A Monday, an hour before the first scan. */
export const startsAt = epochMs(Date.UTC(2026, 0, 5, 4))
const scanAt = scheduleRules.planner.hour * hourMs
const tickMs = scheduleRules.sweeper.minutes * minuteMs
const longestGapMs = 4 * hourMs

/** A story: who lives in the estate, what they do, and how long it takes at most. */
export interface Scenario {
  readonly name: string
  readonly organization: Organization
  readonly days: number
  /** Fills the estate and puts what people will do on the agenda. */
  readonly begin: (simulation: Simulation) => void
  readonly onLetter?: (simulation: Simulation, letter: Letter, message: Message) => void
  /** How long a stale list lags; a minute if left out. */
  readonly staleListMs?: number
  /** What happens at chosen calls. */
  readonly script?: readonly Cue[]
}

/** Something that happens right before a call takes effect. */
export interface Cue {
  /** Such as `mutations.create`, or `rotate ledger.freeze` for that function's only. */
  readonly at: string
  /** Counts the calls that fit; all of them if left out. */
  readonly nth?: number
  /** Only calls during which this holds are counted. */
  readonly when?: (simulation: Simulation) => boolean
  readonly fault?: CallFault
  readonly deed?: (simulation: Simulation) => void | Promise<void>
}

/** One fault that befell the run. */
export interface Befallen {
  readonly kind: 'call' | 'message' | 'deed'
  /** Its number among its kind. */
  readonly index: number
  readonly what: string
  readonly at: number
  readonly where: string
}

/** One run: keynag's functions in an estate of their own, on a clock of their own. */
export class Simulation {
  readonly agenda = new Agenda()
  readonly estate = new Estate()
  readonly reads = new Reads(this.estate)
  readonly vault = new Vault()
  readonly ledger = new MemoryLedger()
  readonly books = new Books()
  readonly letters: Letters
  readonly queues: Queues
  readonly watch: Watch
  readonly unreachable = new Set<string>()
  /** Addresses whose mail comes back, and after how many milliseconds. */
  readonly bouncing = new Map<string, number>()
  /** What a script has to remember. */
  readonly marks = new Set<string>()
  readonly exemptSince = new Map<string, number>()
  readonly recoveries = new Set<RecoveryRule>()
  readonly faults = new Map<FaultKind, number>()
  readonly befallen: Befallen[] = []
  /** The functions that died, by crash or because their time was over. */
  readonly died = new Set<string>()
  readonly staleListMs: number
  organization: Organization
  now: number = startsAt
  /** No fault befalls a call after this. */
  faultsEndAt = Infinity
  /** Port calls so far. */
  steps = 0
  /** Deliveries that ended in an error. */
  failed = 0
  readonly #scenario: Scenario
  readonly #plan: FaultPlan
  readonly #random: () => number
  readonly #running = new Set<Invocation>()
  readonly #cues = new Map<Cue, number>()
  /** What people will still do. */
  #ahead = 0
  #lastSweepAt: number = startsAt
  #sweepGap = tickMs
  #sweptVersion = -1

  constructor(scenario: Scenario, seed: number, plan: FaultPlan) {
    this.#scenario = scenario
    this.#plan = plan
    this.#random = seededRandom(seed)
    this.organization = scenario.organization
    this.staleListMs = scenario.staleListMs ?? minuteMs
    this.letters = new Letters((letter, message) => scenario.onLetter?.(this, letter, message))
    this.queues = new Queues(this)
    this.watch = new Watch(this)
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

  /** Plays the story until everything has come to an end, or to its last day. */
  async play(): Promise<void> {
    this.#scenario.begin(this)
    const last = startsAt + this.#scenario.days * dayMs
    this.#planOn(Math.floor(startsAt / dayMs))
    for (;;) {
      const sweepAt = this.#nextSweep()
      const nextAt = this.agenda.nextAt ?? Infinity
      if (Math.min(sweepAt, nextAt) > last) break
      if (sweepAt < nextAt) {
        this.now = sweepAt
        await this.#sweep()
        continue
      }
      const item = this.agenda.take()
      if (item === undefined) break
      this.now = item.at
      await item.run()
      if (this.watch.violations.length > 0) return
    }
    this.#settled()
  }

  /** What goes wrong with this call. Counts it. */
  faultFor(operation: Operation, invocation: Invocation): CallFault | undefined {
    const index = this.steps
    this.steps += 1
    if (this.now > this.faultsEndAt) return undefined
    const fault =
      this.#cued(operation, invocation) ?? this.#plan.onCall(index, operation, invocation)
    if (fault !== undefined) this.#befell(index, fault, `${invocation.name} ${operation.name}`)
    return fault
  }

  #cued({ name }: Operation, invocation: Invocation): CallFault | undefined {
    let fault: CallFault | undefined
    for (const cue of this.#scenario.script ?? []) {
      if (cue.at !== name && cue.at !== `${invocation.name} ${name}`) continue
      if (cue.when?.(this) === false) continue
      const count = (this.#cues.get(cue) ?? 0) + 1
      this.#cues.set(cue, count)
      if (cue.nth !== undefined && cue.nth !== count) continue
      void cue.deed?.(this)
      fault ??= cue.fault
    }
    return fault
  }

  messageFault(index: number): MessageFault | undefined {
    if (this.now > this.faultsEndAt) return undefined
    const fault = this.#plan.onMessage(index)
    if (fault !== undefined) this.#befell(index, fault, 'a message')
    return fault
  }

  #befell(index: number, fault: CallFault | MessageFault, where: string): void {
    this.faults.set(fault.kind, (this.faults.get(fault.kind) ?? 0) + 1)
    const { kind, ...rest } = fault
    const more = Object.values(rest).join(' ')
    const of = where === 'a message' ? 'message' : 'call'
    this.befallen.push({ index, kind: of, what: `${kind} ${more}`.trim(), at: this.now, where })
  }

  /** Somebody did something that keynag has to live with. */
  did(index: number, what: string, where: string): void {
    this.befallen.push({ index, kind: 'deed', what, at: this.now, where })
  }

  recovered(rule: RecoveryRule): void {
    this.recoveries.add(rule)
  }

  telemetryOf(invocation: Invocation): Telemetry {
    const write = (sentence: string, fields?: Readonly<Record<string, unknown>>): void => {
      this.watch.wrote('a log line', sentence)
      const rule = fields?.recovery
      if (isRecoveryRule(rule)) this.recovered(rule)
    }
    return {
      info: write,
      warn: write,
      error: (sentence, fields) => {
        write(sentence, fields)
        if (fields !== undefined && 'error' in fields) this.#bug(invocation, fields.error)
      },
      count: () => undefined,
    }
  }

  /** Only what keynag knows may be thrown. */
  #bug({ name }: Invocation, error: unknown): void {
    const sentence = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.watch.violated('bug', `${name}: ${sentence}`)
  }

  /** A queue's consumer at work on a batch. `finished` gets the messages that failed. */
  consume(
    queue: StageQueue,
    batch: readonly SimMessage[],
    timeoutMs: number,
    finished: (failed: ReadonlySet<string>) => void,
  ): Promise<void> {
    return this.#invoke(queue, timeoutMs, async (invocation) => {
      const consumer = consumers(portsOf(this, invocation))[queue]
      const remainingMs = (): number => invocation.deadline - this.now
      const failed = new Set<string>()
      for (const { id, body, receives } of batch) {
        const received = { messageId: id, body, receiveCount: receives, remainingMs }
        // The consumer has reported it: what is no error of keynag's is a violation.
        await consumer(received).catch(() => failed.add(id))
      }
      this.failed += failed.size
      finished(failed)
    })
  }

  /** An operator's command: it may die like any function, and nobody repeats it by itself. */
  rollBack(accessKeyId: AccessKeyId): Promise<void> {
    return this.#invoke('roll-back', 5 * minuteMs, async (invocation) => {
      const request = { by: 'olga', why: 'the export failed' }
      try {
        await rollBack(portsOf(this, invocation), accessKeyId, request)
      } catch (error) {
        if (!(error instanceof KeynagError)) this.#bug(invocation, error)
      }
    })
  }

  #invoke(
    name: string,
    timeoutMs: number,
    run: (invocation: Invocation) => Promise<void>,
    onDeath: () => void = () => undefined,
  ): Promise<void> {
    const invocation = new Invocation(this, name, timeoutMs, () => {
      this.died.add(name)
      this.#running.delete(invocation)
      onDeath()
    })
    this.#running.add(invocation)
    return invocation.start(async () => {
      await run(invocation)
      this.#running.delete(invocation)
      this.watch.ended(invocation)
    })
  }

  /** The planner's day; a schedule tries again what has failed. */
  #planOn(day: number): void {
    this.agenda.add(day * dayMs + scanAt, () => {
      if (this.#isAtRest) return undefined
      this.#planOn(day + 1)
      return this.#runSchedule('planner', 2)
    })
  }

  #runSchedule(name: ScheduleName, triesLeft: number): Promise<void> {
    const again = (): void => {
      if (triesLeft === 0) return
      this.agenda.add(this.now + minuteMs, () => this.#runSchedule(name, triesLeft - 1))
    }
    return this.#invoke(
      name,
      5 * minuteMs,
      async (invocation) => {
        try {
          await schedules(portsOf(this, invocation))[name]()
        } catch (error) {
          if (!(error instanceof KeynagError)) this.#bug(invocation, error)
          again()
        }
      },
      again,
    )
  }

  /**
   * The sweeper comes every five minutes. A sweep that finds nothing due changes nothing, so only
   * those are played that find something; the longer nothing changes, the rarer.
   */
  #nextSweep(): number {
    const due = this.books.nextDue
    if (due === undefined) return Infinity
    const from = Math.max(due, this.#lastSweepAt + this.#sweepGap)
    return Math.max(this.now, Math.ceil(from / tickMs) * tickMs)
  }

  #sweep(): Promise<void> {
    const isIdle = this.#sweptVersion === this.books.version
    this.#sweepGap = isIdle ? Math.min(longestGapMs, this.#sweepGap * 2) : tickMs
    this.#sweptVersion = this.books.version
    this.#lastSweepAt = this.now
    return this.#runSchedule('sweeper', 0)
  }

  /** Something that happens later, by people or programs. */
  later(afterMs: number, what: () => void | Promise<void>): void {
    this.#ahead += 1
    this.agenda.add(this.now + afterMs, () => {
      this.#ahead -= 1
      return what()
    })
  }

  /** Nothing would ever happen again but scans that find nothing new. */
  get #isAtRest(): boolean {
    const { books } = this
    return (
      this.#ahead === 0 &&
      this.#running.size === 0 &&
      this.queues.waiting.size === 0 &&
      books.entries.size > 0 &&
      books.nextDue === undefined &&
      [...books.rotations.values()].every((rotation) => !isOpen(rotation)) &&
      [...books.entries.values()].every(({ state }) => state === 'deleted' || state === 'resolved')
    )
  }

  /** Somebody sends a message for every key, due or not: keynag takes nothing on trust. */
  hintAll(): void {
    for (const { accessKeyId } of this.books.entries.values()) {
      const origin = { source: 'somebody', now: this.time, newId: () => this.uuid() }
      this.queues.send(makeEvent('rotation.due', accessKeyId, { accessKeyId }, origin))
    }
  }

  /** Somebody sends a message for every notice that is not delivered. */
  hintNotices(): void {
    for (const { noticeId, dueAt } of this.books.notices.values()) {
      if (dueAt === undefined) continue
      const origin = { source: 'somebody', now: this.time, newId: () => this.uuid() }
      this.queues.send(makeEvent('notice.due', noticeId, { noticeId }, origin))
    }
  }

  /** Somebody sends a message that a nag is due for every key. */
  hintNags(): void {
    for (const { accessKeyId, audience } of this.books.entries.values()) {
      const origin = { source: 'somebody', now: this.time, newId: () => this.uuid() }
      const event = makeEvent('key.stale', audience, { accessKeyId, audience }, origin)
      this.queues.sendText('notify', JSON.stringify(event))
    }
  }

  /** A mail comes back (SES Developer Guide, Event data that SES publishes to SNS). */
  bounce(messageId: string): void {
    const sentAt = this.letters.all.find((letter) => letter.messageId === messageId)?.at
    if (sentAt === undefined) throw new Error(`nobody was sent ${messageId}`)
    const event = {
      eventType: 'Bounce',
      bounce: { bounceType: 'Permanent', bounceSubType: 'NoEmail', bouncedRecipients: [] },
      mail: { messageId, timestamp: isoTime(epochMs(sentAt)) },
    }
    this.queues.sendText('bounces', JSON.stringify(event))
  }

  /** An operator stops every new mutation, or lifts that. */
  async freeze(isOn: boolean): Promise<void> {
    const freeze = isOn ? { since: this.time, by: 'olga', why: 'incident 7' } : undefined
    await this.ledger.setFreeze(freeze)
    this.books.freeze = freeze === undefined ? undefined : { ...freeze, at: this.now }
  }

  /** An operator writes a fact about a key, however the entry has changed meanwhile. */
  async operate(accessKeyId: AccessKeyId, factFor: (now: EpochMs) => Fact): Promise<void> {
    const before = await this.ledger.entry(accessKeyId)
    if (before === undefined) return
    const fact = factFor(this.time)
    if (fact.kind === 'exempted') this.exemptSince.set(accessKeyId, this.now)
    const after = schedule(evolve(before, fact, this.time), this.organization.policies, this.time)
    const actor = { kind: 'operator', name: 'olga' } as const
    const writes: Write[] = [{ kind: 'entry', before, after, fact, actor }]
    const committed = await this.ledger.commit(writes)
    if (committed.kind === 'committed') this.watch.committed(undefined, writes)
  }

  /** I11: an account that was asked for has its result, unless a person has its message. */
  #scanned(): void {
    const { books, queues, befallen, watch } = this
    const isAsked = befallen.every(({ where }) => !where.startsWith('planner '))
    if (!isAsked || queues.dead.some(({ queue }) => queue === 'scan')) return
    for (const [which, { result }] of books.scans) {
      if (result.kind === 'requested') watch.violated('I11', `the scan ${which} has no result`)
    }
  }

  /** No hand-over secret lingers: it is somebody's, or its rotation goes on. */
  #handedOver(): void {
    const { books, estate, vault, watch } = this
    const kept = new Set<string>()
    for (const { handover, hold, userName } of books.entries.values()) {
      if (handover?.secretArn === undefined || handover.retiredAt !== undefined) continue
      const key = estate.key(handover.replacementKeyId)
      const isOld = key.deletedAt !== undefined && key.deletedAt < this.now - 8 * dayMs
      // A key of a user that was renamed after its story ended is not found any more.
      const isLost = key.user.name !== userName || key.user.deletedAt !== undefined
      if (!isOld || isLost || hold !== undefined) kept.add(handover.secretArn)
    }
    for (const { accountId, rotationId, phase } of books.rotations.values()) {
      if ('secretArn' in phase) kept.add(phase.secretArn)
      // Made, perhaps, and not written down yet; the rotation waits for a person.
      if (phase.kind === 'opened') kept.add(vault.arnOf(accountId, handoverName(rotationId)))
    }
    for (const { arn, retiredAt } of vault.secrets.values()) {
      if (retiredAt === undefined && !kept.has(arn)) watch.violated('I15', `${arn} was left behind`)
    }
  }

  /** I14: what came back is taken back, unless a person has the message about it. */
  #returned(): void {
    const { books, letters, queues, watch } = this
    if (queues.dead.some(({ queue }) => queue === 'bounces')) return
    for (const { noticeId, messageId } of letters.all.filter(({ cameBack }) => cameBack)) {
      const notice = books.notices.get(noticeId)
      const isOnRecord = notice?.delivery?.messageId === messageId
      if (isOnRecord && notice?.withdrawn === undefined) {
        watch.violated('I14', `${noticeId} came back, and still counts`)
      }
    }
  }

  /** I15: at the end nothing is open but what waits for a person. */
  #settled(): void {
    const { books, watch, queues } = this
    this.#handedOver()
    this.#scanned()
    this.#returned()
    for (const rotation of books.rotations.values()) {
      const entry = books.entries.get(rotation.accessKeyId)
      if (isOpen(rotation) && entry?.hold === undefined) {
        watch.violated('I15', `${rotation.accessKeyId} is still ${rotation.phase.kind}`)
      }
    }
    for (const entry of books.entries.values()) {
      const { hold, state, accessKeyId } = entry
      if (hold === undefined && (state === 'issuing' || state === 'issued')) {
        watch.violated('I15', `${accessKeyId} is still ${state}`)
      }
    }
    for (const notice of books.notices.values()) {
      if (notice.dueAt !== undefined) watch.violated('I15', `${notice.noticeId} is not delivered`)
    }
    for (const { queue } of queues.waiting.values()) {
      watch.violated('I15', `a message is left on the ${queue} queue`)
    }
  }
}

const isRecoveryRule = (rule: unknown): rule is RecoveryRule =>
  typeof rule === 'string' && Object.hasOwn(recoveryRules, rule)
