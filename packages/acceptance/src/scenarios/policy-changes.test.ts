import type { PolicyInput } from '@keynag/core'
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
