import type { Policies } from './policies.ts'

/** The policies as they would act once armed: for plans and audits, never for a decision. */
export const asIfArmed = (policies: Policies): Policies =>
  policies.map((policy) => ({ ...policy, mode: 'enforce' as const }))
