import { hourMs, type PolicyInput } from '@keynag/core'
import { expect, it } from 'vitest'
import {
  aUserWithKey,
  memberId,
  rotating,
  smallOrganization,
  type Small,
} from './small-organization.ts'

const nagging = { ...rotating, enforce: { kind: 'none' } } as const satisfies PolicyInput
const ofPayments: PolicyInput = { ...rotating, match: { tags: { team: ['payments'] } } }

async function annsKey(policies: readonly PolicyInput[]) {
  const small = await smallOrganization({
    policies,
    onSlack: ['ann@example.com'],
    populate: (world) => {
      const tags = { owner: 'ann@example.com', team: 'payments' }
      aUserWithKey(world, 'ann', { user: { tags } })
    },
  })
  const [key] = small.world.user(memberId, 'ann').keys
  if (key === undefined) throw new Error('there is no key')
  return { small, key }
}

const off = 'That date does not stand any more'

type Key = Parameters<Small['known']>[0]

const lettersThatSay = (small: Small, key: Key, words: string): number =>
  small.letters(key).filter(({ text }) => text.includes(words)).length

const wasSwitchedOff = (small: Small, key: Key): boolean =>
  small.doneBy('keynag', key).some(({ kind }) => kind === 'key-status-changed')

it('the owner of a replaced key hears that its date is off when the policy enforces nothing any more', async () => {
  const { small, key } = await annsKey([rotating])
  await small.live(2)
  expect((await small.known(key)).state).toBe('issued')
  small.configure([nagging])
  await small.live(9)
  expect(wasSwitchedOff(small, key)).toBe(false)
  expect(await small.known(key)).toMatchObject({ state: 'escalated', status: 'Active' })
  expect(lettersThatSay(small, key, off)).toBe(1)

  // Armed again, the policy announces everything anew, and uses the replacement that is there.
  small.configure([rotating])
  await small.live(20)
  expect(await small.story(key)).toContain('replaced-by-owner')
  expect(wasSwitchedOff(small, key)).toBe(true)
  expect(await small.violations()).toEqual([])
})

it('the owner of a deactivated key hears that it is not deleted when the policy only deactivates', async () => {
  const graces = { installationGraceDays: 1, recoveryGraceDays: 7 }
  const enforce = { kind: 'delete', atDay: 90, ...graces } as const
  const { small, key } = await annsKey([{ ...rotating, enforce }])
  await small.live(4)
  expect((await small.known(key)).state).toBe('deactivated')
  const milder = { kind: 'deactivate', atDay: 90, installationGraceDays: 1 } as const
  small.configure([{ ...rotating, enforce: milder }])
  await small.live(12)
  expect(await small.known(key)).toMatchObject({ state: 'deactivated', status: 'Inactive' })
  expect(small.doneBy('keynag', key).map(({ kind }) => kind)).not.toContain('key-deleted')
  expect(lettersThatSay(small, key, off)).toBe(1)
})

it('a user who leaves the policy keeps the key, and the owner hears that its date is off', async () => {
  const { small, key } = await annsKey([ofPayments])
  await small.live(2)
  expect((await small.known(key)).state).toBe('issued')
  small.world.tagUser(memberId, 'ann', { team: 'growth' })
  await small.live(12)
  expect(wasSwitchedOff(small, key)).toBe(false)
  expect(await small.known(key)).toMatchObject({ resolution: 'no-longer-in-policy' })
  expect(lettersThatSay(small, key, off)).toBe(1)
})

it('a user who leaves the policy on the day of the deactivation is left alone', async () => {
  const { small, key } = await annsKey([ofPayments])
  await small.live(7)
  // The scan of the eighth day finds the user still under the policy.
  const midnight = Date.UTC(2026, 0, 12)
  small.clock.set(midnight + 5 * hourMs)
  await small.scan()
  small.world.tagUser(memberId, 'ann', { team: 'growth' })
  small.clock.set(midnight + 20 * hourMs)
  await small.sweep()
  await small.live(3)
  expect(wasSwitchedOff(small, key)).toBe(false)
  expect(lettersThatSay(small, key, off)).toBe(1)
})
