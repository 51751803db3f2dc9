/** What became of an operator's request. */
export type Answer =
  | { readonly kind: 'done'; readonly sentence: string }
  /** Nothing was changed, and asking again would not help. */
  | { readonly kind: 'refused'; readonly sentence: string }
  /** Nothing was changed: somebody else is at work. Ask again a little later. */
  | { readonly kind: 'busy'; readonly sentence: string }

export const answered = (sentence: string): Answer => ({ kind: 'done', sentence })
export const refused = (sentence: string): Answer => ({ kind: 'refused', sentence })
export const busy = (sentence: string): Answer => ({ kind: 'busy', sentence })

/** Who asks, and why: both are recorded with what was done. */
export interface Request {
  readonly by: string
  readonly why: string
}
