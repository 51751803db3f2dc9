import { daysBetween, type Entry, type EpochMs, type FactRecord, freezeText } from '@keynag/core'
import { dayOf, minuteOf, plural, wrap } from '../../output/format.ts'
import type { Shell } from '../../shell/shell.ts'
import { actorInWords, factInWords, lastUsedInWords } from './fact-words.ts'
import type { Announcement } from './announcements.ts'
import { decisionInWords, type Story } from './story.ts'
import { escaped } from '../../shell/terminal-text.ts'

type Look = Pick<Shell, 'width' | 'style'>

const nameWidth = 12
const timeWidth = 18

/** A key's story, for a person at a terminal. */
export function renderStory(
  { entry, next, freeze, announcements, timeline, now }: Story,
  look: Look,
  { all = false }: { readonly all?: boolean } = {},
): string {
  const { what, rule } = decisionInWords(next)
  const lines: (readonly [string, string | undefined])[] = [
    ...aboutKey(entry, now),
    ...aboutStops(entry, now),
    ...aboutReplacement(entry, now),
    ['next', `${what}: ${rule}`],
    [
      'frozen',
      freeze === undefined
        ? undefined
        : `since ${minuteOf(freeze.since)}, ${freezeText(freeze)}; keynag starts no change`,
    ],
  ]
  const title = `${entry.accessKeyId} of ${entry.userName} in account ${entry.accountId}`
  return [
    look.style('bold', wrap(escaped(title), look.width)),
    ...lines.flatMap(([name, text]) => (text === undefined ? [] : [field(name, text, look)])),
    ...(announcements.length === 0
      ? []
      : [
          '',
          look.style('bold', 'Announced, in UTC'),
          ...announcements.map((each) => announced(each, look)),
        ]),
    '',
    look.style('bold', 'Timeline, in UTC'),
    ...(all
      ? timeline.map((record) => ({ record, times: 1, since: record.at }))
      : folded(timeline)
    ).map((each) => step(each, look)),
  ].join('\n')
}

function aboutKey(entry: Entry, now: EpochMs): readonly (readonly [string, string | undefined])[] {
  const { owner, warned } = entry
  const manager = owner.manager === undefined ? '' : `; manager ${owner.manager}`
  return [
    ['state', stateInWords(entry)],
    [
      'owner',
      owner.source === 'nobody'
        ? `nobody found (${owner.evidence})${manager}`
        : `${owner.email ?? owner.id} (${owner.evidence})${manager}`,
    ],
    ['policy', entry.policy],
    [
      'key',
      `${entry.status}, ${plural(daysBetween(entry.createdAt, now), 'day')} old, ` +
        `created on ${dayOf(entry.createdAt)}`,
    ],
    ['last used', lastUsedInWords(entry.lastUsed)],
    [
      'reminders',
      entry.lastNaggedAt === undefined
        ? 'none yet'
        : `${entry.nagCount} delivered, the last try on ${dayOf(entry.lastNaggedAt)}`,
    ],
    [
      'undelivered',
      entry.undeliveredCount === 0
        ? undefined
        : `the last ${entry.undeliveredCount} reached nobody`,
    ],
    ['warned', warned === undefined ? undefined : warnedWords(warned)],
    [
      'escalated',
      entry.lastEscalatedAt === undefined
        ? undefined
        : `step ${entry.escalationLevel} on ${dayOf(entry.lastEscalatedAt)}`,
    ],
  ]
}

function aboutStops(
  entry: Entry,
  now: EpochMs,
): readonly (readonly [string, string | undefined])[] {
  const { hold, exemption, snooze, postponed } = entry
  const over = (until: EpochMs): string => (until > now ? '' : ', which is over')
  return [
    ['hold', hold && `${hold.code} since ${minuteOf(hold.since)}: ${hold.why}`],
    [
      'exempt',
      exemption &&
        `until ${dayOf(exemption.until)}${over(exemption.until)}, approved by ` +
          `${exemption.approver}: ${exemption.why}` +
          (exemption.ticket === undefined ? '' : ` (${exemption.ticket})`),
    ],
    ['snoozed', snooze && `until ${minuteOf(snooze.until)}${over(snooze.until)}, by ${snooze.by}`],
    [
      'put off',
      postponed &&
        (postponed.until > now
          ? `until ${minuteOf(postponed.until)}: ${postponed.why}`
          : undefined),
    ],
  ]
}

