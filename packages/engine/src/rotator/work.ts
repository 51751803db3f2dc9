import {
  isoDay,
  NoticeId,
  transient,
  transition,
  type Actor,
  type ArmedEnforcement,
  type CapCount,
  type Entry,
  type EpochMs,
  type Fact,
  type KeynagError,
  type Notice,
  type NoticeKind,
  type Rotation,
  type RotationPhase,
  type UserRef,
  type Write,
} from '@keynag/core'
import type { Ports, ReceivedMessage } from '../ports.ts'
import { entryWrite } from '../entry-write.ts'
import { newNotice } from '../outbox.ts'
import { capReached } from './caps.ts'

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

/** Why the step is taken: the policy's enforcement and the rule that decided. */
export interface Reason {
  readonly enforce: ArmedEnforcement
  readonly rule: string
}

/** What is written down at the end of a step. */
interface Record {
  readonly phase?: RotationPhase
  readonly fact?: Fact
  readonly notice?: NoticeKind
}

type Written = 'lost' | { readonly noticeId: NoticeId | undefined }

const recordTries = 3

/** One claimed rotation in one delivery: its entry and saga as last written. */
export class Work {
  readonly ports: RotatorPorts
  readonly received: ReceivedMessage
  readonly actor: Actor
  readonly user: UserRef
  #entry: Entry
  #rotation: Rotation

  constructor(
    ports: RotatorPorts,
    received: ReceivedMessage,
    actor: Actor,
    user: UserRef,
    entry: Entry,
    rotation: Rotation,
  ) {
    this.ports = ports
    this.received = received
    this.actor = actor
    this.user = user
    this.#entry = entry
    this.#rotation = rotation
  }

  get entry(): Entry {
    return this.#entry
  }

  get rotation(): Rotation {
    return this.#rotation
  }

  get now(): EpochMs {
    return this.ports.clock.now()
  }

  /**
   * Writes down what is about to be done, and counts it. Answers why not, where a cap is reached:
   * then nothing is written.
   *
   * @throws KeynagError transient when the lease was lost.
   */
  async intend(phase: RotationPhase, caps: readonly CapCount[]): Promise<string | undefined> {
    const rotation = { ...this.#rotation, phase, version: this.#rotation.version + 1 }
    const committed = await this.ports.ledger.commit([
      { kind: 'rotation', before: this.#rotation, after: rotation },
      ...caps.map((cap) => ({ kind: 'cap', cap }) as const),
    ])
    if (committed.kind === 'cap-reached') {
      this.ports.telemetry.count('CapReached', 1)
      return capReached(committed.cap)
    }
    if (committed.kind === 'lost') throw this.#lost()
    this.#rotation = rotation
    if (caps.length > 0) this.ports.telemetry.count('CapTaken', 1)
    return undefined
  }

  #lost(): KeynagError {
    return transient('KEYNAG_UNAVAILABLE', `the lease on ${this.#entry.accessKeyId} was lost`)
  }

  /**
   * Writes the saga's next phase, what it means for the key, and the message about it, all or
   * nothing, under the fence, and gives the lease back. Returns the notice's ID where there is one.
   *
   * @throws KeynagError transient when the lease was lost, or the key's entry has changed: somebody
   * looks again and goes on.
   */
  async record(record: Record): Promise<NoticeId | undefined> {
    for (let tries = 0; tries < recordTries; tries += 1) {
      const written = await this.#write(record)
      if (written !== 'lost') return written.noticeId
      if (!(await this.#isStillTrue(record))) break
    }
    throw this.#lost()
  }

  /** Whether the entry is as it was when it was decided on. */
  async isUnchanged(): Promise<boolean> {
    const { accessKeyId, version } = this.#entry
    return (await this.ports.ledger.entry(accessKeyId))?.version === version
  }

  /** What was done to a key is written down whoever else has written about it meanwhile. */
  async #isStillTrue({ fact }: Record): Promise<boolean> {
    if (fact?.kind !== 'deactivated' && fact?.kind !== 'deleted') return false
    const { accountId, userId, accessKeyId } = this.#entry
    const rotation = await this.ports.ledger.rotation(accountId, userId)
    const entry = await this.ports.ledger.entry(accessKeyId)
    if (rotation?.version !== this.#rotation.version || entry === undefined) return false
    if (transition(entry.state, fact.kind) === undefined) return false
    this.#entry = entry
    return true
  }

  async #write({ phase, fact, notice }: Record): Promise<Written> {
    const { now } = this
    const { lease: _, ...rest } = this.#rotation
    const rotation: Rotation = {
      ...rest,
      phase: phase ?? this.#rotation.phase,
      version: this.#rotation.version + 1,
    }
    const writes: Write[] = [{ kind: 'rotation', before: this.#rotation, after: rotation }]
    const change =
      fact === undefined
        ? undefined
        : entryWrite(this.ports.organization, this.#entry, fact, this.actor, now)
    if (change !== undefined) writes.push(change)
    const outgoing = notice === undefined ? undefined : this.#notice(notice, now)
    if (outgoing !== undefined) writes.push({ kind: 'notice', before: undefined, after: outgoing })
    const committed = await this.ports.ledger.commit(writes)
    if (committed.kind !== 'committed') return 'lost'
    this.#rotation = rotation
    if (change !== undefined) this.#entry = change.after
    return { noticeId: outgoing?.noticeId }
  }

  #notice(kind: NoticeKind, now: EpochMs): Notice {
    const { accessKeyId } = this.#entry
    const id = `${kind}/${accessKeyId}/${this.#rotation.rotationId}/${isoDay(now)}`
    return newNotice(NoticeId.parse(id), kind, accessKeyId, now)
  }
}
