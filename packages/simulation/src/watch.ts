import {
  policyNamed,
  transition,
  type Entry,
  type EntryState,
  type FactKind,
  type Write,
} from '@keynag/core'
import type { InvariantId } from '@keynag/core/invariants'
import { KeyWatch } from './key-watch.ts'
import { secretMark } from './estate.ts'
import type { Invocation } from './invocation.ts'
import { userKey } from './books.ts'

export interface Violation {
  /** An invariant, or a bug: keynag threw what it does not know. */
  readonly invariant: InvariantId | 'bug'
  readonly sentence: string
  /** Virtual milliseconds since 1970. */
  readonly at: number
}

/** Holds what keynag writes and does against what is true, after every step. */
export class Watch extends KeyWatch {
  readonly transitions = new Set<string>()
  readonly holds = new Set<string>()
  #lastNag = new Map<string, number>()

  committed(invocation: Invocation | undefined, writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.kind === 'entry') this.#entry(write)
      else if (write.kind === 'rotation') this.#rotation(invocation, write)
    }
    this.simulation.books.note(writes)
    for (const write of writes) {
      if (write.kind !== 'entry') continue
      if (write.fact.kind === 'replacement-issued') this.#issued(write.fact)
      if (write.fact.kind === 'resolved') this.#resolved(write.after)
      if (write.fact.kind === 'held') this.#held(write.after)
    }
  }

  /** I2. */
  wrote(what: string, text: string): void {
    if (text.includes(secretMark)) this.violated('I2', `a secret stands in ${what}`)
  }

  #entry({ before, after, fact }: Extract<Write, { kind: 'entry' }>): void {
    const from: EntryState | undefined = before?.state
    const next = from === undefined ? opened(fact.kind) : transition(from, fact.kind)
    if (next !== after.state || after.version !== (before?.version ?? 0) + 1) {
      const sentence = `${after.accessKeyId}: "${fact.kind}" leads from ${from} to ${after.state}`
      this.violated('I10', sentence)
    }
    const held = this.simulation.books.entries.get(after.accessKeyId)
    if (held?.version !== before?.version || held?.state !== from) {
      this.violated('I10', `${after.accessKeyId}: "${fact.kind}" was written over ${held?.state}`)
    }
    if (from !== undefined) this.transitions.add(`${from} ${fact.kind}`)
    if (fact.kind === 'nagged') this.#nagged(after)
    if (startsAfresh.has(fact.kind)) this.#lastNag.delete(after.accessKeyId)
  }

  /** I9: a nag counts once in its period. */
  #nagged(entry: Entry): void {
    const policy = policyNamed(this.simulation.organization.policies, entry.policy)
    const at = entry.lastNaggedAt ?? 0
    const before = this.#lastNag.get(entry.accessKeyId)
    const gap = (policy?.nag.everyDays ?? 1) * 24 * 3_600_000
    if (before !== undefined && at - before < gap) {
      this.violated('I9', `${entry.accessKeyId} was counted as nagged twice in one period`)
    }
    this.#lastNag.set(entry.accessKeyId, at)
  }

  /** I8: what is written down about a rotation follows what was written before. */
  #rotation(
    invocation: Invocation | undefined,
    { before, after }: Extract<Write, { kind: 'rotation' }>,
  ): void {
    if (after.version !== (before?.version ?? 0) + 1 || after.fence < (before?.fence ?? 0)) {
      this.violated('I8', `the rotation of ${after.accessKeyId} has lost its fence`)
    }
    invocation?.fences.set(userKey(after), after.version)
    if (before === undefined || before.rotationId === after.rotationId) return
    const { kind } = before.phase
    if (kind === 'creating' || kind === 'undoing' || kind === 'stored') {
      this.violated('I8', `the rotation of ${before.accessKeyId} was taken over while ${kind}`)
    }
  }

  /** I1: `issued` is only said of a key that can be fetched. */
  #issued(fact: { readonly replacementKeyId: string }): void {
    const { vault, estate } = this.simulation
    const key = estate.key(fact.replacementKeyId)
    if (key.deletedAt === undefined && !vault.holds(key.id)) {
      this.violated('I1', `${key.id} was issued, and nobody can fetch it`)
    }
    this.issued.add(key.id)
  }

  /** I6, I15: nobody is called to a key that is as it was left. */
  #held(entry: Entry): void {
    const { estate, books } = this.simulation
    const key = estate.key(entry.accessKeyId)
    this.holds.add(entry.hold?.code ?? 'none')
    if (entry.hold?.code === 'reactivated' && entry.state === 'deactivated') {
      const isTrue = key.events.some(({ what }) => what === 'activated')
      if (!isTrue) this.violated('I6', `${key.id} was held as reactivated and was not`)
    }
    if (entry.hold?.code === 'replacement-gone') {
      const phase = books.rotationOf(entry)?.phase
      const newKeyId = phase !== undefined && 'newKeyId' in phase ? phase.newKeyId : undefined
      const replacement = newKeyId === undefined ? undefined : estate.key(newKeyId)
      if (replacement?.deletedAt === undefined && replacement?.status === 'Active') {
        this.violated('I15', `${key.id} was held, and its replacement is there`)
      }
    }
  }

  /** I11: silence resolves no key. */
  #resolved(entry: Entry): void {
    if (entry.state !== 'resolved') return
    const key = this.simulation.estate.key(entry.accessKeyId)
    const wrong =
      (entry.resolution === 'deleted-by-owner' && key.deletedAt === undefined) ||
      (entry.resolution === 'user-deleted' && key.user.deletedAt === undefined)
    if (wrong) this.violated('I11', `${key.id} was resolved as ${entry.resolution} and is there`)
  }
}

/** Reminders begin anew with these. */
const startsAfresh: ReadonlySet<FactKind> = new Set([
  'reopened',
  'rolled-back',
  'reactivation-accepted',
  'begun-anew',
])

const opened = (kind: FactKind): EntryState | undefined =>
  kind === 'found' ? 'nagging' : undefined
