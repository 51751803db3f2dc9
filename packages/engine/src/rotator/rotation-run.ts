import {
  capReached,
  counting,
  isCounted,
  done,
  givingBack,
  KeynagError,
  makeEvent,
  next,
  nextUtcDay,
  park,
  noticesOfHold,
  plusDays,
  transient,
  transition,
  usesOf,
  type Actor,
  type CapCount,
  type Entry,
  type EpochMs,
  type Fact,
  type FactOf,
  type HoldCode,
  type KeyChange,
  type KeyStatus,
  type NoticeId,
  type NoticeKind,
  type Outcome,
  type Rotation,
  type RotationPhase,
  type UserRef,
} from '@keynag/core'
import { dueEvent } from '../due-event.ts'
import type { HeldRotation } from '../held-rotation.ts'
import { hasName } from '../keys-of-user.ts'
import { noticeDue, noticeOfNext, noticesToFormer } from '../outbox.ts'
import { originOf, type Ports, type ReceivedMessage } from '../ports.ts'
import { entryWrite } from '../record-fact.ts'
import { conflict, retryOnConflict } from '../retry-on-conflict.ts'

export type RotatorPorts = Pick<
  Ports,
  | 'clock'
  | 'handovers'
  | 'iam'
  | 'ids'
  | 'ledger'
  | 'mutations'
  | 'organization'
  | 'source'
  | 'telemetry'
>

/** A key, what was decided about it, and who decided. */
export interface Decided {
  readonly entry: Entry
  /** The rule that decided. */
  readonly rule: string
  readonly actor: Actor
  readonly received: Pick<ReceivedMessage, 'remainingMs'>
}

/** What a step came to, or why it has to wait. All of it is written in one transaction. */
export interface StepResult {
  /** For the log. */
  readonly reason: string
  /** The rotation's next phase. Absent: it stays as it is. */
  readonly phase?: RotationPhase
  readonly fact?: Fact
  readonly notice?: NoticeKind
  /** The next step is due at once, in a delivery of its own. */
  readonly goesOn?: true
  /** A key was created, deactivated or deleted: that is what the caps count. */
  readonly isMade?: true
  /** Only a person can help: the message is parked with this error. */
  readonly parks?: KeynagError
}

export const postponed = (
  until: EpochMs,
  why: string,
  settles = false,
): StepResult & { readonly fact: FactOf<'postponed'> } => ({
  reason: `postponed: ${why}`,
  fact: { kind: 'postponed', until, why, ...(settles ? { settles } : {}) },
})

/**
 * IAM has no such user, or another user has the name: nothing is concluded about the key. A scan
 * records the user's new name, or that the user is gone.
 */
export const userNotFound = (now: EpochMs): { readonly until: EpochMs; readonly why: string } => ({
  until: plusDays(now, 1),
  why: 'the user has another name or is gone; the next scan will tell',
})

/** Automation stops for this key, and security is told. */
export const held = (
  code: HoldCode,
  why: string,
  status?: KeyStatus,
): StepResult & { readonly fact: FactOf<'held'> } => ({
  reason: `held: ${why}`,
  fact: { kind: 'held', code, why, ...(status === undefined ? {} : { status }) },
  notice: 'held',
})

/** The phases in which a change may have been made that is not recorded yet. */
const mayBeMade: ReadonlySet<RotationPhase['kind']> = new Set([
  'creating',
  'undoing',
  'deactivating',
  'deleting',
])

/**
 * The result where AWS or the ledger refuses for good. The key is looked at again the next day, and the
 * message is parked, so that a person learns which action is denied in which account.
 */
export const refused = (error: KeynagError, now: EpochMs, settles = false): StepResult => ({
  ...postponed(plusDays(now, 1), `${error.code}: ${error.message}`, settles),
  parks: error,
})

/** The error that a person has to remove, or `undefined` where `error` may pass or is a bug. */
export const refusalIn = (error: unknown): KeynagError | undefined =>
  error instanceof KeynagError && error.errorClass === 'permanent' ? error : undefined

/**
 * Makes a change of a key that was intended. Where AWS refuses it, nothing was changed: the intent is
 * withdrawn, and the result says what to record instead.
 */
export async function unlessRefused<T>(
  run: RotationRun,
  before: RotationPhase,
  change: () => Promise<T>,
): Promise<{ readonly made: T } | { readonly refused: StepResult }> {
  try {
    return { made: await change() }
  } catch (error) {
    const refusal = refusalIn(error)
    if (refusal === undefined) throw error
    return { refused: { ...refused(refusal, run.now), phase: before } }
  }
}

/** One delivery's work on one rotation: the lease, and the key's entry as last written. */
export class RotationRun {
  readonly ports: RotatorPorts
  readonly actor: Actor
  readonly rule: string
  readonly remainingMs: () => number
  readonly #held: HeldRotation
  #entry: Entry

  constructor(ports: RotatorPorts, held: HeldRotation, decided: Decided) {
    this.ports = ports
    this.actor = decided.actor
    this.rule = decided.rule
    this.remainingMs = decided.received.remainingMs
    this.#held = held
    this.#entry = decided.entry
  }

  get entry(): Entry {
    return this.#entry
  }

  get rotation(): Rotation {
    return this.#held.rotation
  }

  /** Whether the lease was not given back yet. */
  get isHeld(): boolean {
    return this.rotation.lease !== undefined
  }

  get now(): EpochMs {
    return this.ports.clock.now()
  }

