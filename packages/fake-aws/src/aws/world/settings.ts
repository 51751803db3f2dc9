/** How the world behaves where AWS leaves it open. Durations in virtual milliseconds. */
export interface Settings {
  /**
   * From a write of keys or tags to the reads that show it. IAM is eventually consistent and
   * promises no figure (IAM User Guide, Troubleshoot IAM). Default 3 s.
   */
  readonly consistencyMs: number
  /** From CreateAccessKey to the first call that the key can sign. Default 10 s: 8 to 15 s seen. */
  readonly activationMs: number
  /** From a use to GetAccessKeyLastUsed and the report showing it; undocumented. Default 4 h. */
  readonly lastUsedLagMs: number
  /** From GenerateCredentialReport to COMPLETE. Default 4 s. */
  readonly reportMs: number
  /** How dates end in the credential report. Default `Z`; moto writes `+00:00`. */
  readonly reportDateSuffix: 'Z' | '+00:00'
  /**
   * Whether a change of status moves `access_key_N_last_rotated`, which is documented as "created
   * or last changed". Default false.
   */
  readonly statusChangeMovesLastRotated: boolean
  /** From a call to LookupEvents showing it. Default 5 min, CloudTrail's usual delivery. */
  readonly trailLagMs: number
  /** The chance, 0 to 1, that a page comes short or empty although more follows. Default 0. */
  readonly shortPageChance: number
  /** Which field Organizations sends. `Status` was retired in September 2026. Default `State`. */
  readonly accountStateField: 'State' | 'Status' | 'both'
}

export const DEFAULT_SETTINGS: Settings = {
  consistencyMs: 3_000,
  activationMs: 10_000,
  lastUsedLagMs: 4 * 3_600_000,
  reportMs: 4_000,
  reportDateSuffix: 'Z',
  statusChangeMovesLastRotated: false,
  trailLagMs: 5 * 60_000,
  shortPageChance: 0,
  accountStateField: 'State',
}
