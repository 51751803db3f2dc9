import { isoDay } from '@keynag/core'
import { expect, it } from 'vitest'
import { aUserWithKey, memberId, rotating, smallOrganization } from './small-organization.ts'

it('a cap by share counts the keys of the last scan, and always allows one key per day', async () => {
  const people = Array.from({ length: 20 }, (_, index) => `user-${index}`)
  const caps = { perDay: 100, perAccountPerDay: 100, shareOfEstatePerDay: 0.2 }
  const small = await smallOrganization({
    policies: [{ ...rotating, caps }],
    populate: (world) => {
      for (const person of people) aUserWithKey(world, person)
    },
  })
  const keys = people.map((person) => small.world.user(memberId, person).keys[0]?.id ?? '')
  const begun = new Map<string, number>()
  const estates: (number | undefined)[] = []
  await small.live(2)
  // The scan of the third day fails, so on the fourth day the estate has no keys.
  small.faults.add({ operation: 'iam:GetAccountAuthorizationDetails', error: '500', times: 1_000 })
  await small.live(1)
  small.faults.clear()
  await small.live(1)
  for (const key of keys) {
    for (const { fact, at } of await small.timeline(key)) {
      if (fact.kind !== 'rotation-opened') continue
      begun.set(isoDay(at), (begun.get(isoDay(at)) ?? 0) + 1)
    }
  }
  const days = ['2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08']
  for (const date of days) {
    estates.push((await small.ports.ledger.scanDay(date))?.estate?.keys)
  }
  // Replacements count as keys too.
  expect({ begun: days.map((date) => begun.get(date)), estates }).toStrictEqual({
    begun: [1, 4, 4, 1],
    estates: [undefined, 20, 21, 0],
  })
})
