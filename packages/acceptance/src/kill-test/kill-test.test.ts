import { expect, it } from 'vitest'
import { killTest } from './kill-test.ts'

it('no key or message is lost when the functions are killed at random points', async () => {
  const { kills, rotations, violations } = await killTest({ kills: 25, seed: 7 })
  expect(violations).toEqual([])
  expect(kills).toBe(25)
  expect(rotations.issued).toBeGreaterThan(0)
  expect(rotations.deleted).toBeGreaterThan(0)
})
