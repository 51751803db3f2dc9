export * from './errors.ts'
export * from './events/make-event.ts'
export * from './events/registry.ts'
export * from './iam-names.ts'
export * from './ids.ts'
export * from './key/access-key.ts'
export * from './key/announced-deletion.ts'
export * from './key/call-off.ts'
export * from './key/decide.ts'
export { announcedDeed, fetchableUntil } from './key/announcement.ts'
export * from './key/entry.ts'
export * from './key/evolve.ts'
export * from './key/fact.ts'
export * from './key/forecast.ts'
export * from './key/key-card.ts'
export * from './key/lifecycle.ts'
export * from './key/next-deed.ts'
export * from './key/former-reader.ts'
export * from './key/notice.ts'
export * from './key/observation.ts'
export * from './key/open-intent.ts'
export * from './key/owner.ts'
export * from './key/rollback.ts'
export * from './key/recovery.ts'
export * from './key/rotation-plan.ts'
export { isInstalled } from './key/handover-gate.ts'
export { orphanGraceMs } from './key/lost-create.ts'
export {
  isTrailComplete,
  propagationMs,
  trailDays,
  trailedSince,
  type Goal,
  type Look,
  type LookFirst,
  type KeyCall,
  type Maker,
  type SecretVersion,
  type Seen,
  type Step,
  type StepOf,
} from './key/rotation-step.ts'
export * from './key/rotation.ts'
export * from './key/uninstalled.ts'
export * from './known-account.ts'
export * from './ledger/due-shard.ts'
export * from './ledger/fact-record.ts'
export * from './ledger/ledger.ts'
export * from './ledger/memory-ledger.ts'
export * from './ledger/pages.ts'
export * from './ledger/replay.ts'
export * from './ledger/sent-mail.ts'
export * from './message.ts'
export * from './outage.ts'
export * from './outcome.ts'
export * from './policy/as-if-armed.ts'
export * from './policy/audience.ts'
export * from './policy/caps.ts'
export * from './policy/define-config.ts'
export * from './policy/match-policy.ts'
export * from './policy/organization.ts'
export * from './policy/policies.ts'
export * from './policy/policy.ts'
export * from './policy/standing.ts'
export * from './policy/window.ts'
export * from './ports.ts'
export * from './presets/presets.ts'
export * from './scan.ts'
export * from './secret.ts'
export * from './stage/queue-rules.ts'
export * from './stage/schedule-rules.ts'
export * from './time.ts'
export * from './unread-accounts.ts'
