/** A run of text: the template's own words, or a value from outside. */
export type Run = string | { readonly code: string } | { readonly strong: string }
export type Text = readonly Run[]

/** The content of a message, before Slack, HTML or plain text gives it a form. */
export interface Document {
  /** The mail's subject, and Slack's notification. */
  readonly subject: string
  readonly title: string
  /** What is asked, by when, why the reader is asked, and whom to ask. */
  readonly summary: readonly Text[]
  readonly blocks: readonly Block[]
  readonly footer: Text
}

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: Text }
  | { readonly kind: 'facts'; readonly facts: readonly LabelledText[] }
  | { readonly kind: 'points'; readonly points: readonly Text[] }
  | { readonly kind: 'steps'; readonly steps: readonly Step[] }
  | List

export interface LabelledText {
  readonly label: string
  readonly text: Text
}

export interface Step {
  readonly text: Text
  readonly commands?: readonly string[]
}

/** A list that may be long. Each form shows as many of the first items as fit. */
export interface List {
  readonly kind: 'list'
  readonly noun: Noun
  readonly items: readonly Item[]
}

export interface Item {
  readonly text: Text
  readonly detail?: Text
  /** The account, so that a form can say where the items are that it leaves out. */
  readonly where?: string
}

export interface Noun {
  readonly one: string
  readonly many: string
}

/**
 * Builds a text. It treats every interpolated string as a value from outside and sets it as code, so
 * wrap the template's own words in `plain` or `strong`.
 */
export const say = (words: TemplateStringsArray, ...values: readonly (string | number | Text)[]) =>
  words.flatMap((word, index): Text => {
    const value = values[index]
    const runs = word === '' ? [] : [word]
    if (value === undefined) return runs
    if (typeof value === 'number') return [...runs, String(value)]
    return typeof value === 'string' ? [...runs, { code: value }] : [...runs, ...value]
  })

export const plain = (words: string): Text => [words]
export const strong = (words: string): Text => [{ strong: words }]
export const heading = (text: string): Block => ({ kind: 'heading', text })
export const paragraph = (text: Text): Block => ({ kind: 'paragraph', text })

export const count = (amount: number, { one, many }: Noun): string =>
  `${amount} ${amount === 1 ? one : many}`

const accountsNamed = 5

/** The first `limit` items, and a sentence that says how many more there are and where. */
export function firstItems(
  list: List,
  limit: number,
): { readonly shown: readonly Item[]; readonly rest: Text | undefined } {
  const shown = list.items.slice(0, limit)
  const hidden = list.items.slice(limit)
  if (hidden.length === 0) return { shown, rest: undefined }
  const places = new Map<string, number>()
  for (const { where } of hidden) {
    if (where !== undefined) places.set(where, (places.get(where) ?? 0) + 1)
  }
  const ranked = [...places].sort(([, a], [, b]) => b - a)
  const named = ranked
    .slice(0, accountsNamed)
    .flatMap(
      ([where, amount], index) => say`${plain(index === 0 ? '' : ', ')}${amount} in ${where}`,
    )
  const unnamed = ranked.slice(accountsNamed)
  const others = unnamed.reduce((sum, [, amount]) => sum + amount, 0)
  const tail =
    unnamed.length === 0
      ? []
      : plain(
          `, ${others} in ${count(unnamed.length, { one: 'other account', many: 'other accounts' })}`,
        )
  const rest = say`And ${plain(count(hidden.length, more(list.noun)))}${plain(ranked.length === 0 ? '' : ': ')}${named}${tail}.`
  return { shown, rest: rest.filter((run) => run !== '') }
}

const more = ({ one, many }: Noun): Noun => ({ one: `more ${one}`, many: `more ${many}` })
