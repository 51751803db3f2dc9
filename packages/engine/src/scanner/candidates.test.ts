import {
  plusDays,
  type Entry,
  type IamUser,
  type Organization,
  type ReportRow,
  type ReportSlot,
} from '@keynag/core'
import {
  aKeyId,
  anAccount,
  anEntry,
  anOrganization,
  at,
  aUser,
  aUserId,
} from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { survey } from './candidates.ts'

const now = at('2026-01-05T05:00:00Z')
const daysAgo = (days: number) => plusDays(now, -days)

const slot = (ageDays: number, fields: Partial<ReportSlot> = {}): ReportSlot => ({
  slot: '1',
  active: true,
  lastRotated: daysAgo(ageDays),
  lastUsed: { kind: 'never' },
  ...fields,
})

const row = (user: IamUser, slots: readonly ReportSlot[]): ReportRow => ({
  kind: 'user',
  arn: user.arn,
  userName: user.userName,
  userCreatedAt: user.createdAt,
  hasConsole: false,
  slots,
})

const organization = anOrganization({ policies: [{ name: 'standard', staleAtDay: 90 }] })
const ann = aUser({ tags: { owner: 'ann@example.com' } })

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

function surveyOf({
  users = [ann],
  rows,
  known = [],
  fullWalk = false,
  of = organization,
}: {
  users?: readonly IamUser[]
  rows: readonly ReportRow[]
  known?: readonly Entry[]
  fullWalk?: boolean
  of?: Organization
}) {
  return survey({
    iam: {
      credentialReport: async () => ({ generatedAt: now, rows: () => each(rows) }),
      users: () => each(users),
    },
    account: anAccount(),
    organization: of,
    known,
    fullWalk,
    now,
  })
}

const isCandidate = async (input: Parameters<typeof surveyOf>[0]): Promise<boolean> =>
  (await surveyOf(input)).candidates.length === 1

