import { dictionary } from './dictionary.ts'
import type { Gaps, Phrase } from './phrase.ts'
import { agree, dateIn } from './shown-date.ts'
import type { Said, Statement } from './statement.ts'

/** What a person takes from a letter. */
export interface Reading {
  readonly statements: readonly Statement[]
  /** What the reader does not understand, and where the letter contradicts itself. */
  readonly doubts: readonly string[]
}

interface Found {
  readonly start: number
  readonly end: number
  readonly phrase: Phrase
  readonly gaps: Gaps
}

/** Reads a letter, given as `mailAsSeen` and `slackAsSeen` show it. */
export function read(text: string): Reading {
  const found = dictionary
    .filter(({ anchor }) => text.includes(anchor))
    .flatMap((phrase) =>
      [...text.matchAll(phrase.pattern)].map(({ index, 0: { length }, groups }) => ({
        start: index,
        end: index + length,
        phrase,
        gaps: groups ?? {},
      })),
    )
    .sort((a, b) => a.start - b.start)
  const said = statementsOf(found)
  return {
    statements: said,
    doubts: [...unread(text, found), ...wrongDates(text), ...contradictions(said, sentAt(found))],
  }
}

const sentAt = (found: readonly Found[]): number => {
  const shown = found.map(({ gaps }) => gaps.sent).find((sent) => sent !== undefined)
  const when = dateIn(shown ?? '')
  return when?.kind === 'on' ? when.from : -Infinity
}

/** A sentence that names no key is about the key that was named last. */
function statementsOf(found: readonly Found[]): readonly Statement[] {
  let accessKeyId = ''
  let isAside = false
  return found.flatMap(({ phrase, gaps }) => {
    isAside ||= phrase.isAside === true
    accessKeyId = gaps.key ?? accessKeyId
    return phrase.means(gaps).map((said) => ({ ...said, accessKeyId, isAside }))
  })
}

/** Words that tell a reader something about a key. */
const telling =
  /\bA[KS]IA[A-Z0-9]{12,}|\b\d{4}-\d\d-\d\d|\bkeynag\b|\bdeactivat|\bdelet|\bstops? working|\bAnd \d+ more\b/gi

/** Sentences with such words that no phrase of the dictionary covers. */
function unread(text: string, found: readonly Found[]): readonly string[] {
  // Of the keys that a letter only mentions aside, it need not name each.
  const aside = found.find(({ phrase }) => phrase.isAside === true)?.start ?? Infinity
  const sentences = [...text.matchAll(telling)]
    .filter(({ index, 0: word }) => !word.startsWith('And ') || index < aside)
    .filter(({ index }) => !found.some(({ start, end }) => start <= index && index < end))
    .map(({ index }) => sentenceAt(text, index))
  return [...new Set(sentences)].map(
    (sentence) =>
      `unread sentence; teach packages/oracle/src/dictionary.ts what it means: "${sentence}"`,
  )
}

function sentenceAt(text: string, index: number): string {
  const before = text.lastIndexOf('. ', index)
  const start = Math.max(before === -1 ? 0 : before + 2, index - 200)
  const end = text.indexOf('. ', index)
  return text.slice(start, Math.min(end === -1 ? text.length : end + 1, index + 200))
}

const wrongDates = (text: string): readonly string[] =>
  [...text.matchAll(/\d{4}-\d\d-\d\d(?: \d\d:\d\d UTC(?: \(\w+day,)?)?/g)].flatMap(([shown]) =>
    dateIn(shown) === undefined ? [`the weekday is wrong: "${shown}"`] : [],
  )

type Will = Extract<Said, { kind: 'will' }>
const isWill = (said: Statement): said is Statement & Will => said.kind === 'will'

/** The subject, the summary, the facts and the steps of a letter say the same. */
function contradictions(statements: readonly Statement[], sentAt: number): readonly string[] {
  const doubts: string[] = []
  const announced = statements.filter(isWill)
  for (const [index, { accessKeyId, deed, when }] of announced.entries()) {
    const isSame = (other: Statement & Will): boolean =>
      other.accessKeyId === accessKeyId && other.deed === deed
    if (
      announced.slice(0, index).some((other) => isSame(other) && !agree(other.when, when, sentAt))
    ) {
      doubts.push(`two dates for one thing: ${deed} ${accessKeyId}`)
    }
  }
  for (const said of statements) {
    if (said.kind === 'age') {
      const isSame = (other: Statement): boolean =>
        other.accessKeyId !== said.accessKeyId || other.kind !== 'age' || other.days === said.days
      if (!statements.every(isSame)) doubts.push(`two ages of one key: ${said.accessKeyId}`)
    }
    if (said.kind === 'first') {
      const { deed, when } = said
      const isListed = announced.some(
        (each) => each.deed === deed && agree(each.when, when, sentAt),
      )
      if (!isListed) doubts.push(`no key of the list is the first: ${deed}`)
    }
    if (said.kind === 'names') {
      const listed = new Set(
        statements.filter((each) => each.kind === 'named' && !each.isAside).map(idOf),
      )
      if (listed.size !== said.keys) doubts.push(`names ${listed.size} of ${said.keys} keys`)
    }
    if (said.accessKeyId === '' && said.kind !== 'first' && said.kind !== 'names') {
      doubts.push(`it is not said which key "${said.kind}" is about`)
    }
  }
  return doubts
}

const idOf = ({ accessKeyId }: Statement): string => accessKeyId
