import {
  type DeadLetter,
  type Entry,
  type EventType,
  type KeynagEvent,
  makeEvent,
  NoticeId,
} from '@keynag/core'
import {
  aFreeze,
  aKeyId,
  anAccountId,
  anAccountScan,
  anEntry,
  aNotice,
  aPolicy,
  aReplay,
  at,
} from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { judge, type Outcome } from './judge.ts'
import type { Facts } from './look-up.ts'
import { deliveriesUsedUp, readLetter, reasonOf } from './read-letter.ts'

const now = at('2026-03-02T09:00:00Z')
const soon = at('2026-03-09T09:00:00Z')
const justNow = at('2026-03-01T09:00:00Z')
const policy = aPolicy({
  enforce: { kind: 'rotate', atDay: 90 },
  escalation: [{ afterNags: 3, to: 'manager' }],
})
const accessKeyId = aKeyId()
const origin = { source: 'keynag/test', now, newId: () => 'e-1' }
const date = '2026-03-02'
const made = {
  'scan.requested': makeEvent(
    'scan.requested',
    anAccountId(),
    { date, accountId: anAccountId() },
    origin,
  ),
  'key.stale': makeEvent('key.stale', 'a', { accessKeyId, audience: 'a' }, origin),
  'nags.unanswered': makeEvent('nags.unanswered', accessKeyId, { accessKeyId }, origin),
  'rotation.due': makeEvent('rotation.due', accessKeyId, { accessKeyId }, origin),
  'notice.due': makeEvent('notice.due', 'n', { noticeId: NoticeId.parse('n') }, origin),
} as const satisfies Record<EventType, KeynagEvent>

const queueFor = {
  'scan.requested': 'scan',
  'key.stale': 'notify',
  'notice.due': 'notify',
  'nags.unanswered': 'escalate',
  'rotation.due': 'rotate',
} as const
const letterOf = (type: EventType, fields: Partial<DeadLetter> = {}): DeadLetter => ({
  queue: queueFor[type],
  messageId: 'm-1',
  body: JSON.stringify(made[type]),
  sentAt: now,
  receipt: 'r-1',
  ...fields,
})

const withWishes = { obsolete: false, quarantined: false }
function judged(letter: DeadLetter, facts: Partial<Facts> = {}, wishes = withWishes) {
  return judge(letter, readLetter(letter), { now, entries: [], ...facts }, [policy], wishes)
}

const due = anEntry()
const warned = anEntry({
  lastNaggedAt: justNow,
  nagCount: 1,
  warned: { at: justNow, of: 'rotate' },
})
const quiet = anEntry({ lastNaggedAt: justNow })
const unanswered = anEntry({ lastNaggedAt: at('2026-01-20'), nagCount: 3 })
const lost = anEntry({ undeliveredCount: 3 })
const hold = { code: 'still-in-use', why: 'used by s3', since: justNow } as const
const frozen = aFreeze({ since: justNow })
const lease = { holder: 'h', fence: 1, until: soon }
const about = (...entries: readonly Entry[]): Partial<Facts> => ({ entries })

describe('what a replay would do', () => {
  it.each<[string, EventType, Partial<Facts>, Outcome, string]>([
    [
      'a scan that has no result',
      'scan.requested',
      { accountScan: anAccountScan() },
      'replay',
      'no scan result for that day',
    ],
    ['a scan nobody planned', 'scan.requested', {}, 'obsolete', "not in that day's scan plan"],
    [
      'a scan with its result',
      'scan.requested',
      { accountScan: anAccountScan({ result: { kind: 'skipped', why: 'closed' } }) },
      'obsolete',
      'its scan result for that day: skipped',
    ],
    ['a nag that is due', 'key.stale', about(due), 'replay', 'keynag sends the first nag'],
    ['a nag of a key that is unknown', 'key.stale', {}, 'obsolete', 'does not have the key'],
    ['a nag that was sent since', 'key.stale', about(quiet), 'obsolete', 'nothing is due now'],
    [
      'a nag where a rotation is due',
      'key.stale',
      about(warned),
      'obsolete',
      'something else is due for the key now: enforce',
    ],
    [
      'a nag of a held key',
      'key.stale',
      about({ ...due, hold }),
      'waits',
      'the key is held (still-in-use)',
    ],
    [
      'a nag of a snoozed key',
      'key.stale',
      about({ ...due, snooze: { until: soon, by: 'ann' } }),
      'waits',
      'snoozed by ann',
    ],
    [
      'a nag of an exempt key',
      'key.stale',
      about({ ...due, exemption: { until: soon, approver: 'ciso', why: 'x' } }),
      'waits',
      'ciso exempted the key',
    ],
    [
      'an escalation that is due',
      'nags.unanswered',
      about(unanswered),
      'replay',
      'after 3 unanswered',
    ],
    ['a hold that is due', 'nags.unanswered', about(lost), 'replay', 'owner-unreachable'],
    [
      'an escalation of a settled key',
      'nags.unanswered',
      about(anEntry({ state: 'resolved' })),
      'obsolete',
      'is resolved',
    ],
    [
      'a rotation that is due',
      'rotation.due',
      about(warned),
      'replay',
      'keynag replaces the key at 90 days',
    ],
    [
      'a rotation under a freeze',
      'rotation.due',
      { ...about(warned), freeze: frozen },
      'waits',
      'frozen by olga',
    ],
    [
      'a rotation that is postponed',
      'rotation.due',
      about({ ...warned, postponed: { until: soon, why: 'cap' } }),
      'waits',
      'enforcement is postponed: cap',
    ],
    [
      'a rotation of a deleted key',
      'rotation.due',
      about(anEntry({ state: 'deleted' })),
      'obsolete',
      'is deleted',
    ],
    ['a notice that waits', 'notice.due', { notice: aNotice() }, 'replay', 'not delivered'],
    ['a notice that is unknown', 'notice.due', {}, 'obsolete', 'no such notice'],
    [
      'a notice that was sent',
      'notice.due',
      { notice: aNotice({ deliveredAt: now }) },
      'obsolete',
      'delivered',
    ],
    [
      'a notice given up',
      'notice.due',
      { notice: aNotice({ undeliverable: 'x' }) },
      'obsolete',
      'gave the notice up',
    ],
    [
      'a notice being sent',
      'notice.due',
      { notice: aNotice({ lease }) },
      'waits',
      'a consumer is delivering',
    ],
  ])('%s', (_, type, facts, outcome, why) => {
    expect(judged(letterOf(type), facts)).toStrictEqual({
      outcome,
      why: expect.stringContaining(why),
    })
  })

  it('puts an obsolete one back where that is asked for', () => {
    const wishes = { ...withWishes, obsolete: true }
    expect(judged(letterOf('key.stale'), about(quiet), wishes).outcome).toBe('replay')
  })
})

