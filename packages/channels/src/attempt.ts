import type { Concern, KeynagError, Sent } from '@keynag/core'

/** The result of one route. A refusal concerns this address only: another route may deliver. */
export type Attempt =
  | Extract<Sent, { kind: 'delivered' }>
  | { readonly kind: 'refused'; readonly why: string }
  | {
      readonly kind: 'failed'
      readonly error: KeynagError
      readonly concerns: Concern
      readonly pauseMs?: number | undefined
    }

export const refused = (why: string): Attempt => ({ kind: 'refused', why })
