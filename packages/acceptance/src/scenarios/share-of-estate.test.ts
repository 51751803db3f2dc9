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
  // On the first day the others hear that their date has moved, to the third day.
  await small.live(4)
  // The scan of the fifth day fails, so on the sixth day the estate has no keys.
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
  const days = [5, 6, 7, 8, 9, 10].map((day) => `2026-01-${String(day).padStart(2, '0')}`)
  for (const date of days) {
    estates.push((await small.ports.ledger.scanDay(date))?.estate?.keys)
  }
  // Replacements count as keys too.
  expect({ begun: days.map((date) => begun.get(date)), estates }).toStrictEqual({
    begun: [1, undefined, 4, 4, 5, 1],
    estates: [undefined, 20, 21, 21, 25, 0],
  })
})
