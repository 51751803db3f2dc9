/** Behaviour that AWS does not document, as settings. Durations are in virtual milliseconds. */
export interface Settings {
  /**
   * How long after a write of keys or tags reads show it. IAM is eventually consistent and promises
   * no figure (IAM User Guide, Troubleshoot IAM). Default 3 s.
   */
  readonly consistencyMs: number
  /** How long after CreateAccessKey the key can sign calls. Default 10 s; 8 to 15 s were observed. */
  readonly activationMs: number
  /** How long after a use GetAccessKeyLastUsed and the report show it. Default 4 h; undocumented. */
  readonly lastUsedLagMs: number
  /** How long after GenerateCredentialReport the report is complete. Default 4 s. */
  readonly reportMs: number
  /** The end of dates in the credential report. Default `Z`; moto writes `+00:00`. */
  readonly reportDateSuffix: 'Z' | '+00:00'
  /**
   * Whether a change of status changes `access_key_N_last_rotated`, which the IAM User Guide
   * describes as the time when the key "was created or last changed". Default false.
   */
  readonly statusChangeMovesLastRotated: boolean
  /** How long after a call LookupEvents shows it. Default 5 min, CloudTrail's usual delay. */
  readonly trailLagMs: number
  /** The chance, 0 to 1, that a page is short or empty although more follows. Default 0. */
  readonly shortPageChance: number
  /**
   * What GetAccessKeyLastUsed answers for a key that is not in the account: `denied`, as observed on
   * AWS, or `no-such-entity`, as an edition of the IAM API Reference lists. Default `denied`.
   */
  readonly unknownKey: 'denied' | 'no-such-entity'
  /** The field that Organizations sends. AWS retired `Status` in September 2026. Default `State`. */
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
  unknownKey: 'denied',
  accountStateField: 'State',
}