function aboutReplacement(
  { handover }: Entry,
  now: EpochMs,
): readonly (readonly [string, string | undefined])[] {
  if (handover === undefined) return []
  const { replacementKeyId, secretArn, issuedAt, deliveredAt, retireAt, retiredAt } = handover
  const secret =
    secretArn === undefined
      ? 'its owner created it'
      : retiredAt === undefined
        ? `its secret is in ${secretArn}${untilInWords(retireAt, now)}`
        : `its secret was deleted on ${dayOf(retiredAt)}`
  const notified =
    deliveredAt === undefined ? 'the owner is not told yet' : `owner told on ${dayOf(deliveredAt)}`
  return [['replaced', `by ${replacementKeyId} on ${dayOf(issuedAt)}; ${secret}; ${notified}`]]
}

const untilInWords = (retireAt: EpochMs | undefined, now: EpochMs): string => {
  if (retireAt === undefined) return ''
  return retireAt > now
    ? ` until ${dayOf(retireAt)}`
    : ` and was to be deleted on ${dayOf(retireAt)}`
}

function stateInWords(entry: Entry): string {
  switch (entry.state) {
    case 'nagging':
    case 'escalated':
      return `${entry.state}, in the ledger since ${dayOf(entry.foundAt)}`
    case 'issuing':
    case 'issued':
      return `${entry.state}, rotation ${entry.rotationId}`
    case 'deactivated':
      return `deactivated on ${minuteOf(entry.deactivatedAt)}, rotation ${entry.rotationId}`
    case 'deleted':
      return `deleted on ${minuteOf(entry.deletedAt)}, deactivated on ${minuteOf(entry.deactivatedAt)}`
    case 'resolved':
      return `resolved on ${minuteOf(entry.resolvedAt)}: ${entry.resolution}`
    default:
      return entry satisfies never
  }
}

const field = (name: string, text: string, { width, style }: Look): string => {
  const indent = ' '.repeat(2 + nameWidth)
  const [first = '', ...rest] = wrap(indent + escaped(text), width, indent).split('\n')
  const label = `  ${name.padEnd(nameWidth)}`
  return [style('dim', label) + first.slice(label.length), ...rest].join('\n')
}

/** Some facts of a timeline in a row: the last of them, and how many they are. */
interface Run {
  readonly record: FactRecord
  readonly times: number
  /** The time of the first of them. */
  readonly since: EpochMs
}

/** The timeline with each run of observations as one: a scan looks at a key every day. */
function folded(timeline: readonly FactRecord[]): readonly Run[] {
  const runs: Run[] = []
  for (const record of timeline) {
    const last = runs.at(-1)
    const isRun = record.fact.kind === 'observed' && last?.record.fact.kind === 'observed'
    if (isRun) runs.pop()
    runs.push({
      record,
      times: isRun ? last.times + 1 : 1,
      since: isRun ? last.since : record.at,
    })
  }
  return runs
}

/** One announcement: when and what, then to whom, and what became of it. */
function announced({ at, deed, date, delivery, noticeId, end }: Announcement, look: Look): string {
  const what = `${deed}${date === undefined ? '' : `, not before ${minuteOf(date)}`}`
  return lineWithAsides(at, what, look, [
    `told: ${delivery.channel} to ${delivery.to}, notice ${noticeId}`,
    end === undefined ? 'it stands' : `until ${minuteOf(end.at)}: ${end.what}`,
  ])
}

/** One fact: when and what, then the reason, the delivered message, and who did it. */
function step({ record: { at, actor, fact }, times, since }: Run, look: Look): string {
  const { what: once, why, proof } = factInWords(fact)
  const what =
    times === 1
      ? once
      : once.replace('looked at again', `looked at again, ${times} times since ${dayOf(since)}`)
  return lineWithAsides(at, what, look, [
    why === undefined ? undefined : `because: ${why}`,
    proof === undefined
      ? undefined
      : `delivered: ${proof.channel} to ${proof.to}, message ${proof.messageId}`,
    `by: ${actorInWords(actor)}`,
  ])
}

function lineWithAsides(
  at: EpochMs,
  what: string,
  { width, style }: Look,
  asides: readonly (string | undefined)[],
): string {
  const indent = ' '.repeat(timeWidth)
  const [first = '', ...rest] = wrap(indent + escaped(what), width, indent).split('\n')
  return [
    `${minuteOf(at)}  ${first.slice(timeWidth)}`,
    ...rest,
    ...asides
      .filter((aside) => aside !== undefined)
      .map((aside) => style('dim', wrap(indent + escaped(aside), width, indent))),
  ].join('\n')
}

const warnedWords = ({ at, of, notBefore }: NonNullable<Entry['warned']>): string =>
  `of ${of} on ${minuteOf(at)}${notBefore === undefined ? '' : `, not before ${minuteOf(notBefore)}`}`
