import {
  MemoryLedger,
  plusDays,
  standingOf,
  UserId,
  type Account,
  type IamUser,
  type PolicyInput,
} from '@keynag/core'
import { anAccount, anEntry, anOrganization, at, aUser } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { lookAfresh } from './fresh-look.ts'

const now = at('2026-03-10T03:00:00Z')
const policy = { name: 'standard', staleAtDay: 90 } as const satisfies PolicyInput

interface World {
  readonly user?: IamUser | undefined
  readonly account?: Account
  readonly policies?: readonly PolicyInput[]
  /** The day of the planner's list that has the account. */
  readonly planned?: string
}

/** Looks at Ann's key in this world. The ledger has her as she was under the first policy. */
async function looked({ account = anAccount(), planned = '2026-03-10', ...world }: World) {
  const policies = [...(world.policies ?? [policy])]
  const organization = anOrganization({ policies })
  const recorded = aUser()
  const entry = anEntry(standingOf(recorded, anAccount(), anOrganization({ policies: [policy] })))
  const ledger = new MemoryLedger()
  const scan = {
    date: planned,
    account,
    requestedAt: now,
    fullWalk: false,
    result: { kind: 'requested' },
    version: 1,
  } as const
  await ledger.commit([{ kind: 'account-scan', before: undefined, after: scan }])
  const asked: boolean[] = []
  const iam = {
    userInFull: async (_account: unknown, _name: string, of: { withConsole: boolean }) => {
      asked.push(of.withConsole)
      return 'user' in world ? world.user : recorded
    },
  }
  const clock = { now: () => now, sleep: () => Promise.resolve() }
  return { look: await lookAfresh({ clock, iam, ledger, organization }, entry), asked }
}

describe('a fresh look at the user', () => {
  it('confirms what the ledger says, also by a list of accounts that is two days old', async () => {
    expect((await looked({})).look.kind).toBe('confirmed')
    expect((await looked({ planned: '2026-03-08' })).look.kind).toBe('confirmed')
  })

  it('concludes nothing where another user has the name, or nobody has it', async () => {
    expect((await looked({ user: undefined })).look.kind).toBe('no-user')
    const other = { ...aUser(), userId: UserId.parse('AIDAOTHERUSER0000000') }
    expect((await looked({ user: other })).look.kind).toBe('no-user')
  })

  it.each<[string, World, object]>([
    [
      'a user who left the policy',
      { policies: [{ ...policy, match: { groups: ['x'] } }] },
      { policy: '(none)' },
    ],
    [
      'a user who is under an earlier policy now',
      { policies: [{ ...policy, name: 'first' }, policy] },
      { policy: 'first' },
    ],
    [
      'a user with another owner',
      { user: aUser({ tags: { owner: 'bob@example.com' } }) },
      { owner: { id: 'bob@example.com' } },
    ],
  ])('records what IAM says of %s', async (_, world, sighting) => {
    expect((await looked(world)).look).toMatchObject({
      kind: 'differs',
      fact: { kind: 'observed', sighting },
    })
  })

  it.each<[string, World]>([
    ['an account that is in no list', { planned: '2026-03-07' }],
    [
      'an account whose units were not read, where a policy names units',
      {
        account: anAccount({ organizationalUnits: [] }),
        policies: [policy, { name: 'unit', match: { organizationalUnits: ['ou-a-b'] } }],
      },
    ],
  ])('waits for a day because of %s', async (_, world) => {
    expect((await looked(world)).look).toMatchObject({
      kind: 'differs',
      fact: { kind: 'postponed', until: plusDays(now, 1) },
    })
  })

  it('asks for console access only if a policy matches users by it', async () => {
    expect((await looked({})).asked).toEqual([false])
    const policies = [policy, { name: 'people', match: { console: true } }]
    expect((await looked({ policies })).asked).toEqual([true])
  })
})
