import {
  entryStates,
  Fact,
  transition,
  transitions,
  type EntryState,
  type FactKind,
} from '@keynag/core'
import { table } from './markdown.ts'

/** The meaning of each state. */
const stateWords: Readonly<Record<EntryState, string>> = {
  nagging: 'keynag reminds the owner.',
  escalated: 'keynag told the next rung of the ladder, and goes on reminding the owner.',
  issuing: 'keynag is making a replacement.',
  issued: 'The replacement exists; the installation grace runs from its delivery.',
  deactivated:
    'keynag deactivated the key; the recovery grace runs from the delivery of the message about it.',
  deleted: 'keynag deleted the key.',
  resolved: 'The owner acted, no policy covers the key any more, or its account was closed.',
}

/** The meaning of each fact. */
const factWords: Readonly<Record<FactKind, string>> = {
  found: 'A scan found a key that is old enough for its policy.',
  observed:
    'A scan saw that the key, its user or its owner changed; of a resolved key it notes the status.',
  nagged: 'Slack or SES accepted a reminder.',
  posted: 'keynag posted in a Slack channel, which is no reminder to the owner.',
  'nag-undelivered': 'A reminder reached nobody.',
  'reminder-waits': 'A reminder is due, and goes with the next message to its reader.',
  escalated: 'keynag escalates to the next rung of the ladder.',
  'rotation-opened': 'keynag began to make a replacement.',
  'rotation-abandoned': 'keynag ended the rotation without its deed.',
  'replacement-issued': 'The replacement is stored and tested; the owner can fetch it.',
  'replaced-by-owner': 'The owner has made and used a newer key.',
  'replacement-delivered': 'The owner was told of the replacement.',
  'date-read':
    'The owner goes by a date on which no announcement stands: its message was on its way when the key moved on, or the message that was to take it back was not sent.',
  'delivery-withdrawn': 'A mail came back; its delivery no longer counts.',
  'called-off':
    'keynag tells the owner that a date does not stand, and the new date if there is one.',
  deactivated: 'keynag deactivated the key.',
  'deactivation-delivered':
    'The owner was told of the deactivation, and of the date of the deletion if there is one.',
  deleted: 'keynag deleted the key after its recovery grace.',
  'secret-retired': 'keynag deleted the hand-over secret; it can be restored for seven days.',
  'secret-kept': 'keynag keeps the hand-over secret longer, with the reason.',
  resolved:
    'The key needs nothing more from keynag, with the reason; a resolved key may be deleted later.',
  'rolled-back': 'An operator had keynag reactivate the key; it starts anew, held.',
  'reactivation-accepted': 'An operator accepted a reactivated key; it starts anew.',
  'begun-anew': 'The replacement is gone, and an operator allowed another; the key starts anew.',
  reopened: 'A resolved key needs attention again; it starts anew.',
  held: 'Automation stops for this key until an operator releases it.',
  released: 'An operator released the hold, and automation continues.',
  exempted: 'keynag leaves the key alone until a date.',
  snoozed: 'The owner asked for time.',
  postponed: 'Enforcement is not possible yet; keynag tries again later.',
  rescheduled: 'The policy changed, and the key is due at another time.',
  'account-unread': 'The key came due while its account was unread: keynag leaves it alone.',
  'account-read': 'A scan has read the account again; nothing that was announced before counts.',
}

const factKinds: readonly FactKind[] = Fact.options.map((option) => option.shape.kind.value)

/** A fact that any state admits and that changes none: a condition of the key, not a state. */
const isCondition = (fact: FactKind): boolean =>
  entryStates.every((state) => transition(state, fact) === state && !(fact in transitions[state]))

interface Move {
  readonly from: EntryState
  readonly fact: FactKind
  readonly to: EntryState
}

const moves: readonly Move[] = entryStates.flatMap((from) =>
  factKinds
    .filter((fact) => !isCondition(fact))
    .flatMap((fact) => {
      const to = transition(from, fact)
      return to === undefined ? [] : [{ from, fact, to }]
    }),
)

