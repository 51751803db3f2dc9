import { type Account, type AccountDirectory, type AccountId, permanent } from '@keynag/core'
import type { AuditOptions } from './options.ts'

/**
 * The accounts that the options name. Without `--org` and `--ou` the audit does not call
 * Organizations, and assumes that the accounts are active.
 */
export function chosenAccounts(
  { org, ou, accounts }: Pick<AuditOptions, 'org' | 'ou' | 'accounts'>,
  own: AccountId,
  organizations: AccountDirectory,
): AccountDirectory {
  if (!org && ou === undefined) {
    return { accounts: () => Promise.resolve((accounts ?? [own]).map(presumed)) }
  }
  return {
    accounts: async ({ withUnits }) => {
      const all = await organizations.accounts({ withUnits: withUnits || ou !== undefined })
      const missing = accounts?.filter((id) => !all.some(({ accountId }) => accountId === id)) ?? []
      if (missing.length > 0) {
        throw permanent(
          'KEYNAG_OPTION_INVALID',
          `--accounts names ${missing.join(', ')}, which the organization does not contain`,
        )
      }
      return all.filter(
        ({ accountId, organizationalUnits }) =>
          (accounts === undefined || accounts.includes(accountId)) &&
          (ou === undefined || ou.some((unit) => organizationalUnits.includes(unit))),
      )
    },
  }
}

const presumed = (accountId: AccountId): Account => ({
  accountId,
  name: '',
  state: 'ACTIVE',
  organizationalUnits: [],
})
