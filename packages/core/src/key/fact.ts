import { z } from 'zod'
import { AccessKeyId, NoticeId, RotationId } from '../ids.ts'
import { EpochMs } from '../time.ts'
import { KeyStatus, LastUsed } from './access-key.ts'
import { Owner } from './owner.ts'

/** Why automation stopped for a key until an operator releases it. */
export const HoldCode = z.enum([
  'owner-unreachable',
  'still-in-use',
  'use-unknown',
  'reactivated',
  'rolled-back',
  'two-keys',
  'orphan-unproven',
  'replacement-unusable',
  'replacement-gone',
  'handover-gone',
  'replacement-not-fetched',
  'policy-gone',
  'protected',
  'operator',
])
export type HoldCode = z.infer<typeof HoldCode>

/** The enforcement at the end of a policy. */
export const EnforcementKind = z.enum(['none', 'deactivate', 'rotate', 'delete'])

/** A change of a key that keynag makes by itself, and announces with a date. */
export const Deed = z.enum(['rotate', 'deactivate', 'delete'])
export type Deed = z.infer<typeof Deed>

/** Why keynag has no further concern with a key that it did not delete itself. */
export const Resolution = z.enum([
  'deleted-by-owner',
  'deactivated-by-owner',
  'user-deleted',
  'no-longer-in-policy',
  'account-closed',
])
export type Resolution = z.infer<typeof Resolution>

/** A message that a channel accepted, with the provider's own ID for it. */
export const SentMessage = z.object({ channel: z.string(), to: z.string(), messageId: z.string() })
export type SentMessage = z.infer<typeof SentMessage>

/**
 * How the mail provider took a delivery back: the mail bounced, its recipient marked it as spam, or
 * the provider refused to send it.
 */
export const TakenBack = z.enum(['bounce', 'complaint', 'rejection'])
export type TakenBack = z.infer<typeof TakenBack>

/** The key that a replacement of keynag replaces, until a program uses the replacement. */
export const Replaced = z.object({
  accessKeyId: AccessKeyId,
  /** Absent: the old key is gone. */
  status: KeyStatus.optional(),
  /** Where the replacement can be fetched. Absent: nowhere any more. */
  secretArn: z.string().optional(),
})
export type Replaced = z.infer<typeof Replaced>

/** What a scan saw of the key, its user and its owner. */
export const Sighting = z.object({
  status: KeyStatus,
  lastUsed: LastUsed,
  userName: z.string(),
  userPath: z.string(),
  owner: Owner,
  policy: z.string(),
  audience: z.string(),
  /** Only of a replacement that keynag made and nobody has used yet. */
  replaces: Replaced.optional(),
})
export type Sighting = z.infer<typeof Sighting>

