import {
  KeynagError,
  leaseMs,
  plusMs,
  RotationId,
  type Committed,
  type Entry,
  type Rotation,
  type RotationPhase,
  type Write,
} from '@keynag/core'
import type { Ports } from './ports.ts'

type LeasePorts = Pick<Ports, 'clock' | 'ids' | 'ledger' | 'telemetry'>

type Taken =
  | { readonly kind: 'taken'; readonly held: HeldRotation }
  | Exclude<Committed, { kind: 'committed' }>

/** What a holder of the lease changes of the rotation. */
type RotationChange = Partial<Pick<Rotation, 'phase' | 'counted'>>

/**
 * The lease on one user's keys, in the hands of a function or of an operator's command. While it is
 * held, no other process begins a change of these keys. The rotation's version is the fence: as soon
 * as another process takes the lease, every write of the earlier holder is refused.
 */
export class HeldRotation {
  readonly #ports: LeasePorts
  #rotation: Rotation

  private constructor(ports: LeasePorts, rotation: Rotation) {
    this.#ports = ports
    this.#rotation = rotation
  }

  /**
   * Takes the lease, together with other writes.
   *
   * @param before the rotation in the ledger, if there is one
   * @param next the rotation to hold: `before` itself, or a new one
   */
  static async take(
    ports: LeasePorts,
    before: Rotation | undefined,
    next: Rotation,
    ...alongside: readonly Write[]
  ): Promise<Taken> {
    const fence = next.fence + 1
    const until = plusMs(ports.clock.now(), leaseMs)
    const lease = { holder: ports.ids.uuid(), fence, until }
    const after = { ...next, fence, lease, version: next.version + 1 }
    const committed = await ports.ledger.commit([{ kind: 'rotation', before, after }, ...alongside])
    return committed.kind === 'committed'
      ? { kind: 'taken', held: new HeldRotation(ports, after) }
      : committed
  }

  get rotation(): Rotation {
    return this.#rotation
  }

  /** Writes the change and whatever belongs to it, all or nothing, and keeps the lease. */
  write(change: RotationChange, ...alongside: readonly Write[]): Promise<Committed> {
    return this.#commit({ ...this.#rotation, ...change }, alongside)
  }

  /** Writes the change and whatever belongs to it, all or nothing, and gives the lease back. */
  finish(change: RotationChange, ...alongside: readonly Write[]): Promise<Committed> {
    const { lease: _, ...free } = this.#rotation
    return this.#commit({ ...free, ...change }, alongside)
  }

  /**
   * Leaves the rotation as it is. Does nothing where the lease was given back before. Where the ledger
   * cannot be reached, the lease expires by itself.
   */
  async giveBack(): Promise<void> {
    if (this.#rotation.lease === undefined) return
    try {
      await this.finish({})
    } catch (error) {
      if (!(error instanceof KeynagError)) throw error
      this.#ports.telemetry.warn('the lease expires by itself', { code: error.code })
    }
  }

  async #commit(next: Rotation, alongside: readonly Write[]): Promise<Committed> {
    const before = this.#rotation
    const after = { ...next, version: before.version + 1 }
    const committed = await this.#ports.ledger.commit([
      { kind: 'rotation', before, after },
      ...alongside,
    ])
    if (committed.kind === 'committed') this.#rotation = after
    return committed
  }
}

/** A rotation that is not in the ledger yet. */
export const newRotation = (
  { clock, ids }: Pick<Ports, 'clock' | 'ids'>,
  { accountId, userId, accessKeyId }: Entry,
  before: Rotation | undefined,
  phase: RotationPhase,
): Rotation => ({
  rotationId: RotationId.parse(ids.uuid()),
  accountId,
  userId,
  accessKeyId,
  openedAt: clock.now(),
  phase,
  fence: before?.fence ?? 0,
  version: before?.version ?? 0,
})

/** Whether another process holds the lease now. */
export const isHeld = (
  rotation: Rotation | undefined,
  { clock }: Pick<Ports, 'clock'>,
): rotation is Rotation & { lease: NonNullable<Rotation['lease']> } =>
  rotation?.lease !== undefined && rotation.lease.until > clock.now()
