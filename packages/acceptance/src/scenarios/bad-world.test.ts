import { AccountId, dayMs, hourMs, isoDay, minuteMs } from '@keynag/core'
import { describe, expect, it } from 'vitest'
import type { AccessKey } from '@keynag/fake-aws/aws'
import {
  aUserWithKey,
  memberId,
  otherMemberId,
  rotating,
  smallOrganization,
  type Small,
} from './small-organization.ts'

/** A policy that sends reminders and does not change keys. */
const policies = [{ ...rotating, enforce: { kind: 'none' } }] as const
const members = [memberId, otherMemberId]

const resultOf = async ({ ports }: Small, accountId: string) => {
  const date = isoDay(ports.clock.now())
  return (await ports.ledger.accountScan(date, AccountId.parse(accountId)))?.result
}

const made = (key: AccessKey | undefined): AccessKey => {
  if (key === undefined) throw new Error('there is no key')
  return key
}

/** Ann in one account, Bob in another. */
async function twoAccounts() {
  let ann: AccessKey | undefined
  let bob: AccessKey | undefined
  const small = await smallOrganization({
    policies,
    members,
    settings: { fullWalkEveryDays: 1_000 },
    populate: (world) => {
      ann = aUserWithKey(world, 'ann')
      bob = aUserWithKey(world, 'bob', { accountId: otherMemberId })
    },
  })
  return { small, ann: made(ann), bob: made(bob) }
}

describe('an account that cannot be read', () => {
  it('is reported when keynag may not assume its role, and the other accounts are scanned', async () => {
    const { small, ann, bob } = await twoAccounts()
    await small.live(1)
    small.world.removeRole(memberId, 'keynag-reader')
    await small.live(2)
    expect(await resultOf(small, memberId)).toMatchObject({
      kind: 'failed',
      code: 'KEYNAG_ROLE_UNREACHABLE',
    })
    expect(await resultOf(small, otherMemberId)).toMatchObject({ kind: 'finished' })
    expect(await small.known(ann)).toMatchObject({ state: 'nagging' })
    expect(await small.known(bob)).toMatchObject({ state: 'nagging' })
    expect(small.sqs.deadLetters()).toEqual([])
  })

  it('resolves no key when the report is never finished', async () => {
    const { small, ann, bob } = await twoAccounts()
    await small.live(1)
    // The user is deleted, but keynag cannot see it without a report.
    small.world.deleteUser(memberId, 'ann')
    small.faults.add({
      operation: 'iam:GenerateCredentialReport',
      error: 'report-never-completes',
      accountId: memberId,
    })
    await small.live(1)
    expect(await resultOf(small, memberId)).toMatchObject({
      kind: 'failed',
      code: 'KEYNAG_REPORT_UNAVAILABLE',
    })
    expect(await resultOf(small, otherMemberId)).toMatchObject({ kind: 'finished' })
    expect((await small.known(ann)).state).toBe('nagging')
    expect((await small.known(bob)).state).toBe('nagging')

    small.faults.clear()
    await small.live(1)
    expect(await small.known(ann)).toMatchObject({ resolution: 'user-deleted' })
    expect(small.sqs.deadLetters()).toEqual([])
  })

  it('is read on a retry when IAM throttles or fails', async () => {
    const { small, ann } = await twoAccounts()
    small.faults.add({ operation: 'iam:ListAccessKeys', error: 'throttle', times: 1 })
    // The SDK tries a call this often. Then SQS delivers the message again.
    small.faults.add({ operation: 'iam:ListAccessKeys', error: '500', times: 5 })
    await small.scan()
    expect(await resultOf(small, memberId)).toMatchObject({ kind: 'finished' })
    expect((await small.known(ann)).nagCount).toBe(1)
    expect(small.sqs.deadLetters()).toEqual([])
  })

  it('is skipped with the reason when it is suspended', async () => {
    const { small, bob } = await twoAccounts()
    small.world.setAccountState(memberId, 'SUSPENDED')
    await small.live(1)
    const date = isoDay(small.ports.clock.now())
    expect(await resultOf(small, memberId)).toEqual({
      kind: 'skipped',
      why: 'the account is SUSPENDED',
    })
    expect((await small.ports.ledger.scanDay(date))?.accountIds).not.toContain(memberId)
    expect((await small.known(bob)).nagCount).toBe(1)
  })

  it('has its root keys reported but not changed', async () => {
    const { small } = await twoAccounts()
    const createdAtMs = small.clock.now() - 900 * dayMs
    small.world.setRootKeys(memberId, {
      keys: [
        { active: false, createdAtMs },
        { active: true, createdAtMs },
      ],
    })
    await small.live(1)
    expect(await resultOf(small, memberId)).toMatchObject({
      rootKeys: [{ slot: '2', changedAt: createdAtMs }],
    })
    await small.schedule.digest()
    expect(small.ses.mails.at(-1)?.text).toContain('member-1')
    expect(await resultOf(small, otherMemberId)).toMatchObject({ rootKeys: [] })
  })
})

