import { Policy, type PolicyInput } from '@keynag/core'
import { drawAccepted } from './draw.ts'
import { policyValues } from './policy-values.ts'

/** Draws a policy from the whole schema. `what` tells the draws of one seed apart. */
export function drawnPolicy(seed: number, what: string, name: string): PolicyInput {
  return { ...drawAccepted<PolicyInput>(Policy, { seed, what, values: policyValues }), name }
}
