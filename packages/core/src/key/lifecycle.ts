import type { EntryState } from './entry.ts'
import type { FactKind } from './fact.ts'

/** Facts that may be recorded in any state and leave it as it is: conditions, not states. */
const anywhere = [
  'held',
  'released',
  'exempted',
  'snoozed',
  'postponed',
  'rescheduled',
  'delivery-withdrawn',
] as const

type Anywhere = (typeof anywhere)[number]
type Moving = Exclude<FactKind, 'found' | Anywhere>

/**
 * The key's life, in one table: for each state, the facts it admits and the state they lead to.
 * A fact that is not here cannot be recorded. docs/lifecycle.md draws this table.
 */
export const transitions = {
  nagging: {
    observed: 'nagging',
    nagged: 'nagging',
    'nag-undelivered': 'nagging',
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
    'nag-undelivered': 'escalated',
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
    deactivated: 'deactivated',
    resolved: 'resolved',
    'secret-retired': 'issued',
    'secret-kept': 'issued',
  },
  deactivated: {
    observed: 'deactivated',
    deleted: 'deleted',
    'rolled-back': 'nagging',
    'reactivation-accepted': 'nagging',
    resolved: 'resolved',
    'secret-retired': 'deactivated',
    'secret-kept': 'deactivated',
  },
  deleted: {
    'secret-retired': 'deleted',
    'secret-kept': 'deleted',
  },
  resolved: {
    reopened: 'nagging',
    'rotation-abandoned': 'resolved',
    'secret-retired': 'resolved',
    'secret-kept': 'resolved',
  },
} as const satisfies Record<EntryState, Partial<Record<Moving, EntryState>>>

/** The state a fact leads to, or `undefined` when this state does not admit it. */
export function transition(from: EntryState, fact: FactKind): EntryState | undefined {
  if (isAnywhere(fact)) return from
  const row: Partial<Record<FactKind, EntryState>> = transitions[from]
  return row[fact]
}

const isAnywhere = (fact: FactKind): fact is Anywhere =>
  (anywhere as readonly FactKind[]).includes(fact)
