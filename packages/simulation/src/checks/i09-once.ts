import {
  dayMs,
  policyNamed,
  type Entry,
  type FactKind,
  type Message,
  type Organization,
} from '@keynag/core'
import { keysHeld, type SimUser } from '../estate.ts'
import type { CheckedRun } from './checked-run.ts'
import { visibleSince, type Mutation } from './mutation.ts'

/** I9: a rotation leaves one new key, which its session's name can prove. */
export function checkOneNewKey(mutation: Mutation, user: SimUser, session: string): void {
  const { simulation, invocation, rotation } = mutation
  const prefix = `keynag-${rotation.rotationId}`
  if (!session.startsWith(prefix)) {
    simulation.checks.violated('I9', `the session ${session} does not name the rotation`)
  }
  const earlier = keysHeld(user).find((key) => key.session?.startsWith(prefix) === true)
  if (earlier !== undefined && earlier.createdAt <= visibleSince(invocation)) {
    const sentence = `a second key was created beside ${earlier.id} in one rotation`
    simulation.checks.violated('I9', sentence)
  }
}

/** I9: a message is sent again only if its first sending may have failed. */
export function checkNotSentTwice(simulation: CheckedRun, { noticeId }: Message): void {
  const { checks, letters, injector, functions } = simulation
  // A message that came back was heard by nobody.
  const wasSent = letters.all.some((each) => each.noticeId === noticeId && !each.cameBack)
  if (!wasSent) return
  const mayHaveFailed = injector.incidents.some(
    ({ where, what }) => where.startsWith('notify') && !what.startsWith('delay'),
  )
  if (!mayHaveFailed && !functions.died.has('notify')) {
    checks.violated('I9', `${noticeId} was sent twice`)
  }
}

/** I9: a key's nag counts once in its period. A new owner's period begins anew. */
export class NagPeriods {
  readonly #lastNag = new Map<string, { readonly at: number; readonly owner: string }>()

  check({ checks }: CheckedRun, { policies }: Organization, entry: Entry, fact: FactKind): void {
    const owner = entry.owner.id
    const isOthers = this.#lastNag.get(entry.accessKeyId)?.owner !== owner
    if (isOthers || startsAgain.has(fact)) this.#lastNag.delete(entry.accessKeyId)
    if (fact !== 'nagged') return
    const at = entry.lastNaggedAt ?? 0
    const before = this.#lastNag.get(entry.accessKeyId)
    const everyDays = policyNamed(policies, entry.policy)?.nag.everyDays ?? 1
    if (before !== undefined && at - before.at < everyDays * dayMs) {
      checks.violated('I9', `${entry.accessKeyId} was counted as nagged twice in one period`)
    }
    this.#lastNag.set(entry.accessKeyId, { at, owner })
  }
}

/** I9: an owner's rungs are told one after the other, a nag period apart. A new owner starts anew. */
export class Rungs {
  readonly #last = new Map<string, { readonly at: number; readonly owner: string }>()

  check({ checks }: CheckedRun, { policies }: Organization, entry: Entry, fact: FactKind): void {
    if (startsAgain.has(fact)) this.#last.delete(entry.accessKeyId)
    if (fact !== 'escalated') return
    const at = entry.changedAt
    const owner = entry.owner.id
    const before = this.#last.get(entry.accessKeyId)
    const everyDays = policyNamed(policies, entry.policy)?.nag.everyDays ?? 1
    if (before?.owner === owner && at - before.at < everyDays * dayMs) {
      checks.violated('I9', `${entry.accessKeyId} was escalated twice in one period`)
    }
    this.#last.set(entry.accessKeyId, { at, owner })
  }
}

/** After these facts, keynag reminds the owner from the start. */
const startsAgain: ReadonlySet<FactKind> = new Set([
  'reopened',
  'rolled-back',
  'reactivation-accepted',
  'begun-anew',
])
