import type { Deed, EpochMs, Fact, FactRecord, SentMessage } from '@keynag/core'
import { minuteOf } from '../../output/format.ts'

/** A message that announced what keynag does to the key, and what became of the announcement. */
export interface Announcement {
  readonly at: EpochMs
  readonly deed: Deed
  /** The date that the message showed. Absent: it showed none, or release 0.1.0 sent it. */
  readonly date?: EpochMs
  readonly noticeId: string
  readonly delivery: SentMessage
  /** Absent: the announcement stands. */
  readonly end?: { readonly at: EpochMs; readonly what: string }
}

/** Everything that was announced for the key, oldest first, from its timeline. */
export function announcementsOf(timeline: readonly FactRecord[]): readonly Announcement[] {
  const all: Announcement[] = []
  let owner: string | undefined
  for (const { at, fact } of timeline) {
    const seen = 'sighting' in fact ? fact.sighting.owner.id : owner
    const isSameOwner = owner === undefined || seen === owner
    const what = endedBy(fact) ?? (isSameOwner ? undefined : 'the key has another owner')
    owner = seen
    const last = all.at(-1)
    const isAboutAnother = fact.kind === 'delivery-withdrawn' && fact.noticeId !== last?.noticeId
    if (last !== undefined && last.end === undefined && what !== undefined && !isAboutAnother) {
      all.splice(-1, 1, { ...last, end: { at, what } })
    }
    const made = announcedBy(fact, at)
    if (made !== undefined) all.push(made)
  }
  return all
}

function announcedBy(fact: Fact, at: EpochMs): Announcement | undefined {
  switch (fact.kind) {
    case 'nagged': {
      const { announced, notBefore, noticeId, delivery } = fact
      if (announced === 'none') return undefined
      const deed = announced === 'rotate' ? announced : 'deactivate'
      return { at, deed, ...dated(notBefore), noticeId, delivery }
    }
    case 'date-read': {
      const { deed, date, noticeId, delivery } = fact
      return delivery && { at, deed, date, noticeId, delivery }
    }
    case 'replacement-delivered': {
      const { deactivatesAt, noticeId, delivery } = fact
      return { at, deed: 'deactivate', ...dated(deactivatesAt), noticeId, delivery }
    }
    case 'deactivation-delivered': {
      const { deletesAt, noticeId, delivery } = fact
      return deletesAt === undefined
        ? undefined
        : { at, deed: 'delete', date: deletesAt, noticeId, delivery }
    }
    default:
      return undefined
  }
}

const dated = (date: EpochMs | undefined): { date?: EpochMs } =>
  date === undefined ? {} : { date }

/** How a fact ends the announcement before it. */
function endedBy(fact: Fact): string | undefined {
  switch (fact.kind) {
    case 'nagged':
      return fact.announced === 'none' ? 'a reminder announced nothing' : 'a later reminder said it'
    case 'date-read':
      return fact.delivery && 'a later message'
    case 'replacement-delivered':
    case 'deactivation-delivered':
      return 'a later message'
    case 'delivery-withdrawn':
      return `the mail came back (${fact.how}): ${fact.why}`
    case 'called-off':
      return fact.movedTo === undefined
        ? `taken back: ${fact.why}`
        : `moved to ${minuteOf(fact.movedTo)}: ${fact.why}`
    case 'exempted':
      return `exempted by ${fact.approver}`
    case 'observed':
      return fact.anew === true ? 'the key was off and is on again' : undefined
    case 'released':
      return `a hold was released by ${fact.by}`
    case 'rotation-opened':
    case 'deactivated':
    case 'deleted':
      return 'done'
    case 'rotation-abandoned':
    case 'rolled-back':
    case 'reactivation-accepted':
    case 'begun-anew':
    case 'reopened':
      return 'the key began anew'
    case 'resolved':
      return `resolved: ${fact.how}`
    default:
      return undefined
  }
}
