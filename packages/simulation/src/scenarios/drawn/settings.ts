import type { Organization, OrganizationInput, PolicyInput } from '@keynag/core'
import { chance, choose } from '../../chance.ts'
import { organizationOf } from '../estate-of.ts'
import { drawnPolicy } from './drawn-policy.ts'

/** Draws the policies of a seed; `undefined` at the place of one that was dropped. One always stays. */
export function drawnPolicies(
  seed: number,
  dropped: ReadonlySet<string>,
): readonly (PolicyInput | undefined)[] {
  const count = choose(seed, 'policies', 0, [1, 1, 2, 3])
  const isDropped = (index: number): boolean => dropped.has(`policy ${index}`)
  return Array.from({ length: count }, (_, index) => {
    const isLast = Array.from({ length: index }, (_, earlier) => earlier).every(isDropped)
    if (isDropped(index) && !(isLast && index === count - 1)) return undefined
    const policy = drawnPolicy(seed, `policy ${index}`, `policy-${index}`)
    // Often the last policy is for all keys that are left.
    const isForAll = index === count - 1 && chance(seed, 'for all', 0) < 0.8
    return isForAll ? { ...policy, match: {} } : policy
  })
}

/** The settings of a seed. */
export const drawnOrganization = (seed: number, policies: readonly PolicyInput[]): Organization =>
  organizationOf(policies, drawnSettings(seed))

const drawnSettings = (seed: number): Partial<OrganizationInput> => ({
  contacts: {
    domains: ['example.com'],
    managers: choose(seed, 'managers', 0, [{}, { 'Ann@example.com': 'boss@example.com' }]),
    timeZones: choose(seed, 'zones', 0, [{}, { 'Ann@example.com': 'Asia/Tokyo' }]),
    accounts: choose(seed, 'contacts', 0, [{}, { '222222222222': 'account@example.com' }]),
    ...choose(seed, 'default', 0, [{}, {}, { default: 'default@example.com' }]),
  },
  protected: { paths: ['/break-glass/'], userNames: ['Sealed-*'] },
  fullWalkEveryDays: choose(seed, 'full walk', 0, [1, 7, 28]),
})
