import type { OrganizationInput, PolicyInput } from '@keynag/core'
import { describe, expect, it } from 'vitest'
import type { AccessKey, UserToAdd } from '@keynag/fake-aws/aws'
import { aUserWithKey, rotating, smallOrganization } from './small-organization.ts'

/** Nine days: long enough to nag, to replace the key and to deactivate it a week later. */
const days = 9

async function liveWith(
  userName: string,
  policies: readonly PolicyInput[],
  settings: Partial<OrganizationInput>,
  user: Partial<UserToAdd>,
) {
  const keys: AccessKey[] = []
  const small = await smallOrganization({
    policies,
    settings,
    populate: (world) => {
      keys.push(aUserWithKey(world, userName, { user }))
    },
  })
  const [key] = keys
  if (key === undefined) throw new Error('the world was not populated')
  await small.live(days)
  return { small, key }
}

const excepting = (match: PolicyInput['match']): readonly PolicyInput[] => [
  { ...rotating, name: 'excepted', mode: 'dry-run', match },
  rotating,
]

describe('a name in another case than IAM has it', () => {
  it.each(['break-glass', 'Break-Glass', 'BREAK-*'])(
    'protects the user break-glass as %s',
    async (written) => {
      const settings = { protected: { userNames: [written] } }
      const { small, key } = await liveWith('break-glass', [rotating], settings, {})
      expect(small.doneBy('keynag', key)).toEqual([])
      expect(small.letters(key)).toEqual([])
      expect(await small.violations()).toEqual([])
    },
  )

  it.each<[string, NonNullable<PolicyInput['match']>]>([
    ['a tag', { tags: { RotationExempt: ['true'] } }],
    ['a group', { groups: ['Rotation-Exempt'] }],
    ['a user', { userNames: ['SVC-*'] }],
  ])('keeps a user under the policy that excepts %s', async (_what, match) => {
    const user = { groups: ['rotation-exempt'], tags: { rotationexempt: 'true' } }
    const { small, key } = await liveWith('svc-a', excepting(match), {}, user)
    expect((await small.known(key)).policy).toBe('excepted')
    expect(small.doneBy('keynag', key)).toEqual([])
  })

  it('still leads to the manager', async () => {
    const policy: PolicyInput = {
      ...rotating,
      escalation: [{ atDay: 95, to: 'manager' }],
      enforce: { kind: 'none' },
    }
    const contacts = {
      domains: ['example.com'],
      managers: { 'ANN@example.com': 'boss@example.com' },
    }
    const { small, key } = await liveWith('ann', [policy], { contacts }, {})
    expect(small.letters(key).flatMap(({ to }) => to)).toContain('boss@example.com')
  })
})
