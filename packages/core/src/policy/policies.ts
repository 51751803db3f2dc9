import type { Policy } from './policy.ts'

/** The organisation's policies in order. The first policy whose `match` fits a key applies. */
export type Policies = readonly Policy[]

/** In the ledger, the policy of a key whose user fits none any more. No policy can have this name. */
export const noPolicy = '(none)'

export const policyNamed = (policies: Policies, name: string): Policy | undefined =>
  policies.find((policy) => policy.name === name)
