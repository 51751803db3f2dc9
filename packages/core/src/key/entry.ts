import { z } from 'zod'
import { AccessKeyId, AccountId, NoticeId, RotationId, UserId } from '../ids.ts'
import { EpochMs } from '../time.ts'
import { KeyStatus, LastUsed } from './access-key.ts'
import { Deed, EnforcementKind, HoldCode, Replaced, Resolution, TakenBack } from './fact.ts'
import { Owner } from './owner.ts'

/** Automation stops for this key until an operator releases it. */
export const Hold = z.object({
  code: HoldCode,
  why: z.string(),
  since: EpochMs,
  /** What IAM showed of a key that somebody has changed. */
  status: KeyStatus.optional(),
})
export type Hold = z.infer<typeof Hold>

/** keynag leaves the key alone until this date; then the exemption lapses by itself. */
export const Exemption = z.object({
  until: EpochMs,
  approver: z.string(),
  why: z.string(),
  ticket: z.string().optional(),
})

/**
 * The replacement key and the secret through which its owner gets it. `deliveredAt` is when the
 * owner was told, and `notBefore` is the date that the message showed; `retireAt` is when keynag deletes the secret. Without `secretArn` the owner made
 * the replacement.
 */
export const Handover = z.object({
  replacementKeyId: AccessKeyId,
  secretArn: z.string().optional(),
  issuedAt: EpochMs,
  /** When keynag issued it first, if it has been the replacement anew since. */
  firstIssuedAt: EpochMs.optional(),
  deliveredAt: EpochMs.optional(),
  notBefore: EpochMs.optional(),
  /** The message said that the deletion follows the deactivation at once. */
  isFinal: z.literal(true).optional(),
  retireAt: EpochMs.optional(),
  retiredAt: EpochMs.optional(),
  /** An operator released a hold that said that the replacement is gone: the story goes on without it. */
  isGivenUp: z.literal(true).optional(),
})
export type Handover = z.infer<typeof Handover>

const common = {
  accessKeyId: AccessKeyId,
  accountId: AccountId,
  userId: UserId,
  userName: z.string(),
  userPath: z.string(),
  createdAt: EpochMs,
  status: KeyStatus,
  lastUsed: LastUsed,
  owner: Owner,
  policy: z.string(),
  /** Keys with the same audience share one message. */
  audience: z.string(),
  foundAt: EpochMs,
  nagCount: z.number().int().min(0),
  lastNaggedAt: EpochMs.optional(),
  /** The reminder that is due goes with the next message to its reader, and then at the latest. */
  remindAt: EpochMs.optional(),
  /** The first delivered message that announced the enforcement `of`; its grace runs from `at`. */
  warned: z
    .object({
      at: EpochMs,
      of: EnforcementKind,
      noticeId: NoticeId.optional(),
      /** The date that the message showed: the enforcement comes no earlier. */
      notBefore: EpochMs.optional(),
      policy: z.string().optional(),
      isFinal: z.literal(true).optional(),
    })
    .optional(),
  /**
   * The delivered message about the deactivation that announced the deletion: not before `notBefore`,
   * and with a whole recovery grace from `at`. Without it keynag does not delete the key.
   */
  deletionAnnounced: z.object({ at: EpochMs, notBefore: EpochMs, noticeId: NoticeId }).optional(),
  /** The last date that the owner read, until keynag has done the deed or announces another. */
  shown: z
    .object({
      deed: Deed,
      date: EpochMs,
      noticeId: NoticeId,
      /** The date that the owner had read before it, which counts again if this message comes back. */
      before: z.object({ deed: Deed, date: EpochMs, noticeId: NoticeId }).optional(),
      /** keynag told the owner that the date does not stand, and the new date if there is one. */
      calledOff: z
        .object({ at: EpochMs, noticeId: NoticeId, movedTo: EpochMs.optional() })
        .optional(),
    })
    .optional(),
  undeliveredCount: z.number().int().min(0),
  /** `undeliveredCount` before the last delivery, to restore it if that mail comes back. */
  undeliveredBefore: z.number().int().min(1).optional(),
  /** Set when the last message to the owner, or one that enforcement required, came back. */
  withdrawn: z
    .object({ at: EpochMs, noticeId: NoticeId, how: TakenBack, why: z.string() })
    .optional(),
  escalationLevel: z.number().int().min(0),
  lastEscalatedAt: EpochMs.optional(),
  lastNoticeId: NoticeId.optional(),
  hold: Hold.optional(),
  exemption: Exemption.optional(),
  snooze: z.object({ until: EpochMs, by: z.string() }).optional(),
  /** Enforcement was not possible yet; keynag tries again at `until`. */
  postponed: z
    .object({
      until: EpochMs,
      why: z.string(),
      /** keynag has to find out first what became of a change that it had intended. */
      settles: z.literal(true).optional(),
    })
    .optional(),
  /** The key was due when its account was unread: it waits until a scan has read the account. */
  unread: z.object({ since: EpochMs, why: z.string() }).optional(),
  handover: Handover.optional(),
  /** As the last scan saw it; `toInstall` says whether it counts. */
  replaces: Replaced.optional(),
  /** When to decide again; absent: only an event can change the decision. */
  dueAt: EpochMs.optional(),
  version: z.number().int().min(1),
  changedAt: EpochMs,
} as const

const rotating = { rotationId: RotationId } as const

/** The ledger's entry of one access key; its `state` decides which further fields it has. */
export const Entry = z.discriminatedUnion('state', [
  z.object({ ...common, state: z.literal('nagging') }),
  z.object({ ...common, state: z.literal('escalated') }),
  z.object({ ...common, ...rotating, state: z.literal('issuing') }),
  z.object({ ...common, ...rotating, state: z.literal('issued'), handover: Handover }),
  z.object({
    ...common,
    ...rotating,
    state: z.literal('deactivated'),
    deactivatedAt: EpochMs,
    /** The rotation is open until it has deleted the key, or is abandoned. */
    deletes: z.literal(true).optional(),
  }),
  z.object({
    ...common,
    ...rotating,
    state: z.literal('deleted'),
    deactivatedAt: EpochMs,
    deletedAt: EpochMs,
  }),
  z.object({
    ...common,
    state: z.literal('resolved'),
    resolution: Resolution,
    resolvedAt: EpochMs,
    /** Set while a rotation of the key is still open. */
    rotationId: RotationId.optional(),
    /** keynag had deactivated the key before its account was closed. */
    wasDeactivatedAt: EpochMs.optional(),
  }),
])
export type Entry = z.infer<typeof Entry>
export type EntryState = Entry['state']
export type EntryIn<S extends EntryState> = Extract<Entry, { state: S }>

/** The states in which the owner is reminded, and keynag has not begun to act. */
export type Unanswered = EntryIn<'nagging'> | EntryIn<'escalated'>

export const isUnanswered = (entry: Entry): entry is Unanswered =>
  entry.state === 'nagging' || entry.state === 'escalated'

/** Whether the key's story has not ended. */
export const isOngoing = ({ state }: Pick<Entry, 'state'>): boolean =>
  state !== 'resolved' && state !== 'deleted'

export const entryStates = [
  'nagging',
  'escalated',
  'issuing',
  'issued',
  'deactivated',
  'deleted',
  'resolved',
] as const satisfies readonly EntryState[]
