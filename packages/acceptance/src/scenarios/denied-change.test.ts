import { expect, it } from 'vitest'
import { aUserWithKey, memberId, rotating, smallOrganization } from './small-organization.ts'

it.each([
  ['iam:CreateAccessKey', 5, 'issued'],
  ['iam:UpdateAccessKey', 14, 'deactivated'],
  ['iam:DeleteAccessKey', 24, 'deleted'],
] as const)(
  'a service control policy denies %s: the postponement names it, and nothing is counted',
  async (operation, days, end) => {
    const small = await smallOrganization({
      policies: [rotating],
      populate: (world) => {
        aUserWithKey(world, 'ann')
      },
    })
    const [key] = small.world.user(memberId, 'ann').keys
    if (key === undefined) throw new Error('a key')
    small.faults.add({ operation, error: 'access-denied', times: 1_000 })
    await small.live(days)
    const entry = await small.known(key)
    expect(entry.hold).toBeUndefined()
    expect(entry.postponed?.why).toContain(`${operation} in account ${memberId}`)
    const rotation = await small.ports.ledger.rotation(entry.accountId, entry.userId)
    expect(rotation?.counted).toEqual([])
    small.faults.clear()
    await small.live(2)
    expect(await small.known(key)).toMatchObject({ state: end })
    expect(await small.violations()).toEqual([])
  },
)
