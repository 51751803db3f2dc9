const fence = '```'

/** A part of a page that a program writes, between `<!-- opening -->` and `<!-- /closing -->`. */
export interface Block {
  readonly opening: string
  readonly text: string
  /** Where the text stands in the page. */
  readonly from: number
  readonly to: number
}

/** The blocks whose opening marker begins with one of these words, in the page's order. */
export function blocksOf(page: string, ...words: readonly string[]): readonly Block[] {
  return [...page.matchAll(/^<!-- (?<opening>(?<word>[a-z-]+).*) -->$/gm)].flatMap((marker) => {
    const { opening = '', word = '' } = marker.groups ?? {}
    if (!words.includes(word)) return []
    const from = marker.index + marker[0].length
    const to = page.indexOf(`<!-- /${word} -->`, from)
    if (to === -1) throw new Error(`<!-- ${opening} --> has no <!-- /${word} -->`)
    return [{ opening, text: page.slice(from, to).trim(), from, to }]
  })
}

/** The page with the text of a block replaced. */
const withText = (page: string, { from, to }: Block, text: string): string =>
  `${page.slice(0, from)}\n\n${text}\n\n${page.slice(to)}`

/** The page with its one block of this name rewritten. */
export function withBlock(page: string, name: string, text: string): string {
  const [block, other] = blocksOf(page, name)
  if (block === undefined || other !== undefined) throw new Error(`not one <!-- ${name} -->`)
  return withText(page, block, text)
}

/** The page with each of these blocks rewritten. */
export const rewritten = (
  page: string,
  blocks: readonly Block[],
  textOf: (block: Block) => string,
): string => blocks.toReversed().reduce((text, block) => withText(text, block, textOf(block)), page)

export const fenced = (text: string): string => `${fence}text\n${text}\n${fence}`
