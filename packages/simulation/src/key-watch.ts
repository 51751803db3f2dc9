import {
  dayMs,
  isProtected,
  nextOpening,
  epochMs,
  orphanGraceMs,
  policyNamed,
  propagationMs,
  type ArmedEnforcement,
  type Enforcement,
  type Entry,
  type Organization,
  type RecoveryRule,
  type Rotation,
} from '@keynag/core'
import { userKey, type Books } from './books.ts'
import { keysHeld, lags, type Estate, type SimKey, type SimUser } from './estate.ts'
import type { Invocation } from './invocation.ts'
import type { Letters } from './letters.ts'
import type { Vault } from './vault.ts'

export interface Violation {
  /** The invariant's number in docs/rotation.md. */
  readonly invariant: string
  readonly sentence: string
  /** Virtual milliseconds since 1970. */
  readonly at: number
}

/** The run that is watched. */
export interface WatchedRun {
  readonly now: number
  readonly organization: Organization
  readonly estate: Estate
  readonly vault: Vault
  readonly books: Books
  readonly letters: Letters
  readonly exemptSince: ReadonlyMap<string, number>
  recovered(rule: RecoveryRule): void
}

/** Holds each change that keynag makes to a key against what is true of it at that moment. */
export class KeyWatch {
  readonly violations: Violation[] = []
  /** Replacements that the ledger called issued. */
  readonly issued = new Set<string>()
  protected readonly simulation: WatchedRun
  readonly #changes = new Map<string, Set<string>>()

  constructor(simulation: WatchedRun) {
    this.simulation = simulation
  }

  violated(invariant: Violation['invariant'], sentence: string): void {
    this.violations.push({ invariant, sentence, at: this.simulation.now })
  }

  creates(invocation: Invocation, user: SimUser, session: string): void {
    const rotation = this.#mutates(invocation, user)
    const entry = this.#entryOf(rotation)
    if (rotation === undefined || entry === undefined) return
    const seen = this.#seenSince(invocation)
    if (keysHeld(user).filter((key) => key.createdAt <= seen).length > 1) {
      this.violated('I3', `a third key was asked for ${user.name}`)
    }
    const prefix = `keynag-${rotation.rotationId}`
    if (!session.startsWith(prefix)) {
      this.violated('I9', `the session ${session} does not name the rotation`)
    }
    const earlier = keysHeld(user).find((key) => key.session?.startsWith(prefix) === true)
    if (earlier !== undefined && earlier.createdAt <= seen) {
      this.violated('I9', `a second key was made beside ${earlier.id} in one rotation`)
    }
    this.#allowed(invocation, entry, 'create')
    this.#warned(invocation, entry)
  }

  deactivates(invocation: Invocation, key: SimKey): void {
    const rotation = this.#mutates(invocation, key.user)
    if (rotation === undefined) return
    if (key.id !== rotation.accessKeyId) {
      this.#orphan(invocation, rotation, key)
      return
    }
    const entry = this.#entryOf(rotation)
    if (entry === undefined || key.status !== 'Active') return
    const { now, organization } = this.simulation
    const enforce = armed(policyNamed(organization.policies, entry.policy)?.enforce)
    const seen = this.#seenSince(invocation)
    if (enforce?.kind === 'rotate') this.#replaced(key, seen)
    if (!invocation.isTrailLate) this.#reactivated(key, seen)
    if (enforce !== undefined && enforce.whenInUse !== 'proceed') {
      const since = now - enforce.inUseDays * dayMs
      const visible = invocation.startedAt - lags.lastUsed
      if (key.uses.some((use) => use > since && use <= visible)) {
        this.violated('I7', `${key.id} was switched off while it was in use`)
      }
    }
    this.#allowed(invocation, entry, 'deactivate')
    this.#warned(invocation, entry)
  }

  deletes(invocation: Invocation, key: SimKey): void {
    const rotation = this.#mutates(invocation, key.user)
    if (rotation === undefined) return
    const { now, books } = this.simulation
    const off = key.events.findLast(({ what }) => what !== 'created')
    // Looked at right before: only what changed after that look could not be known.
    const looked = invocation.lastListAt - lags.staleList
    const on = off?.what === 'activated' ? off.at : undefined
    if (off === undefined || (on !== undefined && on <= looked)) {
      this.violated('I5', `${key.id} was deleted while it was Active`)
    }
    if (key.id !== rotation.accessKeyId) {
      this.#orphan(invocation, rotation, key)
      if (off?.what === 'deactivated' && now - off.at < orphanGraceMs) {
        this.violated('I5', `${key.id} was deleted before it had rested`)
      }
      return
    }
    const entry = this.#entryOf(rotation)
    if (entry === undefined) return
    const facts = books.factsOf(key.id)
    const recorded = facts.findLast(({ fact }) => fact.kind === 'deactivated')
    const enforce = armed(policyNamed(this.simulation.organization.policies, entry.policy)?.enforce)
    const grace =
      enforce !== undefined && 'recoveryGraceDays' in enforce ? enforce.recoveryGraceDays : 'never'
    if (recorded === undefined || grace === 'never' || now - recorded.at < grace * dayMs) {
      this.violated('I5', `${key.id} was deleted before its recovery grace was over`)
    }
    const since = (recorded?.at ?? 0) + propagationMs
    const visible = invocation.startedAt - lags.lastUsed
    if (key.uses.some((use) => use > since && use <= visible)) {
      this.violated('I5', `${key.id} was deleted although it was used after its deactivation`)
    }
    this.#allowed(invocation, entry, 'delete')
  }