describe('an account that changes while it is read', () => {
  it('keeps its other keys when a user is deleted between the report and the listing', async () => {
    const { small, ann } = await twoAccounts()
    const carol = aUserWithKey(small.world, 'carol')
    small.faults.before('iam:ListAccessKeys', ({ input }) => {
      if (input['UserName'] === 'ann' && ann.exists.latest) {
        small.world.deleteUser(memberId, 'ann')
      }
    })
    await small.scan()
    expect(await small.entry(ann)).toBeUndefined()
    expect((await small.known(carol)).state).toBe('nagging')
    expect(await resultOf(small, memberId)).toMatchObject({ kind: 'finished' })
  })

  it('has a known key resolved one scan after its user was deleted during a scan', async () => {
    const { small, ann } = await twoAccounts()
    await small.live(1)
    small.world.setKeyStatus(ann.id, 'Inactive')
    small.clock.advance(minuteMs)
    small.faults.before('iam:ListAccessKeys', () => {
      if (ann.exists.latest) small.world.deleteUser(memberId, 'ann')
    })
    await small.live(1)
    expect((await small.known(ann)).state).toBe('nagging')
    await small.live(1)
    expect(await small.known(ann)).toMatchObject({ resolution: 'user-deleted' })
  })

  it('treats a new user with the name of a deleted one as another user', async () => {
    const { small, ann } = await twoAccounts()
    await small.live(1)
    small.world.deleteUser(memberId, 'ann')
    small.clock.advance(hourMs)
    const again = aUserWithKey(small.world, 'ann', { ageDays: 0 })
    small.clock.advance(hourMs)
    await small.live(2)
    expect(await small.known(ann)).toMatchObject({ resolution: 'user-deleted' })
    expect(await small.entry(again)).toBeUndefined()

    small.clock.advance(90 * dayMs)
    await small.live(1)
    const [first, second] = [await small.known(ann), await small.known(again)]
    expect(second).toMatchObject({ state: 'nagging', userName: 'ann' })
    expect(second.userId).not.toBe(first.userId)
    expect(first.state).toBe('resolved')
  })

  it('does not act on a new user with the name of the warned user', async () => {
    let ann: AccessKey | undefined
    const small = await smallOrganization({
      policies: [{ ...rotating, enforce: { ...rotating.enforce, atDay: 96 } }],
      populate: (world) => {
        ann = aUserWithKey(world, 'ann')
      },
    })
    await small.live(1)
    // The key is due for replacement the next day. By then another user has the name.
    small.clock.advance(dayMs)
    small.world.deleteUser(memberId, 'ann')
    const again = aUserWithKey(small.world, 'ann', { ageDays: 0 })
    small.clock.advance(hourMs)
    await small.sweep()
    expect(small.world.user(memberId, 'ann').keysEver).toBe(1)
    expect(small.doneBy('keynag', again)).toEqual([])
    expect(await small.known(made(ann))).toMatchObject({ state: 'nagging' })
    await small.live(2)
    expect(await small.known(made(ann))).toMatchObject({ resolution: 'user-deleted' })
  })
})

describe('one bad element of an account', () => {
  const aLot = { ...rotating, enforce: { kind: 'none' } } as const

  it.each(['denied', 'no-such-entity'] as const)(
    'a deleted user, of whose key IAM says %s, is settled by the next scan',
    async (unknownKey) => {
      const keys: AccessKey[] = []
      const small = await smallOrganization({
        policies: [aLot],
        world: { unknownKey },
        populate: (world) => keys.push(...['ann', 'bob'].map((name) => aUserWithKey(world, name))),
      })
      await small.live(1)
      small.world.deleteUser(memberId, 'ann')
      small.clock.advance(hourMs)
      const carol = aUserWithKey(small.world, 'carol')
      await small.live(1)
      expect(await resultOf(small, memberId)).toMatchObject({ kind: 'finished' })
      expect(await small.known(made(keys[0]))).toMatchObject({ resolution: 'user-deleted' })
      expect(await small.known(made(keys[1]))).toMatchObject({ state: 'nagging' })
      expect(await small.known(carol)).toMatchObject({ state: 'nagging', nagCount: 1 })
      expect(small.sqs.deadLetters()).toEqual([])
    },
  )

  it('does not keep the rest from being recorded, and the result and the digest name it', async () => {
    const keys: AccessKey[] = []
    const small = await smallOrganization({
      policies: [aLot],
      populate: (world) =>
        keys.push(...['ann', 'bob', 'carol'].map((name) => aUserWithKey(world, name))),
    })
    const [ann, bob, carol] = keys.map(made)
    await small.live(1)
    small.world.deleteUser(memberId, 'ann')
    small.world.deleteUser(memberId, 'bob')
    small.clock.advance(hourMs)
    const dan = aUserWithKey(small.world, 'dan')
    // The account does not let keynag ask for the keys of one of them.
    const disarm = small.faults.add({
      operation: 'iam:GetAccessKeyLastUsed',
      error: 'access-denied',
      times: 1,
    })
    await small.live(1)
    const result = await resultOf(small, memberId)
    expect(result).toMatchObject({
      kind: 'finished',
      unread: [{ code: 'KEYNAG_ACCESS_DENIED', accessKeyId: expect.any(String) }],
    })
    const states = await Promise.all([ann, bob].map(async (key) => (await small.known(key!)).state))
    expect(states.toSorted()).toEqual(['nagging', 'resolved'])
    expect(await small.known(carol!)).toMatchObject({ state: 'nagging' })
    expect(await small.known(dan)).toMatchObject({ state: 'nagging', nagCount: 1 })
    await small.schedule.digest()
    expect(small.ses.mails.at(-1)?.text).toContain('Scanned in part')
    expect(small.ses.mails.at(-1)?.text).toContain('KEYNAG_ACCESS_DENIED')
    disarm()
    await small.live(1)
    expect(await resultOf(small, memberId)).not.toHaveProperty('unread')
    expect(await small.known(ann!)).toMatchObject({ resolution: 'user-deleted' })
    expect(await small.known(bob!)).toMatchObject({ resolution: 'user-deleted' })
  })
})
