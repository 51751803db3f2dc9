import { decide, type EpochMs, isoTime, permanent } from '@keynag/core'
import type { Place } from '../../place/place.ts'
import type { Shell } from '../../shell/shell.ts'
import { coverageOf, depthsOf, lookedAt } from './depths.ts'
import { eachLetter, type Found } from './each-letter.ts'
import { judge, type Verdict } from './judge.ts'
import type { ShowOptions } from './options.ts'
import { reasonOf, typeOf } from './read-letter.ts'
import { Walk } from './walk.ts'
import { escaped } from '../../shell/terminal-text.ts'

/** A body that is not an event may hold anything, so only its beginning is shown. */
const mostCharacters = 2_000

/**
 * Prints one dead letter, what the ledger says about it now, and what a replay would do.
 *
 * @throws KeynagError `KEYNAG_DEAD_LETTER_UNKNOWN`
 */
export async function show(
  id: string,
  { max, json }: ShowOptions,
  place: Place,
  shell: Shell,
): Promise<void> {
  const queues = await place.queues()
  const depths = await depthsOf(queues, undefined)
  const { clock } = place
  const walk = new Walk(queues, { queue: undefined, max, clock, interrupted: shell.interrupted })
  for await (const found of eachLetter(walk, place, shell, { id })) {
    const { letter, reading, facts } = found
    const verdict = judge(letter, reading, facts, place.organization.policies, {
      obsolete: false,
      quarantined: false,
    })
    return shell.print(
      json
        ? JSON.stringify(reportOf(found, verdict), undefined, 2)
        : textOf(found, verdict, place, shell),
    )
  }
  if (shell.interrupted.aborted) return
  throw permanent(
    'KEYNAG_DEAD_LETTER_UNKNOWN',
    `${lookedAt(coverageOf(walk, depths))} of ${place.name}; none has the ID ${escaped(id)}`,
  )
}

const reportOf = ({ letter, reading, facts }: Found, verdict: Verdict) => {
  const { queue, messageId, sentAt, parked, body } = letter
  const { now: _, ...ledger } = facts
  return {
    queue,
    messageId,
    sentAt: isoTime(sentAt),
    reason: reasonOf(letter),
    parked,
    ...(reading.kind === 'event'
      ? { event: reading.event }
      : { body: body.slice(0, mostCharacters) }),
    ledger,
    replays: facts.replay?.count ?? 0,
    verdict,
  }
}

function textOf(
  { letter, reading, facts }: Found,
  { outcome, why }: Verdict,
  place: Pick<Place, 'organization'>,
  { style }: Pick<Shell, 'style'>,
): string {
  const { parked, queue, messageId, sentAt, body } = letter
  const deliveries = parked === undefined ? '' : `, at delivery ${parked.receiveCount}`
  const said = parked === undefined ? '' : `: ${parked.reason}`
  const rows: readonly (readonly [string, string])[] = [
    ['message', messageId],
    ['queue', queue],
    ['sent', inWords(sentAt)],
    ['reason', `${reasonOf(letter)}${deliveries}${said}`],
    ['event', typeOf(reading) ?? 'unreadable'],
    ...ledgerRows({ letter, reading, facts }, place),
    ['replays', replaysInWords(facts)],
    ['a replay', `${outcome}: ${why}`],
  ]
  const text =
    reading.kind === 'event'
      ? JSON.stringify(reading.event, undefined, 2)
      : body.slice(0, mostCharacters)
  return [
    ...rows.map(([label, value]) => `${style('bold', label.padEnd(10))}${escaped(value)}`),
    '',
    ...text.split('\n').map(escaped),
  ].join('\n')
}

/** What the ledger says about the event's subject, a row for each item. */
function ledgerRows(
  { facts }: Found,
  { organization }: Pick<Place, 'organization'>,
): readonly (readonly [string, string])[] {
  const { accountScan, notice, entries, now } = facts
  const keys = entries.slice(0, mostEntries).map((entry) => {
    const { accessKeyId, accountId, userName, state } = entry
    const decision = decide(entry, organization.policies, now)
    const rule = decision.kind === 'hold' ? decision.why : decision.rule
    const is = `${accessKeyId} of ${userName} in ${accountId} is ${state}`
    return ['ledger', `${is}; ${decision.kind}: ${rule}`] as const
  })
  return [
    ...(accountScan === undefined
      ? []
      : [['ledger', `scan of ${accountScan.date}: ${accountScan.result.kind}`] as const]),
    ...(notice === undefined
      ? []
      : [['ledger', `notice ${notice.noticeId}, ${notice.attempts} attempts`] as const]),
    ...keys,
  ]
}

const mostEntries = 5

const replaysInWords = ({ replay }: Found['facts']): string => {
  if (replay === undefined) return 'none'
  const quarantined =
    replay.quarantined === undefined ? '' : `; quarantined ${inWords(replay.quarantined.since)}`
  return `${replay.count}, last ${inWords(replay.lastAt)}${quarantined}`
}

const inWords = (at: EpochMs): string => isoTime(at).replace('T', ' ').replace('Z', ' UTC')
