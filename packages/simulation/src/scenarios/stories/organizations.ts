import { organizationOf, rotating } from '../estate-of.ts'

/** Rotates at 90 days; the arguments replace fields of the policy and of its enforcement. */
export const rotatingUnder = (fields: object, enforce: object = {}) =>
  organizationOf([{ ...rotating, ...fields, enforce: { ...rotating.enforce, ...enforce } }], {
    protected: { paths: ['/break-glass/'], userNames: ['Sealed-*'] },
  })

export const longGraces = { installationGraceDays: 3, recoveryGraceDays: 3, retentionDays: 4 }

export const rotatingByMail = (fields: object = {}) =>
  rotatingUnder({ nag: { everyDays: 7, via: ['email'] }, ...fields })

export const twoStepEscalation = {
  nag: { everyDays: 1 },
  escalation: [
    { afterNags: 1, to: 'security' },
    { afterNags: 2, to: '#security' },
  ],
}

export const escalatingThenRotating = (enforce: object) =>
  rotatingUnder(twoStepEscalation, { ...enforce, afterNags: 4 })

/** Deactivates or deletes at 90 days, without a replacement. */
export const enforcing = (
  kind: 'deactivate' | 'delete',
  fields: object = {},
  enforce: object = {},
) => {
  const common = { atDay: 90, installationGraceDays: 1, inUseDays: 0.5 }
  const chosen =
    kind === 'delete'
      ? { kind, ...common, recoveryGraceDays: 1, ...enforce }
      : { kind, ...common, ...enforce }
  return organizationOf([{ ...rotating, ...fields, enforce: chosen }])
}
