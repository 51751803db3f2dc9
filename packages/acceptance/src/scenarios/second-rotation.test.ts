import { presetNamed } from '@keynag/core'
import { expect, it } from 'vitest'
import { aUserWithKey, memberId, smallOrganization } from './small-organization.ts'

/** The preset with short times: a key is replaced when it is ten days old. */
const policy = presetNamed('warn-then-rotate', {
  mode: 'enforce',
  warnFromDay: 5,
  staleAtDay: 10,
  caps: { shareOfEstatePerDay: 1 },
  enforce: { atDay: 10, installationGraceDays: 2, recoveryGraceDays: 5, retentionDays: 3 },
})

const organization = () =>
  smallOrganization({
    policies: [policy],
    populate: (world) => {
      aUserWithKey(world, 'ann', { ageDays: 10 })
    },
  })

it('the preset warn-then-rotate replaces the replacement too, once it was installed', async () => {
  const small = await organization()
  const ann = () => small.world.account(memberId).users.get('ann')
  const seen = new Set(ann()?.keys)
  /** A program uses each replacement once, and none of them again. */
  await small.live(26, () => {
    for (const key of ann()?.keys ?? []) {
      if (!seen.has(key)) small.world.useKey(key.id, { service: 's3' })
      seen.add(key)
    }
  })
  expect(ann()?.keysEver).toBeGreaterThanOrEqual(3)
  const entries = await small.entries()
  expect(entries.filter(({ hold }) => hold !== undefined)).toEqual([])
  expect(await small.violations()).toEqual([])
})

it('a replacement that nobody installs is not replaced: its owner is asked to install it', async () => {
  const small = await organization()
  await small.live(26)
  const ann = small.world.account(memberId).users.get('ann')
  expect(ann?.keysEver).toBe(2)
  const made = ann?.keys.at(-1)
  if (made === undefined) throw new Error('Ann has no replacement')
  expect(await small.story(made.id)).not.toContain('rotation-opened')
  const letters = small.letters(made).filter(({ text }) => text.includes('Please install'))
  expect(letters.length).toBeGreaterThan(1)
  for (const { text } of letters) {
    expect(text).toContain('get-secret-value')
    expect(text).not.toMatch(/create-access-key|delete-access-key/)
  }
  expect(await small.violations()).toEqual([])
})
