import { z } from 'zod'
import { AwsError, serviceError } from '../aws-error.ts'
import type { Account, AccountState } from '../world/account.ts'
import type { OrganizationalUnit } from '../world/organization.ts'
import { tagList } from './iam-users.ts'
import { type AwsValue, type Call, type Output, operation } from './operation.ts'
import { permit } from './permission.ts'

/** MaxResults is 20 unless set, and at most 20 (Organizations API Reference, ListAccounts). */
const paging = {
  NextToken: z.string().optional(),
  MaxResults: z.number().int().min(1).max(20).default(20),
}

/**
 * Refuses callers outside the management account and the delegated administrators. Member accounts
 * may call DescribeOrganization only.
 */
const requireAdministrator = (call: Call): void => {
  permit(call, { resource: '*' })
  const { organization } = call.world
  const { id } = call.account
  if (id === organization.managementAccountId || organization.delegatedAdminIds.has(id)) return
  throw serviceError(
    'organizations',
    'denied',
    "You don't have permissions to access this resource.",
  )
}

const pageOf = <T extends { readonly id: string }>(
  call: Call,
  listing: string,
  input: { readonly NextToken?: string | undefined; readonly MaxResults: number },
  items: Iterable<T>,
): { readonly items: readonly T[]; readonly next: string | undefined } => {
  const sorted = [...items].sort((a, b) => (a.id < b.id ? -1 : 1))
  const page = call.world.pager.page(sorted, ({ id }) => id, {
    listing: `${call.name} ${listing}`,
    token: input.NextToken,
    size: input.MaxResults,
  })
  if (page === undefined) {
    throw new AwsError('InvalidInputException', 'You specified an invalid value for NextToken.')
  }
  return page
}

/** The value of `Status`, which AWS retired on 9 September 2026 and which had fewer values. */
const oldStatus = (state: AccountState): string =>
  state === 'CLOSED' ? 'SUSPENDED' : state === 'PENDING_ACTIVATION' ? 'ACTIVE' : state

const describe = (call: Call, account: Account): Output => {
  const { organization, settings } = call.world
  const field = settings.accountStateField
  return {
    Id: account.id,
    Arn: organization.arn('account', account.id),
    Email: account.email,
    Name: account.name,
    State: field === 'Status' ? undefined : account.state,
    Status: field === 'State' ? undefined : oldStatus(account.state),
    Paths: [organization.path(account.parentId, account.id)],
    JoinedMethod: account.id === organization.managementAccountId ? 'INVITED' : 'CREATED',
    JoinedTimestamp: new Date(account.joinedAtMs),
  }
}

const describeUnit = (call: Call, unit: OrganizationalUnit): Output => ({
  Id: unit.id,
  Arn: call.world.organization.arn('ou', unit.id),
  Name: unit.name,
  Path: call.world.organization.path(unit.id),
})

const requireParent = (call: Call, id: string): void => {
  if (call.world.organization.hasParent(id)) return
  throw new AwsError('ParentNotFoundException', "You specified a parent that doesn't exist.")
}

const listAccounts = operation({
  name: 'ListAccounts',
  input: z.object(paging),
  perform: (call, input) => {
    requireAdministrator(call)
    const page = pageOf(call, '', input, call.world.organization.accounts.values())
    return { Accounts: page.items.map((one) => describe(call, one)), NextToken: page.next }
  },
})

const describeAccount = operation({
  name: 'DescribeAccount',
  input: z.object({ AccountId: z.string().regex(/^\d{12}$/) }),
  perform: (call, input) => {
    requireAdministrator(call)
    const account = call.world.organization.accounts.get(input.AccountId)
    if (account === undefined) {
      const message = "You specified an account that doesn't exist."
      throw new AwsError('AccountNotFoundException', message)
    }
    return { Account: describe(call, account) }
  },
})

/** "Can be called from any account in the organization" (Organizations API Reference). */
const describeOrganization = operation({
  name: 'DescribeOrganization',
  input: z.object({}),
  perform: (call) => {
    permit(call, { resource: '*' })
    const { organization } = call.world
    const management = call.world.account(organization.managementAccountId)
    return {
      Organization: {
        Id: organization.id,
        Arn: organization.arn('organization'),
        FeatureSet: 'ALL',
        MasterAccountArn: organization.arn('account', management.id),
        MasterAccountId: management.id,
        MasterAccountEmail: management.email,
      },
    }
  },
})

const listRoots = operation({
  name: 'ListRoots',
  input: z.object(paging),
  perform: (call) => {
    requireAdministrator(call)
    const { organization } = call.world
    const Id = organization.rootId
    return { Roots: [{ Id, Arn: organization.arn('root', Id), Name: 'Root', PolicyTypes: [] }] }
  },
})

const listOrganizationalUnitsForParent = operation({
  name: 'ListOrganizationalUnitsForParent',
  input: z.object({ ParentId: z.string(), ...paging }),
  perform: (call, input) => {
    requireAdministrator(call)
    requireParent(call, input.ParentId)
    const units = [...call.world.organization.units.values()]
    const children = units.filter(({ parentId }) => parentId === input.ParentId)
    const page = pageOf(call, input.ParentId, input, children)
    const OrganizationalUnits = page.items.map((unit) => describeUnit(call, unit))
    return { OrganizationalUnits, NextToken: page.next }
  },
})

const listAccountsForParent = operation({
  name: 'ListAccountsForParent',
  input: z.object({ ParentId: z.string(), ...paging }),
  perform: (call, input) => {
    requireAdministrator(call)
    requireParent(call, input.ParentId)
    const accounts = [...call.world.organization.accounts.values()]
    const children = accounts.filter(({ parentId }) => parentId === input.ParentId)
    const page = pageOf(call, input.ParentId, input, children)
    return { Accounts: page.items.map((one) => describe(call, one)), NextToken: page.next }
  },
})

const listParents = operation({
  name: 'ListParents',
  input: z.object({ ChildId: z.string(), ...paging }),
  perform: (call, input) => {
    requireAdministrator(call)
    const { organization } = call.world
    const child = organization.accounts.get(input.ChildId) ?? organization.units.get(input.ChildId)
    if (child === undefined) {
      const message = "We can't find an organizational unit (OU) or account with that ID."
      throw new AwsError('ChildNotFoundException', message)
    }
    const Type = child.parentId === organization.rootId ? 'ROOT' : 'ORGANIZATIONAL_UNIT'
    return { Parents: [{ Id: child.parentId, Type }] }
  },
})

const listTagsForResource = operation({
  name: 'ListTagsForResource',
  input: z.object({ ResourceId: z.string(), NextToken: z.string().optional() }),
  perform: (call, input) => {
    requireAdministrator(call)
    const { organization } = call.world
    const target =
      organization.accounts.get(input.ResourceId) ?? organization.units.get(input.ResourceId)
    if (target === undefined && input.ResourceId !== organization.rootId) {
      const message = "We can't find a root, OU, account, or policy with that ID."
      throw new AwsError('TargetNotFoundException', message)
    }
    const Tags: readonly AwsValue[] = target === undefined ? [] : tagList(target.tags)
    return { Tags }
  },
})

export const organizations = [
  listAccounts,
  describeAccount,
  describeOrganization,
  listRoots,
  listOrganizationalUnitsForParent,
  listAccountsForParent,
  listParents,
  listTagsForResource,
]
