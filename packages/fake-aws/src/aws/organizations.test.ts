import {
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  paginateListAccounts,
} from '@aws-sdk/client-organizations'
import { expect, it } from 'vitest'
import { MEMBER, testOrganization } from './test-organization.ts'

it('returns every account over short and empty pages', async () => {
  const { world, hub } = await testOrganization({ shortPageChance: 0.5 })
  const ids = Array.from({ length: 90 }, (_, at) => String(400_000_000_000 + at))
  for (const id of ids) world.addAccount({ id, name: `a${id}` })
  const seen: (string | undefined)[] = []
  for await (const page of paginateListAccounts({ client: hub.organizations }, {})) {
    expect(page.Accounts?.length).toBeLessThanOrEqual(20)
    seen.push(...(page.Accounts ?? []).map(({ Id }) => Id))
  }
  expect(seen.slice(3)).toEqual(ids)
})

it('sends State, or the retired Status if a setting asks for it', async () => {
  const id = '444444444444'
  for (const [field, want] of [
    ['State', { State: 'CLOSED', Status: undefined }],
    ['Status', { State: undefined, Status: 'SUSPENDED' }],
  ] as const) {
    const { world, hub } = await testOrganization({ accountStateField: field })
    world.addAccount({ id, name: 'old', state: 'CLOSED' })
    const { Account } = await hub.organizations.send(new DescribeAccountCommand({ AccountId: id }))
    expect({ State: Account?.State, Status: Account?.Status }).toEqual(want)
  }
})

it('returns the tree of organizational units, and the tags', async () => {
  const { world, hub } = await testOrganization()
  const unit = world.addOu('workloads')
  const id = '444444444444'
  world.addAccount({ id, name: 'shop', parentOu: unit.id, tags: { owner: 'ann' } })
  const { Roots: [root] = [] } = await hub.organizations.send(new ListRootsCommand({}))
  const ParentId = root?.Id
  const { OrganizationalUnits } = await hub.organizations.send(
    new ListOrganizationalUnitsForParentCommand({ ParentId }),
  )
  expect(OrganizationalUnits).toMatchObject([{ Id: unit.id, Name: 'workloads' }])
  const inside = await hub.organizations.send(
    new ListAccountsForParentCommand({ ParentId: unit.id }),
  )
  expect(inside.Accounts).toMatchObject([{ Id: id, Name: 'shop' }])
  const parents = await hub.organizations.send(new ListParentsCommand({ ChildId: id }))
  expect(parents.Parents).toEqual([{ Id: unit.id, Type: 'ORGANIZATIONAL_UNIT' }])
  const tags = await hub.organizations.send(new ListTagsForResourceCommand({ ResourceId: id }))
  expect(tags.Tags).toEqual([{ Key: 'owner', Value: 'ann' }])
})

it('answers only the management account and delegated administrators', async () => {
  const { world, member } = await testOrganization()
  const { organizations } = await member()
  await expect(organizations.send(new ListAccountsCommand({}))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  })
  const { Organization } = await organizations.send(new DescribeOrganizationCommand({}))
  expect(Organization).toMatchObject({ Id: world.organization.id })
  expect(Organization?.MasterAccountId).not.toBe(MEMBER)
})
