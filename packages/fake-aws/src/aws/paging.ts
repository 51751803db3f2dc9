import type { Identifiers } from './identifiers.ts'

export interface Page<T> {
  readonly items: readonly T[]
  /** Undefined on the last page. */
  readonly next: string | undefined
}

export interface PageRequest {
  /** Names the listing, so that a token of another listing is refused. */
  readonly listing: string
  readonly token: string | undefined
  readonly size: number
}

const firstAfter = <T>(
  sorted: readonly T[],
  keyOf: (item: T) => string,
  last: string | undefined,
): number => {
  if (last === undefined) return 0
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const item = sorted[middle]
    if (item !== undefined && keyOf(item) <= last) low = middle + 1
    else high = middle
  }
  return low
}

/** The share of short pages that are empty, among those that may be. */
const EMPTY_SHARE = 1 / 3

/** Cuts listings into pages. A page can be short or empty and still have a token for more. */
export class Pager {
  readonly #ids: Identifiers
  readonly #shortPageChance: number

  /** `shortPageChance` is at least 0 (every page full) and at most 1. */
  constructor(ids: Identifiers, shortPageChance: number) {
    this.#ids = ids
    this.#shortPageChance = shortPageChance
  }

  /**
   * The page after `token` of items sorted by `keyOf`. A token remembers the last key it showed, so
   * an item that is added or removed between two pages does not shift the others. Undefined when
   * this pager did not issue the token.
   */
  page<T>(
    sorted: readonly T[],
    keyOf: (item: T) => string,
    request: PageRequest,
  ): Page<T> | undefined {
    const from = this.#read(request)
    if (from === undefined) return undefined
    const start = firstAfter(sorted, keyOf, from.last)
    const full = Math.min(request.size, sorted.length - start)
    const short = this.#shortened(request.listing, from, full)
    const items = sorted.slice(start, start + (short ?? full))
    const end = start + items.length
    if (short === undefined && end >= sorted.length) return { items, next: undefined }
    const lastItem = items.at(-1)
    const last = lastItem === undefined ? from.last : keyOf(lastItem)
    return { items, next: this.#write(request.listing, last, from.pages + 1) }
  }

  /** Never makes two empty pages in a row, so that every listing ends. */
  #shortened(
    listing: string,
    from: { last: string | undefined; pages: number },
    full: number,
  ): number | undefined {
    if (this.#shortPageChance === 0) return undefined
    const purpose = [listing, from.last ?? '', from.pages]
    if (this.#ids.chance('short', ...purpose) >= this.#shortPageChance) return undefined
    const share = this.#ids.chance('size', ...purpose)
    if (from.pages % 2 === 0 && share < EMPTY_SHARE) return 0
    return full === 0 ? undefined : Math.max(1, Math.floor(share * full))
  }

  #write(listing: string, last: string | undefined, pages: number): string {
    return Buffer.from(JSON.stringify({ listing, last, pages })).toString('base64url')
  }

  #read({ listing, token }: PageRequest): { last: string | undefined; pages: number } | undefined {
    if (token === undefined) return { last: undefined, pages: 0 }
    const text = Buffer.from(token, 'base64url').toString()
    if (!text.startsWith('{')) return undefined
    try {
      const value: unknown = JSON.parse(text)
      if (typeof value !== 'object' || value === null) return undefined
      if (!('listing' in value) || value.listing !== listing) return undefined
      const pages = 'pages' in value && typeof value.pages === 'number' ? value.pages : 0
      const last = 'last' in value && typeof value.last === 'string' ? value.last : undefined
      return { last, pages }
    } catch (error) {
      if (error instanceof SyntaxError) return undefined
      throw error
    }
  }
}
