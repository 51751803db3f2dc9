import { z } from 'zod'
import { AccountId } from '../ids.ts'
import type { Entry } from '../key/entry.ts'
import { EpochMs } from '../time.ts'

/** What a freeze stops: every key, the keys of one account, or the keys under one policy. */
export const FreezeScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('account'), accountId: AccountId }),
  z.object({ kind: z.literal('policy'), policy: z.string() }),
])
export type FreezeScope = z.infer<typeof FreezeScope>

/** Stops every new change within its scope until an operator ends it. */
export const Freeze = z.object({
  scope: FreezeScope,
  since: EpochMs,
  by: z.string(),
  why: z.string(),
})
export type Freeze = z.infer<typeof Freeze>

/** A freeze that is over: the lasting record of its start and of its end. */
export const EndedFreeze = Freeze.extend({
  ended: z.object({ at: EpochMs, by: z.string(), why: z.string() }),
})
export type EndedFreeze = z.infer<typeof EndedFreeze>

/** The scopes of all freezes that stop this key, the widest first. Nothing else stops it. */
export const freezeScopesOf = ({
  accountId,
  policy,
}: Pick<Entry, 'accountId' | 'policy'>): readonly FreezeScope[] => [
  { kind: 'all' },
  { kind: 'account', accountId },
  { kind: 'policy', policy },
]

/** The scope in words, which also tells scopes apart. */
export function freezeScopeText(scope: FreezeScope): string {
  switch (scope.kind) {
    case 'all':
      return 'everything'
    case 'account':
      return `account ${scope.accountId}`
    case 'policy':
      return `policy ${scope.policy}`
    default:
      return scope satisfies never
  }
}

/** Why a freeze stops a key. */
export const freezeText = ({ scope, by, why }: Pick<Freeze, 'scope' | 'by' | 'why'>): string =>
  scope.kind === 'all'
    ? `frozen by ${by}: ${why}`
    : `${freezeScopeText(scope)} frozen by ${by}: ${why}`
