import {
  isoTime,
  KeynagError,
  RotationId,
  transient,
  type AccessKeyId,
  type Actor,
  type Entry,
  type Fact,
  type Rotation,
  type Write,
} from '@keynag/core'
import { entryWrite } from '../entry-write.ts'
import { heldNotice } from '../held-notice.ts'
import type { Ports } from '../ports.ts'
import { leased } from '../rotator/claim.ts'
import type { Request } from './answer.ts'

type LeasePorts = Pick<Ports, 'clock' | 'ids' | 'ledger' | 'organization' | 'telemetry'>

type Taken =
  | { readonly kind: 'taken'; readonly lease: UserLease }
  | { readonly kind: 'held'; readonly until: string }

const tries = 5

/**
 * The lease on a user's keys in the hands of an operator's command: while it is held, no function
 * begins a mutation of them. A rotation of another of the user's keys is left as it is.
 */
export class UserLease {
  readonly #ports: LeasePorts
  readonly #actor: Actor
  #rotation: Rotation

  private constructor(ports: LeasePorts, rotation: Rotation, actor: Actor) {
    this.#ports = ports
    this.#rotation = rotation
    this.#actor = actor
  }

  static async take(
    ports: LeasePorts,
    entry: Entry,
    current: Rotation | undefined,
    { by }: Request,
  ): Promise<Taken> {
    const now = ports.clock.now()
    if (current?.lease !== undefined && current.lease.until > now) {
      return { kind: 'held', until: isoTime(current.lease.until) }
    }
    // A closed one stays closed: if this process dies, nothing is left open.
    const base: Rotation = current ?? {
      rotationId: RotationId.parse(ports.ids.uuid()),
      accountId: entry.accountId,
      userId: entry.userId,
      accessKeyId: entry.accessKeyId,
      openedAt: now,
      phase: { kind: 'closed', outcome: 'rolled-back' },
      fence: 0,
      version: 0,
    }
    const after = leased(ports, base, now)
    const committed = await ports.ledger.commit([{ kind: 'rotation', before: current, after }])
    return committed.kind === 'committed'
      ? {
          kind: 'taken',
          lease: new UserLease(ports, after, { kind: 'operator', name: by }),
        }
      : { kind: 'held', until: 'it is done' }
  }

  get rotation(): Rotation {
    return this.#rotation
  }

  /** Holds the key as `rolled-back`, and tells security; false when the entry changed meanwhile. */
  async intend(entry: Entry, { by, why }: Request): Promise<boolean> {
    if (entry.hold?.code === 'rolled-back') return true
    const { ledger, organization, clock } = this.#ports
    const now = clock.now()
    const fact: Fact = { kind: 'held', code: 'rolled-back', why: `${by}: ${why}` }
    const { noticeId, write } = heldNotice(entry, fact.code, now)
    const wasTold = (await ledger.notice(noticeId)) !== undefined
    const after = { ...this.#rotation, version: this.#rotation.version + 1 }
    const committed = await ledger.commit([
      { kind: 'rotation', before: this.#rotation, after },
      entryWrite(organization, entry, fact, this.#actor, now),
      ...(wasTold ? [] : [write]),
    ])
    if (committed.kind !== 'committed') return false
    this.#rotation = after
    return true
  }

  /**
   * Records the end for the key and closes its saga, both or neither, however a scan has changed the
   * entry meanwhile.
   *
   * @throws KeynagError transient when the lease was lost; the hold stands
   */
  async finish(
    accessKeyId: AccessKeyId,
    fact: Extract<Fact, { kind: 'rolled-back' | 'resolved' }>,
  ): Promise<void> {
    const { ledger, organization, clock } = this.#ports
    const outcome = fact.kind === 'resolved' ? fact.how : fact.kind
    const isOwn = this.#rotation.accessKeyId === accessKeyId
    const after = this.#given(isOwn ? { kind: 'closed', outcome } : this.#rotation.phase)
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const writes: Write[] = [{ kind: 'rotation', before: this.#rotation, after }]
      const entry = await ledger.entry(accessKeyId)
      // A scan that saw the key Active may have recorded it already.
      if (entry?.state === 'deactivated') {
        writes.push(entryWrite(organization, entry, fact, this.#actor, clock.now()))
      }
      const committed = await ledger.commit(writes)
      if (committed.kind === 'committed') return
    }
    throw transient('KEYNAG_UNAVAILABLE', `the lease on ${accessKeyId} was lost; ask again`)
  }

  /** Leaves the saga as it was; the lease runs out by itself where the ledger cannot be reached. */
  async giveBack(): Promise<void> {
    const after = this.#given(this.#rotation.phase)
    const { ledger, telemetry } = this.#ports
    try {
      await ledger.commit([{ kind: 'rotation', before: this.#rotation, after }])
    } catch (error) {
      if (!(error instanceof KeynagError)) throw error
      telemetry.warn('the lease runs out by itself', { code: error.code })
    }
  }

  #given(phase: Rotation['phase']): Rotation {
    const { lease: _, ...rest } = this.#rotation
    return { ...rest, phase, version: this.#rotation.version + 1 }
  }
}
