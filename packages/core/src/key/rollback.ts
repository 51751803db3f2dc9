import { isoTime } from '../time.ts'
import { isUnanswered, type Entry, type EntryIn } from './entry.ts'
import type { FactOf, HoldCode } from './fact.ts'
import type { Rotation, RotationPhase } from './rotation.ts'

/** Whether keynag may switch a key on again that it has switched off. */
export type RollbackDecision =
  | { readonly kind: 'go'; readonly entry: EntryIn<'deactivated'> }
  | { readonly kind: 'refused'; readonly why: string }

const refused = (why: string): RollbackDecision => ({ kind: 'refused', why })

/**
 * Pure. A key can be rolled back while it is deactivated by keynag, until its deletion is intended: from
 * then on only a look at IAM can tell whether it is there. No date ends this: a deletion that is due may
 * wait for a cap, a window, a freeze or an operator, and the key works again as long as it exists.
 */
export function decideRollback(entry: Entry, rotation: Rotation | undefined): RollbackDecision {
  if (entry.state === 'deleted') {
    return refused(`keynag deleted it on ${isoTime(entry.deletedAt)}; a deleted key cannot return`)
  }
  if (entry.state === 'resolved' && entry.wasDeactivatedAt !== undefined) {
    return refused('its account was closed since keynag deactivated it, and its story has ended')
  }
  if (entry.state !== 'deactivated') {
    return refused(`keynag has not deactivated it: it is ${entry.state}`)
  }
  const isOfThisKey = rotation !== undefined && rotation.accessKeyId === entry.accessKeyId
  return isOfThisKey && rotation.phase.kind === 'deleting'
    ? refused('its deletion has begun')
    : { kind: 'go', entry }
}

/** These holds say that the owner does not have the replacement. */
const withoutReplacement: ReadonlySet<HoldCode> = new Set([
  'replacement-gone',
  'handover-gone',
  'replacement-not-fetched',
])

/**
 * Pure: what the release of a hold is for this key. Where the hold is about a key that somebody
 * switched on again, the release accepts that, and that its owner has switched it off since; where it is about a replacement that nobody has, another
 * may be made. Then the saga is over, and the owner is warned anew before anything else is done.
 * `undefined` when nothing is held.
 */
export function releaseFact(
  entry: Entry,
  { by, why }: { readonly by: string; readonly why: string },
): FactOf<'released' | 'reactivation-accepted' | 'resolved' | 'begun-anew'> | undefined {
  const { state, hold } = entry
  if (hold === undefined) return undefined
  if (state === 'deactivated' && hold.code === 'reactivated') {
    return hold.status === 'Inactive'
      ? {
          kind: 'resolved',
          how: 'deactivated-by-owner',
          status: hold.status,
          released: { by, why },
        }
      : { kind: 'reactivation-accepted', by, why }
  }
  return state === 'issued' && withoutReplacement.has(hold.code)
    ? { kind: 'begun-anew', by, why }
    : { kind: 'released', by, why, anew: true }
}

/**
 * Whether what a rotation had come to was undone, by a rollback or with an operator's consent: then
 * the rotation has nothing more to do, though a process that died may have left it open.
 */
export const isUndone = ({ phase }: Rotation, entry: Entry): boolean =>
  hasReplaced(phase) && isUnanswered(entry)

/** Where nothing is replaced, a key is deactivated without having been handed over. */
const hasReplaced = (phase: RotationPhase): boolean =>
  phase.kind === 'replaced' ||
  phase.kind === 'deactivated' ||
  phase.kind === 'deleting' ||
  (phase.kind === 'deactivating' && phase.newKeyId !== undefined)
