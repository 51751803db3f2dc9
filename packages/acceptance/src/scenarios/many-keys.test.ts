import { dayMs } from '@keynag/core'
import { describe, expect, it } from 'vitest'
import type { AccessKey } from '@keynag/fake-aws/aws'
import { aUserWithKey, rotating, smallOrganization } from './small-organization.ts'

const owner = 'ann@example.com'
const graceDays = 7

/** Ann owns 70 keys, all of them due. Keys that nobody names must stay Active. */
async function seventyKeys(onSlack: readonly string[]) {
  const keys: AccessKey[] = []
  const small = await smallOrganization({
    onSlack,
    policies: [
      {
        ...rotating,
        nag: { everyDays: 7, via: ['slack', 'email'] },
        enforce: { kind: 'deactivate', atDay: 90, installationGraceDays: graceDays },
        caps: { shareOfEstatePerDay: 1, perDay: 100, perAccountPerDay: 100 },
      },
    ],
    populate: (world) => {
      for (let index = 0; index < 70; index += 1) {
        const user = { tags: { owner } }
        keys.push(aUserWithKey(world, `batch-${index}`, { ageDays: 95 + index, user }))
      }
    },
  })
  return { small, keys }
}

describe('an owner of 70 keys', () => {
  it.each([
    ['on Slack, where a message names 12', [owner], 6],
    ['by mail, where a message names 500', [], 1],
  ])('is told of each by name, %s, before it is deactivated', async (_, onSlack, letters) => {
    const { small, keys } = await seventyKeys(onSlack)
    await small.live(1)
    expect([...small.slack.messages, ...small.ses.mails]).toHaveLength(letters)
    for (const key of keys) {
      expect(small.letters(key).map(({ to }) => to)).toStrictEqual([[owner]])
      expect(await small.known(key)).toMatchObject({ nagCount: 1, state: 'nagging' })
    }
    await small.live(graceDays + 1)
    for (const key of keys) {
      const [letter] = small.letters(key)
      const [deed] = small.doneBy('keynag', key)
      expect(key.status.latest).toBe('Inactive')
      expect(deed?.atMs).toBeGreaterThanOrEqual((letter?.at ?? Infinity) + graceDays * dayMs)
    }
    expect(await small.violations()).toStrictEqual([])
  })
})
