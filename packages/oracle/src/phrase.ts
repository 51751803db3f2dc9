import type { Said } from './statement.ts'

/** The words that a phrase leaves open, by name. */
export type Gaps = Readonly<Record<string, string | undefined>>

/** A sentence of a letter, and what a person takes from it. */
export interface Phrase {
  readonly pattern: RegExp
  /** The longest of its words: a letter without them does not have the sentence. It saves time. */
  readonly anchor: string
  readonly means: (gaps: Gaps) => readonly Said[]
  /** What follows is about other keys, of which the letter only reminds its reader. */
  readonly isAside?: true
}

const date = String.raw`\d{4}-\d\d-\d\d`
const moment = String.raw`${date} \d\d:\d\d UTC(?: \(\w+day, [^)]*\))?`

const kinds: Readonly<Record<string, string>> = {
  key: String.raw`A[KS]IA[A-Z0-9]{12,}`,
  old: String.raw`A[KS]IA[A-Z0-9]{12,}`,
  new: String.raw`A[KS]IA[A-Z0-9]{12,}`,
  user: '.{1,300}?',
  account: String.raw`\d{12}`,
  day: date,
  moment,
  when: String.raw`on ${moment}|at its next run \(due since ${moment}\)`,
  brief: `on ${date}|at keynag's next run`,
  first: `on ${moment}|at keynag's next run`,
  n: String.raw`\d+`,
  words: '.{1,600}?',
  name: String.raw`'[^']*'|\S+`,
  what: '[a-z][a-z -]{0,40}',
  rest: '.{1,600}$',
  section: '.{1,40000}?',
}

const literal = (words: string): string => words.replaceAll(/[.*+?^$()\\/]/g, String.raw`\$&`)

/**
 * The pattern of a sentence. `{key}` is a gap of the kind `key`, `{a|b:gap}` one that holds `a` or `b`,
 * and `[…]` may be left out.
 */
export function patternOf(sentence: string): RegExp {
  const source = sentence
    .split(/(\{[^}]+\})/)
    .map((piece) => {
      if (!piece.startsWith('{')) {
        return literal(piece).replaceAll('[', '(?:').replaceAll(']', ')?')
      }
      const [what = '', name] = piece.slice(1, -1).split(':')
      const kind = kinds[what]
      if (kind !== undefined) return `(?<${name ?? what}>${kind})`
      return `(${name === undefined ? '?:' : `?<${name}>`}${literal(what)})`
    })
    .join('')
  return new RegExp(String.raw`(?<!\w)${source}(?!\w)`, 'g')
}

export const anchorOf = (sentence: string): string =>
  sentence
    .split(/\{[^}]+\}|\[[^\]]*\]/)
    .reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '')
