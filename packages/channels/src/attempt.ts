import type { SentMessage } from '@keynag/core'

/** What one route did with a message. A refusal is for this address only: the next may take it. */
export type Attempt =
  | { readonly kind: 'delivered'; readonly delivery: SentMessage }
  | { readonly kind: 'refused'; readonly why: string }

export const refused = (why: string): Attempt => ({ kind: 'refused', why })
