import { dayMs, isoDay, type PolicyInput } from '@keynag/core'
import type { AccessKey } from '@keynag/fake-aws/aws'
import { describe, expect, it } from 'vitest'
import {
  aUserWithKey,
  memberId,
  otherMemberId,
  rotating,
  smallOrganization,
  type Small,
} from './small-organization.ts'

/** Reminds every week, and security after two reminders. */
const reminding = {
  ...rotating,
  escalation: [{ afterNags: 2, to: 'security' }],
  enforce: { kind: 'none' },
} as const satisfies PolicyInput

const annsReminders = { ...reminding, name: 'reminders', match: { paths: ['/reminders/'] } }

/** Ann is only reminded, Eve's key is replaced, and Bob is in another account. */
async function threePeople() {
  const keys: Record<string, AccessKey> = {}
  const small = await smallOrganization({
    members: [memberId, otherMemberId],
    policies: [annsReminders, rotating],
    populate: (world) => {
      keys['ann'] = aUserWithKey(world, 'ann', { user: { path: '/reminders/' } })
      keys['eve'] = aUserWithKey(world, 'eve')
      keys['bob'] = aUserWithKey(world, 'bob', { accountId: otherMemberId })
    },
  })
  const keyOf = (name: string): AccessKey => {
    const key = keys[name]
    if (key === undefined) throw new Error(`${name} has no key`)
    return key
  }
  return { small, ann: keyOf('ann'), eve: keyOf('eve'), bob: keyOf('bob') }
}

/** What the administrators read. */
async function digestOf(small: Small): Promise<string> {
  await small.schedule.digest()
  return (small.ses.mails.at(-1)?.text ?? '').replaceAll(/\s+/g, ' ')
}

/** The days on which people had a message about the key, in the order of the messages. */
const heardOf = (small: Small, key: AccessKey): readonly string[] =>
  small.letters(key).map(({ at }) => new Date(at).toISOString().slice(0, 10))

const kindsOf = async (small: Small, key: AccessKey): Promise<readonly string[]> =>
  (await small.timeline(key)).map(({ fact }) => fact.kind)

describe('an account that is closed', () => {
  it('ends the stories of its keys: nobody hears of them again, and nothing fails', async () => {
    const { small, ann, eve, bob } = await threePeople()
    await small.live(3)
    const before = [heardOf(small, ann), heardOf(small, eve)]
    small.world.setAccountState(memberId, 'CLOSED')
    await small.live(3)
    expect(await digestOf(small)).toContain('333333333333 (member-1): 2 keys')
    await small.live(37)
    expect([heardOf(small, ann), heardOf(small, eve)]).toEqual(before)
    for (const key of [ann, eve]) {
      expect(await small.known(key)).toMatchObject({
        state: 'resolved',
        resolution: 'account-closed',
      })
      expect((await kindsOf(small, key)).length).toBeLessThan(10)
    }
    expect((await small.known(bob)).state).not.toBe('resolved')
    expect(small.sqs.deadLetters()).toEqual([])
    expect(await small.violations()).toEqual([])
  })

  it('and comes back: its keys begin anew, with a warning and the whole grace', async () => {
    const { small, eve } = await threePeople()
    await small.live(3)
    small.world.setAccountState(memberId, 'PENDING_CLOSURE')
    await small.live(9)
    expect(eve.status.latest).toBe('Active')
    small.world.setAccountState(memberId, 'ACTIVE')
    const back = small.clock.now()
    await small.live(25)
    const [deactivated] = small.doneBy('keynag', eve)
    expect(deactivated?.atMs).toBeGreaterThan(back + 7 * dayMs)
    const warnings = small.letters(eve).filter(({ at }) => at > back)
    expect(warnings[0]?.at).toBeLessThan((deactivated?.atMs ?? 0) - 7 * dayMs)
    expect(await small.violations()).toEqual([])
  })
})

describe('an account that leaves the organization', () => {
  it('stops its keys at once, and ends their stories after 90 days', async () => {
    const { small, ann, eve } = await threePeople()
    await small.live(3)
    const before = [heardOf(small, ann), heardOf(small, eve)]
    small.world.organization.accounts.delete(memberId)
    await small.live(20)
    expect((await small.known(ann)).state).toBe('nagging')
    await small.live(80)
    expect([heardOf(small, ann), heardOf(small, eve)]).toEqual(before)
    expect(await small.known(ann)).toMatchObject({ resolution: 'account-closed' })
    expect(await small.known(eve)).toMatchObject({ resolution: 'account-closed' })
    expect(small.sqs.deadLetters()).toEqual([])
  })
})

describe('an owner who has deleted the key, in an account that nobody can read any more', () => {
  it('hears nothing more of the key, and security hears nothing at all', async () => {
    const { small, ann } = await threePeople()
    await small.live(4, (day) => {
      if (day === 3) small.world.deleteKeyByHand(ann.id)
    })
    small.world.removeRole(memberId, 'keynag-reader')
    const before = heardOf(small, ann)
    await small.live(40)
    expect(heardOf(small, ann)).toEqual(before)
    const facts = (await small.timeline(ann)).filter(({ at }) => isoDay(at) > '2026-01-08')
    expect(facts.map(({ fact }) => fact.kind)).toEqual(['account-unread'])
    const digest = await digestOf(small)
    expect(digest).toMatch(/Unread accounts.*333333333333.*unread since 2026-01-08.*2 keys wait/)
    expect(digest).not.toContain(ann.id)
  })
})
