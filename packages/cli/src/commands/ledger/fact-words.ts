import {
  type Actor,
  type Fact,
  type FactRecord,
  isoTime,
  type LastUsed,
  type SentMessage,
  type Sighting,
} from '@keynag/core'
import { dayOf, minuteOf } from '../../output/format.ts'

/** A fact in words for people. */
export interface FactWords {
  readonly what: string
  /** The rule that decided, or the reason that was given. */
  readonly why?: string
  /** The provider's record of a delivered message. */
  readonly proof?: SentMessage
}

export function factInWords(fact: Fact): FactWords {
  switch (fact.kind) {
    case 'found':
      return { what: `found: ${seen(fact.sighting)}`, why: fact.rule }
    case 'observed':
      return { what: `looked at again: ${seen(fact.sighting)}` }
    case 'nagged':
      return {
        what:
          fact.announced === 'none'
            ? 'reminded the owner'
            : `reminded the owner, and announced: ${fact.announced}`,
        why: fact.rule,
        proof: fact.delivery,
      }
    case 'posted':
      return { what: `posted in ${fact.delivery.to}`, proof: fact.delivery }
    case 'nag-undelivered':
      return { what: 'a reminder reached nobody', why: fact.why }
    case 'reminder-waits':
      return {
        what: `the reminder waits until ${minuteOf(fact.until)} at most, for the next message to its reader`,
        why: fact.why,
      }
    case 'escalated':
      return { what: `escalated to ${fact.to}, step ${fact.level}`, why: fact.rule }
    case 'rotation-opened':
      return { what: `began to make a replacement, rotation ${fact.rotationId}`, why: fact.rule }
    case 'rotation-abandoned':
      return { what: `abandoned rotation ${fact.rotationId}`, why: fact.why }
    case 'replacement-issued':
      return {
        what:
          `issued the replacement ${fact.replacementKeyId}; its secret waits in Secrets Manager ` +
          `until ${dayOf(fact.retireAt)}`,
      }
    case 'replaced-by-owner':
      return fact.firstIssuedAt === undefined
        ? { what: `the owner made the replacement ${fact.replacementKeyId}` }
        : {
            what:
              `the owner still has the replacement ${fact.replacementKeyId}, ` +
              `issued on ${dayOf(fact.firstIssuedAt)}`,
          }
    case 'replacement-delivered':
      return {
        what:
          'told the owner where the replacement is' +
          (fact.isFinal === true ? ', and that the old key is deleted when it is deactivated' : ''),
        proof: fact.delivery,
      }
    case 'date-read':
      return fact.delivery === undefined
        ? { what: `the date ${minuteOf(fact.date)} (${fact.deed}) was not taken back` }
        : {
            what: `the owner read the date ${minuteOf(fact.date)} (${fact.deed}), when the key had moved on`,
            proof: fact.delivery,
          }
    case 'delivery-withdrawn':
      return {
        what: `the mail of ${fact.noticeId} came back (${fact.how}), so it no longer counts`,
        why: fact.why,
      }
    case 'called-off': {
      const then = fact.movedTo === undefined ? '' : `; the new date is ${minuteOf(fact.movedTo)}`
      return {
        what: `took back the announced date ${minuteOf(fact.date)} (${fact.deed})${then}`,
        why: fact.why,
      }
    }
    case 'deactivated':
      return { what: 'deactivated the key', why: fact.rule }
    case 'deactivation-delivered':
      return {
        what:
          fact.deletesAt === undefined
            ? 'told the owner of the deactivation'
            : `told the owner of the deactivation, and of the deletion on ${dayOf(fact.deletesAt)}`,
        proof: fact.delivery,
      }
    case 'deleted':
      return { what: 'deleted the key', why: fact.rule }
    case 'rolled-back':
      return { what: `reactivated the key, asked by ${fact.by}`, why: fact.why }
    case 'reactivation-accepted':
      return {
        what: `${fact.by} accepted that the key is Active again; keynag starts from the beginning`,
        why: fact.why,
      }
    case 'begun-anew':
      return { what: `${fact.by} let keynag start from the beginning`, why: fact.why }
    case 'secret-retired':
      return { what: "deleted the replacement's secret from Secrets Manager", why: fact.why }
    case 'secret-kept':
      return { what: `kept the replacement's secret until ${dayOf(fact.retireAt)}`, why: fact.why }
    case 'resolved':
      return fact.released === undefined
        ? { what: `resolved without keynag: ${fact.how}` }
        : {
            what: `resolved without keynag: ${fact.how}, accepted by ${fact.released.by}`,
            why: fact.released.why,
          }
    case 'reopened':
      return { what: `found again: ${seen(fact.sighting)}`, why: fact.rule }
    case 'held':
      return { what: `held for an operator: ${fact.code}`, why: fact.why }
    case 'released':
      return { what: `released by ${fact.by}`, why: fact.why }
    case 'exempted':
      return {
        what: `exempt until ${dayOf(fact.until)}, approved by ${fact.approver}`,
        why: fact.ticket === undefined ? fact.why : `${fact.why} (${fact.ticket})`,
      }
    case 'snoozed':
      return { what: `snoozed by ${fact.by} until ${minuteOf(fact.until)}` }
    case 'postponed':
      return { what: `put off until ${minuteOf(fact.until)}`, why: fact.why }
    case 'rescheduled':
      return { what: 'set a new due date', why: fact.why }
    case 'account-unread':
      return {
        what: `left alone: its account is unread since ${minuteOf(fact.since)}`,
        why: fact.why,
      }
    case 'account-read':
      return { what: 'a scan has read the account again; keynag warns anew' }
    default:
      return fact satisfies never
  }
}