  /**
   * Writes down the intent of a change before the change is made, counts it, and keeps the lease.
   * Where a cap is reached nothing is written: the change waits for the next day, and the answer is
   * the result to record instead.
   *
   * @param caps absent: no cap counts this change
   * @throws KeynagError transient when the lease was lost
   */
  async intend(phase: RotationPhase, caps?: readonly CapCount[]): Promise<StepResult | undefined> {
    const lowered = await this.#lowered(caps ?? [])
    if (lowered !== undefined) return this.#untilTomorrow(lowered)
    const counts = caps === undefined ? [] : counting(this.rotation.counted, caps, this.now)
    const counted = caps === undefined ? {} : { counted: usesOf(caps) }
    const committed = await this.#held.write({ phase, ...counted }, ...counts)
    if (committed.kind === 'cap-reached') return this.#untilTomorrow(committed.cap)
    if (committed.kind === 'lost') throw this.#leaseLost()
    if (counts.length > 0) this.ports.telemetry.count('CapTaken', 1)
    return undefined
  }

  /** A cap that counts this change already, and that somebody has lowered since, below what it counts. */
  async #lowered(caps: readonly CapCount[]): Promise<CapCount | undefined> {
    for (const cap of caps.filter((each) => isCounted(this.rotation.counted, each))) {
      if ((await this.ports.ledger.capUsed(cap)) > cap.limit) return cap
    }
    return undefined
  }

  #untilTomorrow(cap: CapCount): StepResult {
    this.ports.telemetry.count('CapReached', 1)
    return postponed(nextUtcDay(this.now), capReached(cap))
  }

  /** Whether the entry is as it was when it was decided on. */
  async isUnchanged(): Promise<boolean> {
    const { accessKeyId, version } = this.#entry
    return (await this.ports.ledger.entry(accessKeyId))?.version === version
  }

  /**
   * After IAM did not find the user or one of the user's keys: the result to record instead, where
   * the name is not the user's any more. An intent stays open, because a repeated request may have
   * taken effect before.
   */
  async renamed(user: UserRef, answer: KeyChange): Promise<StepResult | undefined> {
    if (answer === 'done' || (answer === 'gone' && (await hasName(this.ports.iam, user)))) {
      return undefined
    }
    const { until, why } = userNotFound(this.now)
    return postponed(until, why)
  }

  /**
   * Writes the rotation's next phase, the fact about the key and the message about it, and gives the
   * lease back. The outcome publishes what is due next.
   *
   * @throws KeynagError transient when the lease was lost, or the key's entry has changed: another
   * delivery looks again and goes on
   */
  async record(result: StepResult): Promise<Outcome> {
    const noticeIds = await this.#write(result)
    const { accessKeyId } = this.#entry
    const origin = originOf(this.ports, this.now)
    if (result.parks !== undefined) return park(result.parks.code, result.parks.message)
    if (result.goesOn === true) {
      return next(result.reason, [makeEvent('rotation.due', accessKeyId, { accessKeyId }, origin)])
    }
    if (noticeIds.length === 0) return done(result.reason)
    // Where a grace is zero, the next step is due at once, and its window may be short.
    const due = dueEvent(this.#entry, this.ports.organization.policies, origin)
    const notices = noticeIds.map((noticeId) => noticeDue(noticeId, origin))
    return next(result.reason, due?.type === 'rotation.due' ? [...notices, due] : notices)
  }

  #write(result: StepResult): Promise<readonly NoticeId[]> {
    return retryOnConflict(this.#entry.accessKeyId, async () => {
      const { now, ports, rotation } = this
      const { fact, notice, phase = rotation.phase } = result
      const change = fact && entryWrite(ports.organization, this.#entry, fact, this.actor, now)
      const told = fact?.kind === 'held' ? noticesOfHold(fact.code) : [notice ?? []].flat()
      const messages = [
        ...told.map((kind) => noticeOfNext(kind, this.#entry, now)),
        ...(change === undefined ? [] : noticesToFormer(this.#entry, change.after, now)),
      ]
      const counts = this.#countsAfter(result, phase)
      const committed = await this.#held.finish(
        { phase, ...counts.after },
        ...counts.writes,
        ...(change === undefined ? [] : [change]),
        ...messages,
      )
      if (committed.kind !== 'committed') {
        if (!(await this.#isStillTrue(fact))) throw this.#leaseLost()
        return conflict
      }
      if (change !== undefined) this.#entry = change.after
      return messages.map(({ after }) => after.noticeId)
    })
  }

  /** What a delivery has counted, and has not done, is given back: another key may be changed today. */
  #countsAfter({ isMade, goesOn }: StepResult, phase: RotationPhase) {
    const { counted } = this.rotation
    const isKept = isMade !== true && (goesOn === true || mayBeMade.has(phase.kind))
    if (counted === undefined || isKept) return { after: {}, writes: [] }
    return { after: { counted: [] }, writes: isMade === true ? [] : givingBack(counted, this.now) }
  }

  /** A change that was made to a key is recorded, also when another writer was first. */
  async #isStillTrue(fact: Fact | undefined): Promise<boolean> {
    if (fact?.kind !== 'deactivated' && fact?.kind !== 'deleted') return false
    const { accountId, userId, accessKeyId } = this.#entry
    const rotation = await this.ports.ledger.rotation(accountId, userId)
    const entry = await this.ports.ledger.entry(accessKeyId)
    if (rotation?.version !== this.rotation.version || entry === undefined) return false
    if (transition(entry.state, fact.kind) === undefined) return false
    this.#entry = entry
    return true
  }

  #leaseLost(): KeynagError {
    return transient('KEYNAG_UNAVAILABLE', `the lease on ${this.#entry.accessKeyId} was lost`)
  }
}
