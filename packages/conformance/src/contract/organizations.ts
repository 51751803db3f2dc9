import {
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListRootsCommand,
  type Account,
  type OrganizationalUnit,
} from '@aws-sdk/client-organizations'
import { expect } from 'vitest'
import type { AwsUnderTest } from './aws-under-test.ts'
import type { Documented } from './documented.ts'
import { refused } from './refused.ts'

/** The default and the largest page size (Organizations API Reference, ListAccounts). */
const mostOnAPage = 20

export const organizationsCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  const accountsPage = (input: { NextToken?: string | undefined; MaxResults?: number } = {}) =>
    aws().organization.organizations.send(new ListAccountsCommand(input))

  const everyAccount = async (MaxResults?: number) => {
    const accounts: Account[] = []
    let pages = 0
    let NextToken: string | undefined
    do {
      const page = await accountsPage({
        NextToken,
        ...(MaxResults === undefined ? {} : { MaxResults }),
      })
      accounts.push(...(page.Accounts ?? []))
      NextToken = page.NextToken
      pages += 1
    } while (NextToken !== undefined)
    return { accounts, pages }
  }

  const rootId = async () => {
    const { Roots = [] } = await aws().organization.organizations.send(new ListRootsCommand({}))
    return Roots[0]?.Id ?? ''
  }

  documented(
    'ListAccounts returns the ID, ARN, e-mail address, name and date of an account',
    async () => {
      const id = await aws().organization.addAccount('described')
      const { accounts } = await everyAccount()
      const found = accounts.find(({ Id }) => Id === id)
      expect(found).toMatchObject({
        Arn: expect.stringMatching(
          new RegExp(`^arn:aws:organizations::\\d{12}:account/o-[a-z0-9]{10,32}/${id}$`),
        ),
        Email: 'aws+described@example.com',
        Name: 'described',
        JoinedMethod: 'CREATED',
      })
      expect(found?.JoinedTimestamp).toBeInstanceOf(Date)
    },
  )

  documented('ListAccounts returns the State of an account', async () => {
    const id = await aws().organization.addAccount('with-state')
    const { accounts } = await everyAccount()
    expect(accounts.find(({ Id }) => Id === id)).toMatchObject({ State: 'ACTIVE' })
  })

  documented(
    'ListAccounts no longer returns the Status that was retired in September 2026',
    async () => {
      await aws().organization.addAccount('without-status')
      const { accounts } = await everyAccount()
      expect(accounts.filter(({ Status }) => Status !== undefined)).toEqual([])
    },
  )

  documented('ListAccounts returns the management account too', async () => {
    const { accounts } = await everyAccount()
    const [arn = ''] = accounts.map(({ Arn = '' }) => Arn)
    const management = arn.split(':')[4]
    expect(accounts.map(({ Id }) => Id)).toContain(management)
  })

  documented(
    'ListAccounts is paged by MaxResults and NextToken, with each account once',
    async () => {
      const added: string[] = []
      for (const name of ['p1', 'p2', 'p3', 'p4', 'p5']) {
        added.push(await aws().organization.addAccount(name))
      }
      const { accounts, pages } = await everyAccount(2)
      const ids = accounts.map(({ Id }) => Id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids).toEqual(expect.arrayContaining(added))
      expect(pages).toBeGreaterThanOrEqual(Math.ceil(ids.length / 2))
    },
  )

  documented('ListAccounts returns at most 20 accounts per page', async () => {
    for (let at = 0; at <= mostOnAPage; at += 1) await aws().organization.addAccount(`many-${at}`)
    const { Accounts, NextToken } = await accountsPage()
    expect(Accounts?.length).toBeLessThanOrEqual(mostOnAPage)
    expect(NextToken).toBeDefined()
  })

  documented('ListAccounts with an unknown NextToken fails with InvalidInput', async () => {
    await refused(accountsPage({ NextToken: 'guess' }), 'InvalidInput', 400)
  })

  documented('ListRoots returns the one root', async () => {
    const { Roots } = await aws().organization.organizations.send(new ListRootsCommand({}))
    expect(Roots).toMatchObject([{ Id: expect.stringMatching(/^r-[0-9a-z]{4,32}$/), Name: 'Root' }])
  })

  documented('ListOrganizationalUnitsForParent returns children, not grandchildren', async () => {
    const { organization } = aws()
    const outer = await organization.addUnit('outer')
    const inner = await organization.addUnit('inner', outer)
    const unitsOf = async (ParentId: string) => {
      const found: OrganizationalUnit[] = []
      let NextToken: string | undefined
      do {
        const page = await organization.organizations.send(
          new ListOrganizationalUnitsForParentCommand({ ParentId, NextToken, MaxResults: 1 }),
        )
        found.push(...(page.OrganizationalUnits ?? []))
        NextToken = page.NextToken
      } while (NextToken !== undefined)
      return found
    }
    expect(await unitsOf(outer)).toMatchObject([{ Id: inner, Name: 'inner' }])
    expect(await unitsOf(inner)).toEqual([])
    const top = (await unitsOf(await rootId())).map(({ Id }) => Id)
    expect(top).toContain(outer)
    expect(top).not.toContain(inner)
  })

  documented(
    'ListAccountsForParent returns the accounts directly in a unit, page by page',
    async () => {
      const { organization } = aws()
      const unit = await organization.addUnit('accounts')
      const below = await organization.addUnit('accounts-below', unit)
      const ids = [
        await organization.addAccount('in-1', unit),
        await organization.addAccount('in-2', unit),
      ]
      await organization.addAccount('deeper', below)
      const found: Account[] = []
      let NextToken: string | undefined
      do {
        const page = await organization.organizations.send(
          new ListAccountsForParentCommand({ ParentId: unit, NextToken, MaxResults: 1 }),
        )
        found.push(...(page.Accounts ?? []))
        NextToken = page.NextToken
      } while (NextToken !== undefined)
      expect(found.map(({ Id = '' }) => Id).toSorted()).toEqual(ids.toSorted())
    },
  )

  documented('A call on a missing parent fails with ParentNotFound', async () => {
    const ParentId = 'ou-zzzz-zzzzzzzz'
    const { organizations } = aws().organization
    await refused(
      organizations.send(new ListAccountsForParentCommand({ ParentId })),
      'ParentNotFound',
      400,
    )
    await refused(
      organizations.send(new ListOrganizationalUnitsForParentCommand({ ParentId })),
      'ParentNotFound',
      400,
    )
  })

  documented(
    'A member account that is no delegated administrator cannot list accounts',
    async () => {
      const { organizations } = await aws().account()
      await refused(organizations.send(new ListAccountsCommand({})), 'AccessDenied', 400)
    },
  )
}