export function actorInWords(actor: Actor): string {
  switch (actor.kind) {
    case 'scan':
      return `scan of ${actor.date}`
    case 'delivery':
      return `delivery of ${actor.event} ${actor.eventId}`
    case 'operator':
      return `operator ${actor.name}`
    default:
      return actor satisfies never
  }
}

/** An unknown last use reads as unknown, and never as "never". */
export function lastUsedInWords(used: LastUsed): string {
  switch (used.kind) {
    case 'never':
      return 'never'
    case 'unknown':
      return `unknown: ${used.why}`
    case 'at': {
      const where = [used.service, used.region].filter((part) => part !== undefined)
      return where.length === 0 ? dayOf(used.at) : `${dayOf(used.at)} (${where.join(', ')})`
    }
    default:
      return used satisfies never
  }
}

const seen = ({ status, lastUsed, owner, policy, replaces }: Sighting): string =>
  `${status}, last used ${lastUsedInWords(lastUsed)}, owner ${owner.id}, policy ${policy}` +
  (replaces === undefined ? '' : `; replaces ${replaces.accessKeyId}, and is not installed yet`)

const csvColumns = {
  accessKeyId: ({ accessKeyId }) => accessKeyId,
  version: ({ version }) => version,
  at: ({ at }) => isoTime(at),
  kind: ({ fact }) => fact.kind,
  what: ({ fact }) => factInWords(fact).what,
  rule: ({ fact }) => factInWords(fact).why ?? '',
  by: ({ actor }) => actorInWords(actor),
  channel: ({ fact }) => factInWords(fact).proof?.channel ?? '',
  deliveredTo: ({ fact }) => factInWords(fact).proof?.to ?? '',
  messageId: ({ fact }) => factInWords(fact).proof?.messageId ?? '',
} satisfies Record<string, (record: FactRecord) => string | number>

export const factCsv = {
  titles: Object.keys(csvColumns),
  cells: (record: FactRecord): readonly (string | number)[] =>
    Object.values(csvColumns).map((valueOf) => valueOf(record)),
}
