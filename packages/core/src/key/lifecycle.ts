import type { EntryState } from './entry.ts'
import type { FactKind } from './fact.ts'

/** Facts that any state admits and that leave the state as it is. */
const conditions = [
  'held',
  'released',
  'exempted',
  'snoozed',
  'postponed',
  'rescheduled',
  'account-unread',
  'account-read',
  'date-read',
  'delivery-withdrawn',
  'called-off',
] as const

type Condition = (typeof conditions)[number]
type Moving = Exclude<FactKind, 'found' | Condition>

/**
 * The life of a key in one table: for each state, the facts that it admits and the state that each
 * fact leads to. keynag cannot record any other fact. docs/lifecycle.md is generated from this table.
 */
export const transitions = {
  nagging: {
    observed: 'nagging',
    nagged: 'nagging',
    posted: 'nagging',
    'nag-undelivered': 'nagging',
    'reminder-waits': 'nagging',
    escalated: 'escalated',
    'rotation-opened': 'issuing',
    deactivated: 'deactivated',
    resolved: 'resolved',
    'secret-retired': 'nagging',
    'secret-kept': 'nagging',
  },
  escalated: {
    observed: 'escalated',
    nagged: 'escalated',
    posted: 'escalated',
    'nag-undelivered': 'escalated',
    'reminder-waits': 'escalated',
    escalated: 'escalated',
    'rotation-opened': 'issuing',
    deactivated: 'deactivated',
    resolved: 'resolved',
    'secret-retired': 'escalated',
    'secret-kept': 'escalated',
  },
  issuing: {
    observed: 'issuing',
    'replacement-issued': 'issued',
    'replaced-by-owner': 'issued',
    'rotation-abandoned': 'escalated',
    resolved: 'resolved',
    'secret-retired': 'issuing',
  },
  issued: {
    observed: 'issued',
    'replacement-delivered': 'issued',
    'begun-anew': 'nagging',
    'rotation-abandoned': 'escalated',
    deactivated: 'deactivated',
    resolved: 'resolved',
    'secret-retired': 'issued',
    'secret-kept': 'issued',
  },
  deactivated: {
    observed: 'deactivated',
    'deactivation-delivered': 'deactivated',
    deleted: 'deleted',
    'rolled-back': 'nagging',
    'reactivation-accepted': 'nagging',
    'rotation-abandoned': 'deactivated',
    resolved: 'resolved',
    'secret-retired': 'deactivated',
    'secret-kept': 'deactivated',
  },
  deleted: {
    'secret-retired': 'deleted',
    'secret-kept': 'deleted',
  },
  resolved: {
    observed: 'resolved',
    reopened: 'nagging',
    resolved: 'resolved',
    'rotation-abandoned': 'resolved',
    'secret-retired': 'resolved',
    'secret-kept': 'resolved',
  },
} as const satisfies Record<EntryState, Partial<Record<Moving, EntryState>>>

/** The state that a fact leads to; `undefined` when `from` does not admit the fact. */
export function transition(from: EntryState, fact: FactKind): EntryState | undefined {
  if (isCondition(fact)) return from
  const row: Partial<Record<FactKind, EntryState>> = transitions[from]
  return row[fact]
}

const isCondition = (fact: FactKind): fact is Condition =>
  (conditions as readonly FactKind[]).includes(fact)
