import type { VirtualClock } from '../clock.ts'
import { Eventually } from '../eventually.ts'
import type { Identifiers } from '../identifiers.ts'
import { Sealed } from '../sealed.ts'
import { authenticates, keysHeld } from './access-key.ts'
import type { Actor } from './actor.ts'
import type { History } from './history.ts'
import type { Settings } from './settings.ts'
import type { AccessKey, KeyStatus, KeyUse, User } from './user.ts'

/** IAM API Reference, IAM quotas: access keys assigned to an IAM user. */
export const KEYS_PER_USER = 2

/**
 * "When an access key is used more than once in a 15-minute span, only the first use is recorded
 * in this field" (IAM User Guide, credential reports).
 */
const REPORTED_USE_SPAN_MS = 15 * 60_000

interface Seed {
  readonly createdAtMs: number
  readonly status: KeyStatus
  readonly lastUse: KeyUse | undefined
}

/** All access keys, deleted ones included, and the operations that change them. */
export class KeyRing {
  readonly #keys = new Map<string, AccessKey>()
  readonly #clock: VirtualClock
  readonly #ids: Identifiers
  readonly #settings: Settings
  readonly #history: History

  constructor(clock: VirtualClock, ids: Identifiers, settings: Settings, history: History) {
    this.#clock = clock
    this.#ids = ids
    this.#settings = settings
    this.#history = history
  }

  /** The key with this ID, even if it was deleted. */
  get(accessKeyId: string): AccessKey | undefined {
    return this.#keys.get(accessKeyId)
  }

  all(): Iterable<AccessKey> {
    return this.#keys.values()
  }

  /** Adds a key that existed before the simulation: visible and usable at once, without history. */
  seed(user: User, seed: Seed): AccessKey {
    return this.#add(user, seed, -Infinity)
  }

  /** Returns undefined when the user has two keys already, even if reads do not show them yet. */
  create(user: User, by: Actor, parameters: Record<string, unknown>): AccessKey | undefined {
    if (keysHeld(user).length >= KEYS_PER_USER) return undefined
    const nowMs = this.#clock.now()
    const key = this.#add(
      user,
      { createdAtMs: nowMs, status: 'Active', lastUse: undefined },
      nowMs + this.#settings.activationMs,
    )
    this.#record(key, by, 'iam:CreateAccessKey', parameters, { kind: 'key-created' })
    return key
  }

  setStatus(key: AccessKey, to: KeyStatus, by: Actor, parameters: Record<string, unknown>): void {
    const from = key.status.latest
    if (from === to) return
    const nowMs = this.#clock.now()
    key.status.write(to, nowMs, this.#settings.consistencyMs)
    key.statusChangedAtMs = nowMs
    const happening = { kind: 'key-status-changed', from, to } as const
    this.#record(key, by, 'iam:UpdateAccessKey', parameters, happening)
  }

  remove(key: AccessKey, by: Actor, parameters: Record<string, unknown>): void {
    const nowMs = this.#clock.now()
    key.exists.write(false, nowMs, this.#settings.consistencyMs)
    const happening = { kind: 'key-deleted', statusWas: key.status.latest } as const
    this.#record(key, by, 'iam:DeleteAccessKey', parameters, happening)
  }

  /** A workload signs a call; false when AWS refuses the key. Reads show the use after the lag. */
  use(key: AccessKey, service: string, region: string, by: Actor): boolean {
    const nowMs = this.#clock.now()
    const works = authenticates(key, nowMs)
    const kind = works ? 'key-used' : 'key-refused'
    this.#record(key, by, `${service}:*`, {}, { kind, service, region })
    if (!works) return false
    const use = { atMs: nowMs, service, region }
    const lagMs = this.#settings.lastUsedLagMs
    key.lastUse.write(use, nowMs, lagMs)
    const reported = key.reportedUse.latest
    if (reported === undefined || nowMs - reported.atMs >= REPORTED_USE_SPAN_MS) {
      key.reportedUse.write(use, nowMs, lagMs)
    }
    return true
  }

  #add(user: User, seed: Seed, usableFromMs: number): AccessKey {
    const nowMs = this.#clock.now()
    user.keysEver += 1
    const seeded = usableFromMs === -Infinity
    const exists = new Eventually(seeded)
    if (!seeded) exists.write(true, nowMs, this.#settings.consistencyMs)
    const key: AccessKey = {
      id: this.#ids.accessKeyId(user.id, user.keysEver),
      secret: new Sealed(this.#ids.secret(user.id, user.keysEver)),
      user,
      createdAtMs: seed.createdAtMs,
      slot: keysHeld(user).some(({ slot }) => slot === 1) ? 2 : 1,
      exists,
      status: new Eventually<KeyStatus>(seed.status),
      statusChangedAtMs: seed.createdAtMs,
      usableFromMs,
      lastUse: new Eventually<KeyUse | undefined>(seed.lastUse),
      reportedUse: new Eventually<KeyUse | undefined>(seed.lastUse),
    }
    const fresh = (other: AccessKey): boolean => other.exists.latest || other.exists.seenAt(nowMs)
    user.keys = [...user.keys.filter(fresh), key]
    this.#keys.set(key.id, key)
    return key
  }

  #record(
    key: AccessKey,
    actor: Actor,
    operation: string,
    parameters: Record<string, unknown>,
    happening:
      | { readonly kind: 'key-created' }
      | { readonly kind: 'key-status-changed'; readonly from: KeyStatus; readonly to: KeyStatus }
      | { readonly kind: 'key-deleted'; readonly statusWas: KeyStatus }
      | {
          readonly kind: 'key-used' | 'key-refused'
          readonly service: string
          readonly region: string
        },
  ): void {
    const { user } = key
    const of = { userName: user.name, userId: user.id, accessKeyId: key.id }
    this.#history.record(
      { atMs: this.#clock.now(), accountId: user.accountId, actor, operation, parameters },
      { ...happening, ...of },
    )
  }
}
