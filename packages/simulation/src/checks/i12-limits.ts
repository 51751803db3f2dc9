import {
  epochMs,
  isoDay,
  nextOpening,
  policyNamed,
  type CapCount,
  type Entry,
  type FreezeScope,
  type Message,
  type Rotation,
} from '@keynag/core'
import type { Invocation } from '../invocation.ts'
import type { Books } from '../books.ts'
import type { CheckedRun } from './checked-run.ts'
import { enforcementOf, type Mutation } from './mutation.ts'

/** I12: no step begins under a freeze. */
export function checkStepIsNotFrozen({ books, checks }: CheckedRun, invocation: Invocation): void {
  const frozenAt = frozenSince(books, invocation.lastEntry)
  if (frozenAt <= invocation.startedAt) checks.violated('I12', 'a step began under a freeze')
}

/** I12: no change begins under a freeze. */
export function checkChangeIsNotFrozen(
  { books, checks }: CheckedRun,
  { lastEntry, lastEffectAt }: Invocation,
  { accessKeyId }: Rotation,
): void {
  const entry = lastEntry?.accessKeyId === accessKeyId ? lastEntry : books.entries.get(accessKeyId)
  if (frozenSince(books, entry) < lastEffectAt) {
    checks.violated('I12', 'a key was changed under a freeze')
  }
}

/** Since when a freeze of everything, of the key's account or of its policy has been on. */
function frozenSince({ freezes }: Books, entry: Entry | undefined): number {
  const stops = (scope: FreezeScope): boolean =>
    scope.kind === 'all' ||
    (scope.kind === 'account' && scope.accountId === entry?.accountId) ||
    (scope.kind === 'policy' && scope.policy === entry?.policy)
  const since = [...freezes.values()].filter(({ scope }) => stops(scope)).map(({ at }) => at)
  return Math.min(Infinity, ...since)
}

/** I12: a create that has begun stores its secret, whatever else happens. */
export function checkCreatedKeysAreStored({ checks }: CheckedRun, invocation: Invocation): void {
  for (const id of invocation.createdKeys) {
    if (!invocation.storeTried.has(id) && !invocation.isDead) {
      checks.violated('I12', `${id} was created and its secret was not stored`)
    }
  }
}

/** I12: nobody gets a nag under a dry run. */
export function checkNoNagInDryRun(
  { checks }: CheckedRun,
  { organization }: Invocation,
  message: Message,
): void {
  const isDryRun = organization.policies.every(({ mode }) => mode === 'dry-run')
  if (message.kind === 'nag' && isDryRun) {
    checks.violated('I12', 'somebody was nagged under a dry run')
  }
}

/** I12: the policy enforces. Returns whether it does. */
export function checkPolicyEnforces({ simulation, invocation, entry, what }: Mutation): boolean {
  const { policies } = invocation.organization
  const isEnforced =
    enforcementOf(invocation.organization, entry) !== undefined &&
    policyNamed(policies, entry.policy)?.mode === 'enforce'
  if (!isEnforced) {
    const sentence = `${what} of ${entry.accessKeyId} under a policy that does not enforce`
    simulation.checks.violated('I12', sentence)
  }
  return isEnforced
}

/** I12: the window is open. */
export function checkWindow({ simulation, invocation, entry, what }: Mutation): void {
  const enforce = enforcementOf(invocation.organization, entry)
  const at = epochMs(invocation.lastEffectAt)
  if (enforce !== undefined && nextOpening(enforce.window, at) !== at) {
    simulation.checks.violated('I12', `${what} of ${entry.accessKeyId} outside the window`)
  }
}

const intents: ReadonlySet<Rotation['phase']['kind']> = new Set([
  'creating',
  'deactivating',
  'deleting',
])

/**
 * Whether keynag makes this rotation's next change on a later day. A delivery that could not give its
 * lease back, because the ledger refused the write, could not give back what it had counted either.
 */
const isPutOff = (entry: Entry | undefined, { phase, lease }: Rotation, date: string): boolean =>
  entry?.postponed !== undefined &&
  isoDay(entry.postponed.until) > date &&
  !intents.has(phase.kind) &&
  lease === undefined

/** I12: a day's changes stay within the caps, each kind of change by itself. */
export class Caps {
  readonly #keys = new Map<string, Set<string>>()
  /** How many changes were made on a day, by the counters that count them. */
  readonly #made = new Map<string, number>()

  check({ simulation, invocation, entry, rotation, what }: Mutation): void {
    // A deactivation without a replacement begins enforcement, and has a count of its own.
    const isFirst = what === 'deactivate' && !('newKeyId' in rotation.phase)
    const policy = policyNamed(invocation.organization.policies, entry.policy)
    if (policy === undefined) return
    const day = isoDay(simulation.time)
    const isLater = what === 'delete' || (what === 'deactivate' && entry.state === 'issued')
    const scope = `policy/${policy.name}${isLater ? `/${what}` : ''}`
    for (const counter of [`${day} ${scope}`, `${day} ${scope}/${entry.accountId}`]) {
      this.#made.set(counter, (this.#made.get(counter) ?? 0) + 1)
    }
    for (const [scope, limit] of [
      [policy.name, policy.caps.perDay],
      [`${policy.name}/${entry.accountId}`, policy.caps.perAccountPerDay],
    ] as const) {
      const counted = `${day} ${scope} ${isFirst ? 'begin' : what}`
      const keys = this.#keys.get(counted) ?? new Set<string>()
      keys.add(entry.accessKeyId)
      this.#keys.set(counted, keys)
      if (keys.size > limit) {
        simulation.checks.violated('I12', `${what} beyond the cap of ${scope} on ${day}`)
      }
    }
  }
  /** Caps count what was done: a change that AWS refused keeps no other key waiting. */
  checkRefusal({ books, checks }: CheckedRun, { date, scope, limit }: CapCount): void {
    const made = this.#made.get(`${date} ${scope}`) ?? 0
    const mayBeMade = [...books.rotations.values()].filter(
      (rotation) =>
        rotation.counted?.some((use) => use.date === date && use.scope === scope) === true &&
        !isPutOff(books.entries.get(rotation.accessKeyId), rotation, date),
    )
    if (made + mayBeMade.length < limit) {
      checks.violated('I12', `the cap of ${scope} on ${date} counts changes that were not made`)
    }
  }
}
