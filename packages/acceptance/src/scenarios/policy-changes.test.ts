import { hourMs, type PolicyInput } from '@keynag/core'
import { expect, it } from 'vitest'
import type { AccessKey } from '@keynag/fake-aws/aws'
import { aUserWithKey, rotating, smallOrganization } from './small-organization.ts'

const nagging = { ...rotating, enforce: { kind: 'none' } } as const satisfies PolicyInput

async function annsKey(policies: readonly PolicyInput[]) {
  let key: AccessKey | undefined
  const small = await smallOrganization({
    policies,
    onSlack: ['ann@example.com'],
    populate: (world) => {
      key = aUserWithKey(world, 'ann')
    },
  })
  if (key === undefined) throw new Error('there is no key')
  return { small, key }
}

it('a policy that is armed continues with the keys that its dry run found', async () => {
  const { small, key } = await annsKey([{ ...nagging, mode: 'dry-run' }])
  await small.live(3)
  expect(await small.story(key)).toEqual(['found'])
  small.configure([nagging])
  await small.live(1)
  expect(await small.story(key)).toEqual(['found', 'rescheduled', 'nagged'])
  expect(small.slack.messages).toHaveLength(1)
})

it('the digest of a dry run says what would happen if its policy were armed', async () => {
  const { small, key } = await annsKey([{ ...rotating, mode: 'dry-run' }])
  await small.live(1)
  await small.schedule.digest()
  const { text = '' } = small.ses.mails.at(-1) ?? {}
  const plan = text.slice(text.indexOf('What keynag does next')).replaceAll(/\s+/g, ' ')
  expect(plan).toContain(`nag ${key.id}, if its policy were armed`)
  expect(plan).toContain(`rotate ${key.id}, if its policy were armed`)
})

it('a policy that is changed to nag more often does so from the next scan on', async () => {
  const { small, key } = await annsKey([{ ...nagging, nag: { everyDays: 30 } }])
  await small.live(2)
  small.configure([{ ...nagging, nag: { everyDays: 1 } }])
  await small.live(2)
  expect((await small.known(key)).nagCount).toBe(3)
  expect((await small.story(key)).filter((kind) => kind === 'rescheduled')).toHaveLength(1)
})

it('a disarmed policy stops at once, and a key that no policy matches is left unchanged', async () => {
  const { small, key } = await annsKey([{ ...nagging, nag: { everyDays: 1 } }])
  await small.live(1)
  small.configure([{ ...nagging, mode: 'dry-run' }])
  await small.live(3)
  expect((await small.known(key)).nagCount).toBe(1)

  small.configure([{ ...nagging, match: { paths: ['/nobody/'] } }])
  await small.live(1)
  expect(await small.known(key)).toMatchObject({ resolution: 'no-longer-in-policy' })
})

it('a post in a channel about one key of an owner does not warn of the rotation of another', async () => {
  const keys: AccessKey[] = []
  const small = await smallOrganization({
    policies: [
      {
        name: 'programs',
        mode: 'enforce',
        match: { paths: ['/ci/'] },
        nag: { everyDays: 7, via: ['#access-keys'] },
      },
      { ...rotating, nag: { everyDays: 7, via: ['email'] } },
    ],
    populate: (world) => {
      const tags = { owner: 'ann@example.com' }
      keys.push(
        aUserWithKey(world, 'deploy', { ageDays: 200, user: { tags, path: '/ci/' } }),
        aUserWithKey(world, 'ann', { user: { tags } }),
      )
    },
  })
  const [posted, mailed] = keys
  if (posted === undefined || mailed === undefined) throw new Error('the world was not populated')
  await small.live(1)
  expect(small.letters(posted).map(({ to }) => to)).toEqual([['#access-keys']])
  expect(small.letters(mailed)[0]?.to).toEqual(['ann@example.com'])
  expect((await small.known(mailed)).warned).toMatchObject({ of: 'rotate' })
  expect((await small.known(posted)).warned).toBeUndefined()
})

it('a policy for a channel that begins to warn each owner writes to each owner of their own keys', async () => {
  const keys: AccessKey[] = []
  const forAll = {
    name: 'standard',
    mode: 'enforce',
    nag: { everyDays: 1, via: ['#access-keys'], oneMessagePer: 'policy' },
  } as const satisfies PolicyInput
  const small = await smallOrganization({
    policies: [forAll],
    populate: (world) => {
      keys.push(aUserWithKey(world, 'ann', { ageDays: 100 }), aUserWithKey(world, 'bob'))
    },
  })
  await small.live(1)
  small.configure([{ ...rotating, nag: { everyDays: 1, via: ['email'] } }])
  // No scan comes first: the ledger still has one audience for the whole policy.
  small.clock.set(small.clock.now() + 12 * hourMs)
  await small.sweep()
  await small.live(2)
  for (const key of keys) {
    const name = key.user.name
    const personal = small.letters(key).filter(({ to }) => !to.includes('#access-keys'))
    expect(personal.length).toBeGreaterThan(0)
    expect(personal.flatMap(({ to }) => to)).toEqual(personal.map(() => `${name}@example.com`))
  }
})
