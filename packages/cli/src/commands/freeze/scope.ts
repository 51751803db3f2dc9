import { type FreezeScope, freezeScopeText, type Ledger, permanent } from '@keynag/core'
import type { LedgerPlace } from '../../place/place.ts'
import type { Shell } from '../../shell/shell.ts'
import type { FreezeOptions } from './options.ts'

/** What the options ask to freeze. */
export const scopeOf = ({
  account,
  policy,
}: Pick<FreezeOptions, 'account' | 'policy'>): FreezeScope => {
  if (account !== undefined) return { kind: 'account', accountId: account }
  return policy === undefined ? { kind: 'all' } : { kind: 'policy', policy }
}

/** The scope in this place, for a sentence: `stage production`, `policy ci of stage production`. */
export const scopeIn = ({ name }: Pick<LedgerPlace, 'name'>, scope: FreezeScope): string =>
  scope.kind === 'all' ? name : `${freezeScopeText(scope)} of ${name}`

/**
 * A freeze of a misspelled policy or account would stop nothing. A freeze is never refused because the
 * ledger does not know enough to check the name: then a remark says so.
 *
 * @throws KeynagError `KEYNAG_OPTION_INVALID`
 */
export async function refuseUnknown(
  ledger: Ledger,
  scope: FreezeScope,
  { remark }: Pick<Shell, 'remark'>,
): Promise<void> {
  const unchecked = (lack: string): void =>
    remark(
      `The ledger has no ${lack} yet, so keynag could not check the name of ${freezeScopeText(scope)}. A freeze of a misspelled name stops nothing.`,
    )
  if (scope.kind === 'policy') {
    const policies = (await ledger.configuration())?.policies
    if (policies === undefined) return unchecked('deployed configuration')
    if (policies.includes(scope.policy)) return
    throw permanent(
      'KEYNAG_OPTION_INVALID',
      `the deployed configuration has no policy ${scope.policy}; it has ${policies.join(', ')}`,
    )
  }
  if (scope.kind === 'account') {
    const accounts = await ledger.accounts()
    if (accounts.length === 0) return unchecked('accounts')
    if (accounts.some(({ accountId }) => accountId === scope.accountId)) return
    throw permanent(
      'KEYNAG_OPTION_INVALID',
      `keynag has never seen the account ${scope.accountId} in the organization`,
    )
  }
}
