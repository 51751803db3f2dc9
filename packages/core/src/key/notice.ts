import { z } from 'zod'
import { AccessKeyId, NoticeId } from '../ids.ts'
import { EpochMs } from '../time.ts'
import { Deed, EnforcementKind, SentMessage, TakenBack, type HoldCode } from './fact.ts'
import { Provider } from '../outage.ts'
import { Owner } from './owner.ts'
import { Lease } from './rotation.ts'

/** The subject of a notice. */
export const NoticeKind = z.enum([
  'nag',
  'escalation',
  'replacement-issued',
  'replacement-found',
  'deactivated',
  'deleted',
  'called-off',
  'held',
  'held-to-owner',
  'digest',
])
export type NoticeKind = z.infer<typeof NoticeKind>

/** What a nag said that keynag will do to a key, and the policy under which it said so. */
export const SaidOfKey = z.object({
  accessKeyId: AccessKeyId,
  policy: z.string(),
  announced: EnforcementKind,
  notBefore: EpochMs.optional(),
  isFinal: z.literal(true).optional(),
})
export type SaidOfKey = z.infer<typeof SaidOfKey>

/** A date that an owner read, and the user as that owner knew it. The key has another owner since. */
export const FormerReader = z.object({
  owner: Owner,
  userName: z.string(),
  deed: Deed,
  date: EpochMs,
})
export type FormerReader = z.infer<typeof FormerReader>

/**
 * One message in the outbox. keynag writes it in the same transaction as the fact that it reports,
 * and it stays due until it is delivered or nobody can be reached.
 */
export const Notice = z.object({
  noticeId: NoticeId,
  kind: NoticeKind,
  /** After the delivery: the keys that the message named. */
  accessKeyIds: z.array(AccessKeyId),
  /** The message could not name every key: a further one of the same day goes on. */
  continues: z.literal(true).optional(),
  /** After the delivery of a nag: what it said of each key that it named. */
  said: z.array(SaidOfKey).optional(),
  /** It goes to this former owner of the key, and not to the present one. */
  former: FormerReader.optional(),
  /** Of an escalation: the step of the ladder that it is for. Absent in notices of release 0.1.0. */
  level: z.number().int().min(1).optional(),
  createdAt: EpochMs,
  attempts: z.number().int().min(0),
  lease: Lease.optional(),
  /** It waits until this provider works again. */
  waitsFor: Provider.optional(),
  delivery: SentMessage.optional(),
  deliveredAt: EpochMs.optional(),
  /** Why nobody could be reached. Without `dueAt` the notice is then finished without a delivery. */
  undeliverable: z.string().optional(),
  /** Set when the mail provider took the delivery back, such as by a late bounce. */
  withdrawn: z.object({ at: EpochMs, how: TakenBack, why: z.string() }).optional(),
  dueAt: EpochMs.optional(),
  version: z.number().int().min(1),
})
export type Notice = z.infer<typeof Notice>

/** Whether nothing more is to be sent: it was delivered, or keynag gave it up. */
export const isFinished = ({ dueAt, deliveredAt, undeliverable }: Notice): boolean =>
  dueAt === undefined && (deliveredAt !== undefined || undeliverable !== undefined)

/**
 * keynag sends these notices again, once a day, until somebody hears them or they are no longer true.
 * They ask a person to decide, and the key waits for that person; or they take back a date that a person
 * goes by.
 */
const toldUntilHeard: ReadonlySet<NoticeKind> = new Set([
  'held',
  'held-to-owner',
  'escalation',
  'called-off',
])
export const isToldUntilHeard = ({ kind }: Notice): boolean => toldUntilHeard.has(kind)

/**
 * Whether the message waits until its reader's quiet time is over. With doubt it does not: the others
 * say what keynag has just done, take back a date that somebody goes by, tell where a new key is, or
 * ask for a decision on which a key waits.
 */
export function canWait(kind: NoticeKind): boolean {
  switch (kind) {
    // The grace of a warning begins with its delivery.
    case 'nag':
    case 'escalation':
    // The key had been off for its recovery grace, or its owner was told that it goes at once.
    case 'deleted':
      return true
    case 'replacement-issued':
    case 'replacement-found':
    case 'deactivated':
    case 'called-off':
    case 'held':
    case 'held-to-owner':
    // It has an hour of its own.
    case 'digest':
      return false
    default:
      return kind satisfies never
  }
}

/** These holds put off what the owner was told, and the owner can help to end them. */
const ownersToo: ReadonlySet<HoldCode> = new Set(['handover-gone', 'replacement-not-fetched'])

/** The messages about a hold: security has to decide, and the owner learns that a date is off. */
export const noticesOfHold = (code: HoldCode): readonly NoticeKind[] =>
  ownersToo.has(code) ? ['held', 'held-to-owner'] : ['held']
