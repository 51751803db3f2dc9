import { presetNamed } from '@keynag/core'
import { expect, it } from 'vitest'
import type { AccessKey } from '@keynag/fake-aws/aws'
import { aUserWithKey, memberId, smallOrganization } from './small-organization.ts'

/** The preset with short times: a key is replaced when it is ten days old. */
const policy = presetNamed('warn-then-rotate', {
  mode: 'enforce',
  warnFromDay: 5,
  staleAtDay: 10,
  caps: { shareOfEstatePerDay: 1 },
  enforce: { atDay: 10, installationGraceDays: 2, recoveryGraceDays: 5, retentionDays: 3 },
})

it('the preset warn-then-rotate replaces the replacement too', async () => {
  const keys: AccessKey[] = []
  const small = await smallOrganization({
    policies: [policy],
    populate: (world) => {
      keys.push(aUserWithKey(world, 'ann', { ageDays: 10 }))
    },
  })
  await small.live(26)
  expect(small.world.account(memberId).users.get('ann')?.keysEver).toBeGreaterThanOrEqual(3)
  const entries = await small.entries()
  expect(entries.filter(({ hold }) => hold !== undefined)).toEqual([])
  expect(await small.violations()).toEqual([])
})