  /** I12: under a freeze no step begins. */
  begins(invocation: Invocation): void {
    const { freeze } = this.simulation.books
    if (freeze !== undefined && freeze.at <= invocation.startedAt) {
      this.violated('I12', 'a step was begun under a freeze')
    }
  }

  /** I1: a hand-over goes when it was picked up and its retention is over, or with its key. */
  retires(secretArn: string): void {
    const { vault, estate, now } = this.simulation
    const secret = vault.secrets.get(secretArn)
    if (secret === undefined) return
    if (secret.retiredAt !== undefined) this.simulation.recovered('retire-again')
    for (const { id } of secret.versions.values()) {
      const key = estate.key(id)
      if (key.deletedAt !== undefined || key.status !== 'Active') continue
      const retireAt = this.#promisedUntil(key)
      const used = key.uses.some((use) => use <= now)
      const isKept = this.issued.has(key.id) && (retireAt === undefined || retireAt > now)
      if (!used || isKept) {
        this.violated('I1', `the secret of ${key.id} was retired too early`)
      }
    }
  }

  /** Until when the owner was told that the secret can be fetched. */
  #promisedUntil(key: SimKey): number | undefined {
    for (const facts of this.simulation.books.facts.values()) {
      for (const { fact } of facts) {
        if (fact.kind === 'replacement-issued' && fact.replacementKeyId === key.id) {
          return fact.retireAt
        }
      }
    }
    return undefined
  }

  /** I12: a create that was begun finishes its store, whatever else is told. */
  ended(invocation: Invocation): void {
    for (const id of invocation.createdKeys) {
      if (!invocation.storeTried.has(id) && !invocation.isDead) {
        this.violated('I12', `${id} was created and its secret not stored`)
      }
    }
  }

  /** What holds for every mutation: the fence, the target, the freeze. */
  #mutates(invocation: Invocation, user: SimUser): Rotation | undefined {
    const { books, organization } = this.simulation
    const rotation = books.rotationOf(user)
    if (rotation === undefined) {
      this.violated('I13', `a key of ${user.name} was touched without a rotation`)
      return undefined
    }
    if (invocation.fences.get(userKey(user)) !== rotation.version) {
      this.violated('I8', `a key of ${user.name} was touched under a stale fence`)
    }
    const seenAt = invocation.startedAt
    if (
      isProtected({ path: user.path, userName: user.name }, organization) &&
      user.movedAt <= seenAt
    ) {
      this.violated('I13', `a key of the protected user ${user.name} was touched`)
    }
    const { freeze } = books
    if (freeze !== undefined && freeze.at < invocation.lastEffectAt) {
      this.violated('I12', 'a key was touched under a freeze')
    }
    return rotation
  }

  #entryOf(rotation: Rotation | undefined): Entry | undefined {
    return rotation === undefined
      ? undefined
      : this.simulation.books.entries.get(rotation.accessKeyId)
  }

  /** What was true then could be seen by this invocation, however late AWS's lists are. */
  #seenSince(invocation: Invocation): number {
    return invocation.startedAt - lags.staleList
  }

  /** I4: another key is Active, stored or fetched, and tested. */
  #replaced(old: SimKey, seen: number): void {
    const isReplacement = (key: SimKey): boolean =>
      key !== old &&
      (key.status === 'Active' || (key.events.at(-1)?.at ?? 0) > seen) &&
      (key.uses.length > 0 || (key.testedAt !== undefined && this.simulation.vault.holds(key.id)))
    if (!old.user.keys.some((key) => (key.deletedAt ?? Infinity) > seen && isReplacement(key))) {
      this.violated('I4', `${old.id} was switched off, and its user has no other working key`)
    }
  }

  /** I6: not again by itself; an operator's release allows it. */
  #reactivated(key: SimKey, seen: number): void {
    const facts = this.simulation.books.factsOf(key.id)
    const release = facts.findLast(
      ({ fact }) => fact.kind === 'released' || fact.kind === 'reactivation-accepted',
    )
    const released = release?.at ?? 0
    const ours = key.events.find(({ what, by }) => what === 'deactivated' && by === 'keynag')
    const off = ours?.at ?? Infinity
    const again = key.events.some(
      ({ what, at }) => what === 'activated' && at > off && at <= seen && at > released,
    )
    if (again) this.violated('I6', `${key.id} was switched off again`)
  }

  /** I5's only exception: made by this rotation, lost, never used. */
  #orphan(invocation: Invocation, rotation: Rotation, key: SimKey): void {
    // A key that its owner settled without is undone, also from its secret.
    const isConcern = this.#entryOf(rotation)?.state !== 'resolved'
    if (key.session?.startsWith(`keynag-${rotation.rotationId}-`) !== true) {
      this.violated('I5', `${key.id} was touched and is not of this rotation`)
    } else if (this.issued.has(key.id)) {
      this.violated('I5', `${key.id} was touched after it was issued`)
    } else if (
      isConcern &&
      key.status === 'Active' &&
      this.simulation.vault.holds(key.id, invocation.lastEffectAt)
    ) {
      this.violated('I5', `${key.id} was undone although its secret is stored`)
    } else if (key.uses.some((use) => use <= invocation.startedAt - lags.lastUsed)) {
      this.violated('I5', `${key.id} was undone although somebody uses it`)
    }
  }

  /** I12 and I13: the window, the caps, what an operator has exempted or held. */
  #allowed(invocation: Invocation, entry: Entry, what: 'create' | 'deactivate' | 'delete'): void {
    const { now, exemptSince } = this.simulation
    const policy = policyNamed(invocation.organization.policies, entry.policy)
    const enforce = armed(policy?.enforce)
    if (policy === undefined || enforce === undefined || policy.mode !== 'enforce') {
      this.violated('I12', `${what} of ${entry.accessKeyId} under a policy that does not enforce`)
      return
    }
    const at = epochMs(invocation.lastEffectAt)
    if (nextOpening(enforce.window, at) !== at) {
      this.violated('I12', `${what} of ${entry.accessKeyId} outside the window`)
    }
    const since = exemptSince.get(entry.accessKeyId) ?? Infinity
    if (
      what !== 'create' &&
      entry.exemption !== undefined &&
      entry.exemption.until > now &&
      since < invocation.lastEntryAt
    ) {
      this.violated('I13', `${what} of ${entry.accessKeyId}, which is exempt`)
    }
    if (entry.hold !== undefined && entry.hold.since < invocation.lastEntryAt) {
      this.violated('I5', `${what} of ${entry.accessKeyId}, which is held`)
    }
    const day = new Date(now).toISOString().slice(0, 10)
    for (const [scope, limit] of [
      [policy.name, policy.caps.perDay],
      [`${policy.name}/${entry.accountId}`, policy.caps.perAccountPerDay],
    ] as const) {
      const changes = this.#changes.get(`${day} ${scope} ${what}`) ?? new Set<string>()
      changes.add(entry.accessKeyId)
      this.#changes.set(`${day} ${scope} ${what}`, changes)
      if (changes.size > limit) this.violated('I12', `${what} beyond the cap of ${scope} on ${day}`)
    }
  }

  /** I14: somebody was told, at least the installation grace before. */
  #warned(invocation: Invocation, entry: Entry): void {
    const { organization, letters, now } = this.simulation
    const enforce = armed(policyNamed(organization.policies, entry.policy)?.enforce)
    if (enforce === undefined) return
    const isNew = invocation.createdKeys.size === 0 && entry.state === 'issuing'
    const grace = isNew ? 0 : enforce.installationGraceDays * dayMs
    // Once a replacement is issued, the news of it is the warning.
    const isReplaced = entry.state === 'issued'
    // Before that, what the owner before was told warns nobody.
    const { email } = entry.owner
    const facts = this.simulation.books.factsOf(entry.accessKeyId)
    const isTakenBack = (noticeId: string): boolean =>
      facts.some(
        ({ at, fact }) =>
          fact.kind === 'delivery-withdrawn' &&
          fact.noticeId === noticeId &&
          at < invocation.lastEntryAt,
      )
    const warned = letters.all.some(
      ({ at, kind, to, accessKeyIds, noticeId }) =>
        at <= now - grace &&
        !isTakenBack(noticeId) &&
        accessKeyIds.includes(entry.accessKeyId) &&
        (isNew || isReplaced || email === undefined || to === email) &&
        (!isReplaced || kind.startsWith('replacement-')),
    )
    if (!warned) this.violated('I14', `${entry.accessKeyId} without a warning in time`)
  }
}

const armed = (enforce: Enforcement | undefined): ArmedEnforcement | undefined =>
  enforce === undefined || enforce.kind === 'none' ? undefined : enforce