function diagram(): string {
  const arrows = new Map<string, FactKind[]>()
  for (const { from, fact, to } of moves) {
    if (from === to) continue
    const arrow = `${from} --> ${to}`
    arrows.set(arrow, [...(arrows.get(arrow) ?? []), fact])
  }
  return [
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> nagging : found',
    ...[...arrows].map(([arrow, facts]) => `  ${arrow} : ${facts.join(', ')}`),
    '  deleted --> [*]',
    '```',
  ].join('\n')
}

const code = (word: string): string => `\`${word}\``

function transitionRows(): readonly (readonly string[])[] {
  return moves.map(({ from, fact, to }) => [
    code(from),
    code(fact),
    from === to ? 'stays' : code(to),
  ])
}

/** The text of docs/lifecycle.md, generated from the table in core/src/key/lifecycle.ts. */
export const lifecyclePage = (): string =>
  [
    '# The life of a key',
    '',
    '<!-- Written by packages/acceptance/src/pages/write.ts; change the table in the code instead. -->',
    '',
    'A key enters the ledger when a scan finds it old enough for its policy. From then on it is in',
    'one of seven states, and only facts change its state. keynag cannot record a fact that the',
    'table below does not allow in a state: `evolve` throws. This page is generated from that table',
    '(`packages/core/src/key/lifecycle.ts`).',
    '',
    diagram(),
    '',
    '## States',
    '',
    table(
      ['state', 'means'],
      entryStates.map((state) => [code(state), stateWords[state]]),
    ),
    '',
    '## Conditions',
    '',
    'Some facts may be recorded in any state and do not change it.',
    '',
    '- A hold stops everything for the key until an operator releases it. Afterwards nothing that keynag',
    '  announced before counts. If keynag was making a replacement, it ends the rotation, as after an',
    '  exemption.',
    '- An exemption stops everything until its date, except that keynag still retires a hand-over secret',
    '  when its retention is over. If keynag is making a replacement, it abandons the rotation, or issues',
    '  the replacement if that is already stored. Afterwards nothing that keynag announced before counts:',
    '  keynag warns again, tells the owner of a replacement again, and each grace begins again.',
    '- A snooze stops reminders, escalation and the start of enforcement while a key is `nagging` or',
    '  `escalated`.',
    '- A postponement stops enforcement until its time. Reminders and escalations go on, with the new date.',
    '- While its account is unread, everything stops for the key until a scan has read the account.',
    '  Afterwards nothing that keynag announced before counts, as after an exemption.',
    '',
    table(
      ['fact', 'says'],
      factKinds.filter(isCondition).map((fact) => [code(fact), factWords[fact]]),
    ),
    '',
    '## Announced dates',
    '',
    'If the owner has read a date on which keynag replaces, deactivates or deletes the key, and that date',
    'does not stand any more, keynag tells the owner so: the key is held, exempt or resolved, the policy',
    'does not do that any more, or it happens a day or more later. A new date is at least a day ahead. A',
    'date that moves again is told once in each nag period, and at least once a week. If a date is over for',
    'longer than that, keynag tells a new one before it acts. While reminders go on, the next reminder says',
    'it, and no further message is sent. A date that has no successor does not count any more, and what it',
    'announced is announced anew.',
    '',
    '## Warnings',
    '',
    'A warning is a reminder that was delivered and that says what keynag will do to the key, and when.',
    'It binds keynag:',
    '',
    '- keynag enforces no earlier than the date that the last reminder showed.',
    '- A reminder that announces another action begins a new grace. A reminder that announces nothing',
    '  takes the warning back.',
    '- A reminder to [install a replacement](rotation.md#a-replacement-that-nobody-installs) announces nothing,',
    '  and does not count once a program uses the key.',
    '- When the user gets another owner, everything starts anew: the counts, the ladder, the warning, and',
    '  the message about a replacement.',
    '',
    '## Transitions',
    '',
    table(['from', 'fact', 'to'], [['(new)', code('found'), code('nagging')], ...transitionRows()]),
    '',
    '## Facts',
    '',
    table(
      ['fact', 'says'],
      factKinds.filter((fact) => !isCondition(fact)).map((fact) => [code(fact), factWords[fact]]),
    ),
    '',
    'Nothing records `snoozed` yet: it is for the Slack actions to come. The',
    '[command line](cli.md#keynag-hold) records `released` and `exempted`.',
    '',
  ].join('\n')
