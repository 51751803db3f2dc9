import type { Policy } from './policy.ts'

/** The organisation's policies in order. The first policy whose `match` fits a key applies. */
export type Policies = readonly Policy[]

export const policyNamed = (policies: Policies, name: string): Policy | undefined =>
  policies.find((policy) => policy.name === name)
