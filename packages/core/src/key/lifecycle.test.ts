import { describe, expect, it } from 'vitest'
import { aFact, aFullEntry, anEntry, at, factKinds } from '../testing/index.ts'
import { Entry, entryStates, type EntryState } from './entry.ts'
import { evolve } from './evolve.ts'
import type { FactKind } from './fact.ts'
import { transition, transitions } from './lifecycle.ts'

const same = 'same'
const no = 'refused'

/** The whole table, written by hand a second time: for each fact, the state that follows each state. */
const table: Record<FactKind, Record<EntryState, EntryState | typeof same | typeof no>> = {
  found: row(no, no, no, no, no, no, no),
  observed: row(same, same, same, same, same, no, same),
  nagged: row(same, same, no, no, no, no, no),
  posted: row(same, same, no, no, no, no, no),
  'nag-undelivered': row(same, same, no, no, no, no, no),
  'reminder-waits': row(same, same, no, no, no, no, no),
  escalated: row('escalated', same, no, no, no, no, no),
  'rotation-opened': row('issuing', 'issuing', no, no, no, no, no),
  'rotation-abandoned': row(no, no, 'escalated', 'escalated', same, no, same),
  'replacement-issued': row(no, no, 'issued', no, no, no, no),
  'replaced-by-owner': row(no, no, 'issued', no, no, no, no),
  'replacement-delivered': row(no, no, no, same, no, no, no),
  deactivated: row('deactivated', 'deactivated', no, 'deactivated', no, no, no),
  'deactivation-delivered': row(no, no, no, no, same, no, no),
  deleted: row(no, no, no, no, 'deleted', no, no),
  'secret-retired': row(same, same, same, same, same, same, same),
  'secret-kept': row(same, same, no, same, same, same, same),
  resolved: row('resolved', 'resolved', 'resolved', 'resolved', 'resolved', no, same),
  'rolled-back': row(no, no, no, no, 'nagging', no, no),
  'reactivation-accepted': row(no, no, no, no, 'nagging', no, no),
  'begun-anew': row(no, no, no, 'nagging', no, no, no),
  reopened: row(no, no, no, no, no, no, 'nagging'),
  held: row(same, same, same, same, same, same, same),
  released: row(same, same, same, same, same, same, same),
  exempted: row(same, same, same, same, same, same, same),
  snoozed: row(same, same, same, same, same, same, same),
  postponed: row(same, same, same, same, same, same, same),
  rescheduled: row(same, same, same, same, same, same, same),
  'date-read': row(same, same, same, same, same, same, same),
  'called-off': row(same, same, same, same, same, same, same),
  'account-unread': row(same, same, same, same, same, same, same),
  'account-read': row(same, same, same, same, same, same, same),
  'delivery-withdrawn': row(same, same, same, same, same, same, same),
}

type Cell = EntryState | typeof same | typeof no

function row(...cells: [Cell, Cell, Cell, Cell, Cell, Cell, Cell]): Record<EntryState, Cell> {
  const [nagging, escalated, issuing, issued, deactivated, deleted, resolved] = cells
  return { nagging, escalated, issuing, issued, deactivated, deleted, resolved }
}

const now = at('2026-03-01T09:00:00Z')

describe.each(factKinds)('when a key is recorded as %s', (kind) => {
  it.each(entryStates)('given it is %s', (state) => {
    const cell = table[kind][state]
    const expected = cell === same ? state : cell === no ? undefined : cell
    expect(transition(state, kind)).toBe(expected)
    const bare = anEntry<EntryState>({ state })
    const full = aFullEntry(state)
    const entries =
      bare.handover === undefined && kind.startsWith('secret-') ? [full] : [bare, full]
    expect(entries.map((before) => attempt(before, kind))).toStrictEqual(
      entries.map(({ version }) =>
        expected === undefined
          ? `"${kind}" is not possible while ${state}`
          : { state: expected, version: version + 1, changedAt: now, hasDueAt: false, left: [] },
      ),
    )
  })
})

/** The result of a fact; `left` names fields that do not belong to the new state. */
function attempt(before: Entry, kind: FactKind) {
  try {
    const after = evolve(before, aFact(kind), now)
    const known = new Set(Object.keys(Entry.parse(after)))
    const left = Object.keys(after).filter((field) => !known.has(field))
    const { state, version, changedAt } = after
    return { state, version, changedAt, hasDueAt: after.dueAt !== undefined, left }
  } catch (error) {
    return error instanceof Error ? error.message.replace(`${before.accessKeyId}: `, '') : error
  }
}

const leadsTo = (from: EntryState) => new Set<EntryState>(Object.values(transitions[from]))

describe('the table of transitions', () => {
  it('has a row for every state', () => {
    expect(Object.keys(transitions).sort()).toStrictEqual([...entryStates].sort())
  })

  it('reaches every state from nagging, and ends only in deleted', () => {
    const reached = new Set<EntryState>(['nagging'])
    for (const state of reached) for (const next of leadsTo(state)) reached.add(next)
    expect([...reached].sort()).toStrictEqual([...entryStates].sort())
    const ends = entryStates.filter((state) => [...leadsTo(state)].every((next) => next === state))
    expect(ends).toStrictEqual(['deleted'])
  })

  it('reaches deleted only from deactivated', () => {
    const before = entryStates.filter((state) => transition(state, 'deleted') !== undefined)
    expect(before).toStrictEqual(['deactivated'])
  })
})
