import type { Policies } from './policies.ts'

/** The policies with mode `enforce`. Only for plans and audits, never for a decision to act. */
export const asIfArmed = (policies: Policies): Policies =>
  policies.map((policy) => ({ ...policy, mode: 'enforce' as const }))
