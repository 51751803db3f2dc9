import {
  dayMs,
  policyNamed,
  type FactKind,
  type Message,
  type Organization,
  type Write,
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

/** What a key was reminded of last, and the shortest period of the policies that it was under since. */
interface Period {
  readonly at: number
  readonly owner: string
  readonly everyDays: number
}

/**
 * I9: an owner is not told the same thing of a key twice in so many periods. A new owner's period begins anew.
 * A function may have decided just before the key came under another policy, with a longer period. If a
 * date that the owner read falls into the period and does not stand, a day is enough.
 */
class Periods {
  readonly #last = new Map<string, Period>()

  /** Whether this comes too soon after the last one. */
  isTooSoon(
    { policies }: Organization,
    write: EntryWrite,
    isTold: boolean,
    {
      periods,
      dateRead = Infinity,
    }: { readonly periods: number; readonly dateRead?: number | undefined },
  ): boolean {
    const { accessKeyId, owner, policy, changedAt } = write.after
    const everyDays = policyNamed(policies, policy)?.nag.everyDays ?? 1
    const before = this.#last.get(accessKeyId)
    const last =
      before?.owner === owner.id && !startsAgain(write)
        ? { ...before, everyDays: Math.min(before.everyDays, everyDays) }
        : undefined
    if (last === undefined) this.#last.delete(accessKeyId)
    else this.#last.set(accessKeyId, last)
    if (!isTold) return false
    this.#last.set(accessKeyId, { at: changedAt, owner: owner.id, everyDays })
    if (last === undefined) return false
    const days = dateRead < last.at + everyDays * dayMs ? 1 : last.everyDays
    return changedAt - last.at < days * periods * dayMs
  }
}

type EntryWrite = Extract<Write, { kind: 'entry' }>

/**
 * I9: a key's nag counts once in half of its period, because a message takes along what is due soon. The
 * rungs of its owner are told a period apart.
 */
export class OncePerPeriod {
  readonly #nags = new Periods()
  readonly #rungs = new Periods()

  check({ checks }: CheckedRun, organization: Organization, write: EntryWrite): void {
    const { before, after, fact } = write
    const isReminder = fact.kind === 'nagged' || fact.kind === 'posted'
    const dateRead = before?.shown?.date
    if (this.#nags.isTooSoon(organization, write, isReminder, { periods: 1 / 2, dateRead })) {
      checks.violated('I9', `${after.accessKeyId} was counted as nagged twice in one period`)
    }
    if (this.#rungs.isTooSoon(organization, write, fact.kind === 'escalated', { periods: 1 })) {
      checks.violated('I9', `${after.accessKeyId} was escalated twice in one period`)
    }
  }
}

/** After these facts, keynag reminds the owner from the start. */
const beginnings: ReadonlySet<FactKind> = new Set([
  'reopened',
  'rolled-back',
  'reactivation-accepted',
  'begun-anew',
])

/** The same holds for a key that was seen Inactive, and is on again. */
const startsAgain = ({ before, after, fact }: EntryWrite): boolean =>
  beginnings.has(fact.kind) || (before?.status === 'Inactive' && after.status === 'Active')
