import type { Reading } from './read.ts'
import type { When } from './shown-date.ts'
import type { Deed, Statement } from './statement.ts'

/** A letter that reached somebody. */
export interface ReadLetter {
  readonly at: number
  readonly to: string
  readonly reading: Reading
}

/** What is done to a key, and whom it concerns. */
export interface Change {
  readonly accessKeyId: string
  readonly deed: Deed
  readonly at: number
  /** The present owner, who has to know. */
  readonly owner: string
  /** How long before the owner has to know. */
  readonly graceMs: number
  /** Another key was made for it: its owner has to know that one too. */
  readonly isReplaced?: boolean
  /** The deletion comes too soon after the deactivation to prevent it: it was foretold before that. */
  readonly isFinal?: boolean
  /** What was said until then does not count any more. */
  readonly since: number
  /** What was said after that came too late to stop the change. */
  readonly seenUntil: number
}

/**
 * The letters that told the owner of the change in time, by the name of the key, and with a date that is
 * not later than the change, and that no later letter took back.
 */
export function announcementsOf<L extends ReadLetter>(
  change: Change,
  letters: readonly L[],
): readonly L[] {
  const read = letters.filter(({ to, at }) => to === change.owner && at > change.since)
  return read.filter(
    (letter) =>
      letter.at <= change.at - change.graceMs &&
      announces(letter, change) &&
      !read.some(
        (later) => later.at > letter.at && later.at < change.seenUntil && takesBack(later, change),
      ),
  )
}

/** What the letter says of the key, and not beside the keys that it is about. */
export const saidOf = ({ reading }: ReadLetter, accessKeyId: string): readonly Statement[] =>
  reading.statements.filter((said) => said.accessKeyId === accessKeyId && !said.isAside)

/** The first moment that the date can mean. Undefined: there is none yet. */
export function momentOf(when: When, letter: ReadLetter): number | undefined {
  if (when.kind === 'open') return undefined
  return when.kind === 'on' ? when.from : letter.at
}

/** The moments for which the letter announces one of the deeds. */
function momentsOf(letter: ReadLetter, accessKeyId: string, deeds: readonly Deed[]) {
  return saidOf(letter, accessKeyId).flatMap((said) => {
    if (said.kind !== 'will' || !deeds.includes(said.deed)) return []
    const moment = momentOf(said.when, letter)
    return moment === undefined ? [] : [moment]
  })
}

/** An owner who expects worse than the deed was told of it. */
const enough: Readonly<Record<Deed, readonly Deed[]>> = {
  replace: ['replace', 'deactivate', 'delete'],
  deactivate: ['deactivate'],
  delete: ['delete'],
}

function announces(
  letter: ReadLetter,
  { accessKeyId, deed, at, isReplaced, isFinal }: Change,
): boolean {
  const said = saidOf(letter, accessKeyId)
  const isOff = said.some((each) => each.kind === 'did' && each.deed === 'deactivate')
  const hasNewKey = said.some(({ kind }) => kind === 'replaced by')
  return (
    momentsOf(letter, accessKeyId, enough[deed]).some((moment) => moment <= at) &&
    (deed !== 'delete' || isOff || isFinal === true) &&
    (isReplaced !== true || hasNewKey)
  )
}

function takesBack(letter: ReadLetter, { accessKeyId, deed, at }: Change): boolean {
  const said = saidOf(letter, accessKeyId)
  const moments = momentsOf(letter, accessKeyId, enough[deed])
  return (
    said.some(({ kind }) => kind === 'left alone') ||
    (said.some(({ kind }) => kind === 'off') && moments.length === 0) ||
    (moments.length > 0 && moments.every((moment) => moment > at))
  )
}
