import { z } from 'zod'
import { AccessKeyId, AccountId, RotationId, UserId } from '../ids.ts'
import { EpochMs, minuteMs } from '../time.ts'

/** A lease outlives the function (five minutes), so that its holder is surely dead when it ends. */
export const leaseMs = 6 * minuteMs

/**
 * Who may act on a user's keys now. The fence rises with every claim; a write under an older fence
 * is refused, so a holder that lost its lease can no longer record anything.
 */
export const Lease = z.object({
  holder: z.string(),
  fence: z.number().int(),
  until: EpochMs,
})
export type Lease = z.infer<typeof Lease>

const attempt = z.number().int().min(1)

/** What the saga was about to do when it wrote this down; see docs/rotation.md. */
export const RotationPhase = z.discriminatedUnion('kind', [
  /** Nothing was done yet. */
  z.object({ kind: z.literal('opened') }),
  /** The secret's container exists and only the user may read it. */
  z.object({ kind: z.literal('prepared'), secretArn: z.string(), attempt }),
  /** CreateAccessKey was about to be called, when the user had these keys. */
  z.object({
    kind: z.literal('creating'),
    secretArn: z.string(),
    attempt,
    snapshot: z.array(AccessKeyId),
    intendedAt: EpochMs,
  }),
  /** A key whose secret was lost is on its way out. */
  z.object({
    kind: z.literal('undoing'),
    secretArn: z.string(),
    attempt,
    orphanKeyId: AccessKeyId,
    /** As in `stored`. */
    testedAt: EpochMs.optional(),
    deactivatedAt: EpochMs.optional(),
  }),
  /** The new key is stored and not yet issued. */
  z.object({
    kind: z.literal('stored'),
    secretArn: z.string(),
    newKeyId: AccessKeyId,
    /** Whose version of the secret holds it. */
    attempt: attempt.default(1),
    storedAt: EpochMs,
    /** When keynag was about to test the key, the last time: to IAM the test is a use. */
    testedAt: EpochMs.optional(),
  }),
  /** The owner has a working replacement. */
  z.object({ kind: z.literal('replaced'), newKeyId: AccessKeyId }),
  z.object({
    kind: z.literal('deactivating'),
    newKeyId: AccessKeyId.optional(),
    intendedAt: EpochMs,
  }),
  z.object({
    kind: z.literal('deactivated'),
    newKeyId: AccessKeyId.optional(),
    deactivatedAt: EpochMs,
  }),
  z.object({
    kind: z.literal('deleting'),
    newKeyId: AccessKeyId.optional(),
    deactivatedAt: EpochMs,
    intendedAt: EpochMs,
  }),
  z.object({ kind: z.literal('closed'), outcome: z.string() }),
])
export type RotationPhase = z.infer<typeof RotationPhase>
export type RotationPhaseOf<K extends RotationPhase['kind']> = Extract<RotationPhase, { kind: K }>

/**
 * A counter of one UTC day. `scope` is a policy or a policy in an account, such as
 * `policy/cis-rotation` or `policy/cis-rotation/123456789012`.
 */
export const CapUse = z.object({ date: z.string(), scope: z.string() })
export type CapUse = z.infer<typeof CapUse>

/** The saga for one user's key: at most one is open for each (account, UserId). */
export const Rotation = z.object({
  rotationId: RotationId,
  accountId: AccountId,
  userId: UserId,
  accessKeyId: AccessKeyId,
  openedAt: EpochMs,
  phase: RotationPhase,
  /** The counters that it has added to for a change that is not made yet. */
  counted: z.array(CapUse).optional(),
  lease: Lease.optional(),
  fence: z.number().int().min(0),
  version: z.number().int().min(1),
})
export type Rotation = z.infer<typeof Rotation>

export const isOpen = (rotation: Rotation): boolean => rotation.phase.kind !== 'closed'

/** One attempt of a rotation to make a key: each has its own session and its own secret version. */
export interface Attempt {
  readonly rotationId: RotationId
  readonly attempt: number
}

/** Every hand-over secret is below this name, and our sessions reach no other. */
const handoverPrefix = 'keynag/handover/'

/** The name of a rotation's hand-over secret. */
export const handoverName = (rotationId: RotationId): string => `${handoverPrefix}${rotationId}`

/**
 * The secret version that an attempt stores, and the token it stores it with: the key of another
 * attempt is never taken for it (Secrets Manager API Reference: 32 to 64 characters).
 */
export const versionIdOf = ({ rotationId, attempt }: Attempt): string => `${rotationId}-${attempt}`

/** RoleSessionName of the sessions that switch a rotation's old key off, and delete it. */
export const changeSessionOf = (rotationId: RotationId): string => `keynag-${rotationId}`

/**
 * RoleSessionName of the session that creates the key: CloudTrail then names this attempt as the
 * key's maker (STS API Reference, AssumeRole: at most 64 characters).
 */
export const sessionNameOf = ({ rotationId, attempt }: Attempt): string =>
  `keynag-${rotationId}-${attempt}`
