import {
  entryStates,
  Fact,
  transition,
  transitions,
  type EntryState,
  type FactKind,
} from '@keynag/core'
import { table } from './markdown.ts'

/** What each state means to a reader. */
const stateWords: Readonly<Record<EntryState, string>> = {
  nagging: 'Its owner is reminded.',
  escalated: 'Reminders went unanswered, and somebody above the owner was told.',
  issuing: 'A replacement is being made.',
  issued: 'There is a replacement; the installation grace runs from its delivery.',
  deactivated: 'keynag switched the key off; the recovery grace runs from that record.',
  deleted: 'keynag deleted the key.',
  resolved: 'The owner, or a change of policy, settled it without keynag.',
}

/** What each fact says to a reader. */
const factWords: Readonly<Record<FactKind, string>> = {
  found: 'A scan saw a key that is old enough for its policy.',
  observed: 'A scan saw the key, its user or its owner changed.',
  nagged: 'Slack or SES took a reminder.',
  'nag-undelivered': 'A reminder reached nobody.',
  escalated: 'The next rung of the ladder is to be told.',
  'rotation-opened': 'keynag began to make a replacement.',
  'rotation-abandoned': 'The replacement was given up.',
  'replacement-issued': 'The replacement is stored, tested and ready to be fetched.',
  'replaced-by-owner': 'The owner had made and used a newer key.',
  'replacement-delivered': 'The owner was told of the replacement.',
  'delivery-withdrawn': 'A mail came back: what its delivery had counted as is taken back.',
  deactivated: 'keynag switched the key off.',
  deleted: 'keynag deleted the key after its recovery grace.',
  'secret-retired': 'The hand-over secret was deleted, recoverable for seven days.',
  'secret-kept': 'The hand-over secret is kept longer, with the reason.',
  resolved: 'The key is no concern any more, with how.',
  'rolled-back': 'An operator had keynag switch the key on again; it starts afresh, held.',
  'reactivation-accepted': 'An operator lets a reactivated key be; it starts afresh.',
  'begun-anew': 'The replacement is gone, and an operator lets another be made: it starts afresh.',
  reopened: 'A resolved key is a concern again.',
  held: 'Automation stops for this key, with the reason.',
  released: 'An operator lets automation go on.',
  exempted: 'The key is left alone until a date.',
  snoozed: 'The owner asked for time.',
  postponed: 'Enforcement looked, found it too early, and looks again later.',
  rescheduled: 'The policy changed, and with it when the key is due.',
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

/** docs/lifecycle.md, drawn from the transition table in core/src/key/lifecycle.ts. */
export const lifecyclePage = (): string =>
  [
    '# The life of a key',
    '',
    '<!-- Written by packages/acceptance/src/pages/write.ts; change the table in the code instead. -->',
    '',
    'A key enters the ledger when a scan finds it old enough for its policy. From then on it is in',
    'one of seven states. A state changes only by a fact, and a fact that the table below does not',
    'name for a state cannot be recorded: `evolve` throws, and the type of the table keeps every',
    'state in it. This page is generated from that table (`packages/core/src/key/lifecycle.ts`).',
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
    'Some facts may be recorded in any state and leave it as it is. A hold stops everything for the',
    'key; an exemption stops everything until its date, except a replacement that is already being',
    'made; a snooze stops reminders, escalation and the start of enforcement while a key is',
    '`nagging` or `escalated`; a postponement stops enforcement until its time.',
    '',
    table(
      ['fact', 'says'],
      factKinds.filter(isCondition).map((fact) => [code(fact), factWords[fact]]),
    ),
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
    'Not every fact has somebody to cause it yet: `snoozed` waits for the Slack actions. `released` and',
    '`exempted` are recorded by the [command line](cli.md#keynag-hold).',
    '',
  ].join('\n')