const afterReplay = (fields: Parameters<typeof aReplay>[0]): Partial<Facts> => ({
  ...about(due),
  replay: aReplay({ lastMessageId: 'm-0', ...fields }),
})

describe('what comes back', () => {
  const quarantined = { since: justNow, why: 'it came back' }

  it.each<[string, Partial<Facts>, Outcome]>([
    ['once', afterReplay({ count: 1 }), 'replay'],
    ['twice', afterReplay({ count: 2 }), 'quarantined'],
    [
      'twice, but the second replay died before the deletion',
      afterReplay({ count: 2, lastMessageId: 'm-1' }),
      'replay',
    ],
    ['after it was quarantined', afterReplay({ count: 2, quarantined }), 'quarantined'],
    [
      'in the message that it was quarantined with',
      afterReplay({ count: 2, quarantined, lastMessageId: 'm-1' }),
      'quarantined',
    ],
  ])('%s', (_, facts, outcome) => {
    expect(judged(letterOf('key.stale'), facts).outcome).toBe(outcome)
    const wishes = { ...withWishes, quarantined: true }
    expect(judged(letterOf('key.stale'), facts, wishes).outcome).toBe('replay')
  })

  it('is not quarantined when it has nothing left to do', () => {
    const facts = { ...afterReplay({ count: 2 }), ...about(quiet) }
    expect(judged(letterOf('key.stale'), facts).outcome).toBe('obsolete')
  })
})

describe('a body', () => {
  const stale = made['key.stale']
  it.each([
    ['that is not JSON', '{"specversion"', 'KEYNAG_MESSAGE_INVALID: the body is not JSON'],
    ['that is empty', '', 'KEYNAG_MESSAGE_INVALID: the body is not JSON'],
    ['that is no event', '[1]', 'KEYNAG_MESSAGE_INVALID: the body is not a CloudEvents'],
    [
      'of an older schema',
      JSON.stringify({ ...stale, dataversion: 0 }),
      'KEYNAG_MESSAGE_INVALID: ',
    ],
    ['of a newer schema', JSON.stringify({ ...stale, dataversion: 2 }), 'KEYNAG_EVENT_UNKNOWN: '],
    [
      'of an unknown type',
      JSON.stringify({ ...stale, type: 'key.lost' }),
      'KEYNAG_EVENT_UNKNOWN: ',
    ],
    ['of another queue', JSON.stringify(made['rotation.due']), 'KEYNAG_MESSAGE_INVALID: '],
    [
      'with an ID that no ledger takes',
      JSON.stringify({ ...stale, id: 'x'.repeat(3_000) }),
      'KEYNAG_MESSAGE_INVALID: ',
    ],
  ])('%s is never replayed', (_, body, why) => {
    const wishes = { obsolete: true, quarantined: true }
    expect(judged(letterOf('key.stale', { body }), about(due), wishes)).toStrictEqual({
      outcome: 'invalid',
      why: expect.stringContaining(why),
    })
  })

  it('is here by a code of keynag, or because SQS gave up', () => {
    const parked = { code: 'KEYNAG_KEY_UNKNOWN', reason: 'x', receiveCount: 1 }
    expect(reasonOf(letterOf('key.stale', { parked }))).toBe('KEYNAG_KEY_UNKNOWN')
    expect(reasonOf(letterOf('key.stale'))).toBe(deliveriesUsedUp)
  })
})