/** Everything that can happen to an entry. Facts are stored for ever: only add kinds and fields. */
export const Fact = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('found'), sighting: Sighting, rule: z.string() }),
  z.object({
    kind: z.literal('observed'),
    sighting: Sighting,
    /** The key was off: what was announced before does not count. Absent in facts of release 0.1.0. */
    anew: z.literal(true).optional(),
  }),
  z.object({
    kind: z.literal('nagged'),
    noticeId: NoticeId,
    delivery: SentMessage,
    /** The enforcement that the message announced. It is a warning of this and of nothing else. */
    announced: EnforcementKind,
    /** The date that the message showed for it. Absent in facts of release 0.1.0. */
    notBefore: EpochMs.optional(),
    /** The policy that it was announced under. Absent in facts of release 0.1.0. */
    policy: z.string().optional(),
    /** The message said that the deletion follows the deactivation at once. */
    isFinal: z.literal(true).optional(),
    rule: z.string(),
  }),
  /** A post in a Slack channel. Nobody has to read it, so it is no reminder to the owner. */
  z.object({ kind: z.literal('posted'), noticeId: NoticeId, delivery: SentMessage }),
  z.object({ kind: z.literal('nag-undelivered'), noticeId: NoticeId, why: z.string() }),
  /** The reminder is due, and goes with the next message to its reader instead. */
  z.object({ kind: z.literal('reminder-waits'), until: EpochMs, why: z.string() }),
  z.object({
    kind: z.literal('escalated'),
    noticeId: NoticeId,
    level: z.number().int(),
    to: z.string(),
    rule: z.string(),
  }),
  z.object({ kind: z.literal('rotation-opened'), rotationId: RotationId, rule: z.string() }),
  z.object({ kind: z.literal('rotation-abandoned'), rotationId: RotationId, why: z.string() }),
  z.object({
    kind: z.literal('replacement-issued'),
    rotationId: RotationId,
    replacementKeyId: AccessKeyId,
    secretArn: z.string(),
    retireAt: EpochMs,
  }),
  z.object({
    kind: z.literal('replaced-by-owner'),
    rotationId: RotationId,
    replacementKeyId: AccessKeyId,
    /** When keynag issued it, if it is a replacement from before. Absent in facts of release 0.1.0. */
    firstIssuedAt: EpochMs.optional(),
  }),
  z.object({
    kind: z.literal('replacement-delivered'),
    noticeId: NoticeId,
    delivery: SentMessage,
    /** The date that the message showed: the old key stops working no earlier. */
    deactivatesAt: EpochMs.optional(),
    /** The message said that the deletion follows at once. */
    isFinal: z.literal(true).optional(),
  }),
  /**
   * The owner goes by this date, though nothing that was announced stands on it: the message that shows
   * it was on its way when the key moved on, or the message that was to take it back was not sent. It
   * is taken back if it does not stand.
   */
  z.object({
    kind: z.literal('date-read'),
    noticeId: NoticeId,
    /** Of the message that shows it. Absent: it was recorded before. */
    delivery: SentMessage.optional(),
    deed: Deed,
    date: EpochMs,
  }),
  z.object({
    kind: z.literal('delivery-withdrawn'),
    noticeId: NoticeId,
    how: TakenBack,
    why: z.string(),
    /** What the delivery had counted as before it was taken back. */
    counted: z.enum(['nag', 'replacement', 'call-off', 'nothing']),
  }),
  z.object({
    kind: z.literal('called-off'),
    noticeId: NoticeId,
    /** What the owner read, and the date of it. */
    deed: Deed,
    date: EpochMs,
    /** The new date. Absent: the deed has no date any more. */
    movedTo: EpochMs.optional(),
    why: z.string(),
  }),
  z.object({
    kind: z.literal('deactivated'),
    rotationId: RotationId,
    rule: z.string(),
    /** The rotation stays open to delete the key. Absent in facts of release 0.1.0. */
    deletes: z.literal(true).optional(),
  }),
  z.object({
    kind: z.literal('deactivation-delivered'),
    noticeId: NoticeId,
    delivery: SentMessage,
    /** The date of the deletion that the message named. Absent: it announced no deletion. */
    deletesAt: EpochMs.optional(),
  }),
  z.object({ kind: z.literal('deleted'), rotationId: RotationId, rule: z.string() }),
  z.object({
    kind: z.literal('rolled-back'),
    rotationId: RotationId,
    by: z.string(),
    why: z.string(),
  }),
  z.object({ kind: z.literal('reactivation-accepted'), by: z.string(), why: z.string() }),
  z.object({ kind: z.literal('begun-anew'), by: z.string(), why: z.string() }),
  z.object({ kind: z.literal('secret-retired'), why: z.string() }),
  z.object({ kind: z.literal('secret-kept'), retireAt: EpochMs, why: z.string() }),
  z.object({
    kind: z.literal('resolved'),
    how: Resolution,
    /** What IAM showed. Absent: the key is gone, or the fact is of release 0.1.0. */
    status: KeyStatus.optional(),
    /** A rotation of the key that is still open, which keynag has to abandon. */
    open: RotationId.optional(),
    /** The operator who released a hold and so ended the story, and why. */
    released: z.object({ by: z.string(), why: z.string() }).optional(),
  }),
  z.object({ kind: z.literal('reopened'), sighting: Sighting, rule: z.string() }),
  z.object({
    kind: z.literal('held'),
    code: HoldCode,
    why: z.string(),
    /** What IAM showed of a key that somebody has changed. Absent in facts of release 0.1.0. */
    status: KeyStatus.optional(),
  }),
  z.object({
    kind: z.literal('released'),
    by: z.string(),
    why: z.string(),
    /** What was announced before the hold does not count. Absent in facts of release 0.1.0. */
    anew: z.literal(true).optional(),
  }),
  z.object({
    kind: z.literal('exempted'),
    until: EpochMs,
    approver: z.string(),
    why: z.string(),
    ticket: z.string().optional(),
  }),
  z.object({ kind: z.literal('snoozed'), until: EpochMs, by: z.string() }),
  z.object({
    kind: z.literal('postponed'),
    until: EpochMs,
    why: z.string(),
    settles: z.literal(true).optional(),
  }),
  z.object({ kind: z.literal('rescheduled'), why: z.string() }),
  z.object({ kind: z.literal('account-unread'), since: EpochMs, why: z.string() }),
  z.object({ kind: z.literal('account-read') }),
])
export type Fact = z.infer<typeof Fact>
export type FactKind = Fact['kind']
export type FactOf<K extends FactKind> = Extract<Fact, { kind: K }>

/** Who caused a fact: a scan, the handling of a message, or a person. */
export const Actor = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('scan'), date: z.string() }),
  z.object({ kind: z.literal('delivery'), event: z.string(), eventId: z.string() }),
  z.object({ kind: z.literal('operator'), name: z.string() }),
])
export type Actor = z.infer<typeof Actor>

/** A fact as the ledger keeps it: append-only, numbered by the entry's version. */
export const FactRecord = z.object({
  accessKeyId: AccessKeyId,
  version: z.number().int().min(1),
  at: EpochMs,
  actor: Actor,
  fact: Fact,
})
export type FactRecord = z.infer<typeof FactRecord>
