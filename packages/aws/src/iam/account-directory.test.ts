import { describe, expect, it } from 'vitest'
import { OrganizationsDirectory } from './account-directory.ts'
import { json, scriptedAws } from '../testing/scripted-aws.ts'

const account = (n: number, fields: object) => ({
  Id: `11111111111${n}`,
  Name: `account ${n}`,
  ...fields,
})

const reading = async (...pages: readonly object[]) => {
  const { settings } = await scriptedAws(...pages.map((page) => json(page)))
  return new OrganizationsDirectory(settings).accounts({ withUnits: false })
}

describe('listing accounts', () => {
  it('goes on over empty pages, and prefers State to the retired Status', async () => {
    const accounts = await reading(
      { Accounts: [account(1, { State: 'CLOSED', Status: 'SUSPENDED' })], NextToken: 'a' },
      { Accounts: [], NextToken: 'b' },
      { NextToken: 'c' },
      { Accounts: [account(2, { Status: 'ACTIVE' }), account(3, { State: 'PENDING_ACTIVATION' })] },
    )
    expect(accounts.map(({ state }) => state)).toStrictEqual([
      'CLOSED',
      'ACTIVE',
      'PENDING_ACTIVATION',
    ])
  })

  it.each([{ State: 'FROZEN' }, {}])(
    'calls a state that it does not know unknown: %o',
    async (fields) => {
      const states = await reading({
        Accounts: [account(1, fields), account(2, { State: 'ACTIVE' })],
      })
      expect(states.map(({ state }) => state)).toEqual(['UNKNOWN', 'ACTIVE'])
    },
  )
})
