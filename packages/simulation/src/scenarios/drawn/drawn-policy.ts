import { Policy, type PolicyInput } from '@keynag/core'
import { drawAccepted } from './draw.ts'
import { policyValues } from './policy-values.ts'

/** Draws a policy from the whole schema. `what` tells the draws of one seed apart. */
export function drawnPolicy(seed: number, what: string, name: string): PolicyInput {
  return { ...drawAccepted<PolicyInput>(Policy, { seed, what, values: policyValues }), name }
}

/**
 * keynag fails on some policies yet, and the simulation plays them without what it fails on. Remove an
 * option here when keynag has the remedy.
 */
export const playable = (policy: PolicyInput): PolicyInput => ({
  ...policy,
  // A scan that sees a key Inactive, before the answer to keynag's own call is known, ends the saga in
  // silence: keynag reminds of the key for ever.
  keys: 'active',
})
