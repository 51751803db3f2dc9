import type { When } from './shown-date.ts'

export type Deed = 'replace' | 'deactivate' | 'delete'

/** What a sentence says about a key. */
export type Said =
  /** keynag will do it. */
  | { readonly kind: 'will'; readonly deed: Deed; readonly when: When }
  /** keynag has done it. */
  | { readonly kind: 'did'; readonly deed: Deed }
  /** Another key replaces it, or did so before. */
  | { readonly kind: 'replaced by'; readonly newKeyId: string; readonly isKeynags: boolean }
  /** keynag does nothing to it by itself. */
  | { readonly kind: 'left alone' }
  /** Something that was announced does not happen on the date that was announced. */
  | { readonly kind: 'off' }
  /** The letter's opening, about the keys that it lists. */
  | { readonly kind: 'first'; readonly deed: Deed; readonly when: When }
  | { readonly kind: 'names'; readonly keys: number }
  | { readonly kind: 'age'; readonly days: number }
  /** The sentence only says which key it is about. */
  | { readonly kind: 'named' }

export type Statement = Said & {
  readonly accessKeyId: string
  /** The letter only mentions the key beside those that it is about. */
  readonly isAside: boolean
}