describe('a scan lists the keys of', () => {
  it('users with an old key in the report, one day early', async () => {
    expect(await isCandidate({ rows: [row(ann, [slot(89)])] })).toBe(true)
    expect(await isCandidate({ rows: [row(ann, [slot(88)])] })).toBe(false)
    expect(await isCandidate({ rows: [row(ann, [slot(1), slot(400, { slot: '2' })])] })).toBe(true)
  })

  it('users whose old key is Inactive only if the policy covers all keys', async () => {
    const rows = [row(ann, [slot(400, { active: false })])]
    expect(await isCandidate({ rows })).toBe(false)
    const all = anOrganization({ policies: [{ name: 'standard', keys: 'all' }] })
    expect(await isCandidate({ rows, of: all })).toBe(true)
  })

  it('no users for whom the ledger and the report agree', async () => {
    const known = [anEntry({ createdAt: daysAgo(100) })]
    expect(await isCandidate({ rows: [row(ann, [slot(100)])], known })).toBe(false)
  })

  it.each([
    ['the key is Inactive', row(ann, [slot(100, { active: false })])],
    ['the key is gone', row(ann, [])],
    ['another key is there', row(ann, [slot(2)])],
    ['two keys of that second are there', row(ann, [slot(100), slot(100, { slot: '2' })])],
    ['there is another old key', row(ann, [slot(100), slot(95, { slot: '2' })])],
  ])('users for whom they disagree: %s', async (_, seen) => {
    const known = [anEntry({ createdAt: daysAgo(100) })]
    expect(await isCandidate({ rows: [seen], known })).toBe(true)
  })

  it("users whose name, owner or policy differs from the ledger's", async () => {
    const rows = [row(ann, [slot(100)])]
    const entry = anEntry({ createdAt: daysAgo(100) })
    expect(await isCandidate({ rows, known: [{ ...entry, userName: 'anna' }] })).toBe(true)
    expect(await isCandidate({ rows, known: [{ ...entry, policy: 'another' }] })).toBe(true)
    const users = [{ ...ann, tags: { owner: 'bob@example.com' } }]
    expect(await isCandidate({ rows, known: [entry], users })).toBe(true)
  })

  it('users whose old key was resolved and is Active: the ledger says nothing of its present', async () => {
    const resolved = anEntry({
      state: 'resolved',
      resolution: 'no-longer-in-policy',
      createdAt: daysAgo(100),
    })
    expect(await isCandidate({ rows: [row(ann, [slot(100)])], known: [resolved] })).toBe(true)
  })

  it('users with an Active key that may be a resolved one, switched on yesterday', async () => {
    const off = anEntry({
      state: 'resolved',
      resolution: 'deactivated-by-owner',
      createdAt: daysAgo(100),
      resolvedAt: daysAgo(9),
      status: 'Inactive',
    })
    const [on, stillOff] = [slot(1), slot(10, { slot: '2', active: false })]
    expect(await isCandidate({ rows: [row(ann, [on])], known: [off] })).toBe(true)
    expect(await isCandidate({ rows: [row(ann, [on, stillOff])], known: [off] })).toBe(false)
    const gone = anEntry({ ...off, resolution: 'deleted-by-owner' })
    expect(await isCandidate({ rows: [row(ann, [on])], known: [gone] })).toBe(false)
  })

  it('users whose key somebody changed while its account was closed', async () => {
    const ended = anEntry({
      state: 'resolved',
      resolution: 'account-closed',
      createdAt: daysAgo(100),
      resolvedAt: daysAgo(9),
    })
    const off = slot(100, { active: false })
    expect(await isCandidate({ rows: [row(ann, [off])], known: [ended] })).toBe(true)
    const known = [anEntry({ ...ended, status: 'Inactive' })]
    expect(await isCandidate({ rows: [row(ann, [off])], known })).toBe(false)
  })

  it('users with two known keys of one second, which only their IDs tell apart', async () => {
    const known = [1, 2].map((n) => anEntry({ accessKeyId: aKeyId(n), createdAt: daysAgo(100) }))
    expect(await isCandidate({ rows: [row(ann, [slot(100)])], known })).toBe(true)
  })

  it('users whose replacement was not installed yet, as soon as the ledger is wrong about it', async () => {
    const handover = { replacementKeyId: aKeyId(2), secretArn: 'arn', issuedAt: daysAgo(100) }
    const old = anEntry({ createdAt: daysAgo(300), handover })
    const made = anEntry({ accessKeyId: aKeyId(2), createdAt: daysAgo(101) })
    const replaces = { accessKeyId: old.accessKeyId, status: 'Active', secretArn: 'arn' } as const
    const used = { lastUsed: { kind: 'at', at: daysAgo(1) } } as const
    const listed = (entry: Entry, fields: Partial<ReportSlot> = {}) =>
      isCandidate({
        rows: [row(ann, [slot(300), slot(101, { slot: '2', ...fields })])],
        known: [old, entry],
      })
    expect(await listed(made)).toBe(true)
    expect(await listed({ ...made, replaces })).toBe(false)
    expect(await listed({ ...made, replaces }, used)).toBe(true)
    expect(await listed(made, used)).toBe(false)
  })

  it('all users on the day of the full walk', async () => {
    expect(await isCandidate({ rows: [], fullWalk: true })).toBe(true)
  })

  it('protected users only if they have open entries, to resolve them', async () => {
    const of = anOrganization({ protected: { userNames: ['ann'] } })
    const rows = [row(ann, [slot(400)])]
    expect(await isCandidate({ rows, of, fullWalk: true })).toBe(false)
    const known = [anEntry({ createdAt: daysAgo(400) })]
    expect(await isCandidate({ rows, of, known })).toBe(true)
  })

  it('users in the order of their ARNs, so that a stopped scan can continue', async () => {
    const users = ['zoe', 'ann', 'Bob'].map((name, index) =>
      aUser({ userId: aUserId(index + 1), arn: `arn:aws:iam::100000000001:user/${name}` }),
    )
    const { candidates } = await surveyOf({
      users,
      rows: users.map((user) => row(user, [slot(100)])),
    })
    const arns = candidates.map(({ user }) => user.arn)
    expect(arns).toEqual(arns.toSorted())
  })
})

describe('a survey', () => {
  it('ignores the report row of an earlier user of the same name', async () => {
    const again = aUser({ userId: aUserId(2), createdAt: daysAgo(1) })
    const { candidates } = await surveyOf({ users: [again], rows: [row(ann, [slot(400)])] })
    expect(candidates).toEqual([])
  })

  it('finds the ongoing entries whose user is gone', async () => {
    const gone = anEntry({ userId: aUserId(7) })
    const finished = anEntry({ state: 'resolved', userId: aUserId(8) })
    const { missing } = await surveyOf({ rows: [], known: [gone, finished] })
    expect(missing).toEqual([gone])
  })

  it('reports active root keys, and counts users and keys without them', async () => {
    const root: ReportRow = {
      ...row(ann, [slot(900), slot(3, { slot: '2', active: false })]),
      kind: 'root',
    }
    const found = await surveyOf({ rows: [root, row(ann, [slot(1)])] })
    expect(found).toMatchObject({
      rootKeys: [{ slot: '1', changedAt: daysAgo(900) }],
      users: 1,
      keys: 1,
    })
  })

  it('takes from the report whether a user can sign in to the console', async () => {
    const of = anOrganization({ policies: [{ name: 'people', match: { console: true } }] })
    const seen = row(ann, [slot(100)])
    expect(await isCandidate({ rows: [seen], of })).toBe(false)
    expect(await isCandidate({ rows: [{ ...seen, hasConsole: true }], of })).toBe(true)
  })
})
