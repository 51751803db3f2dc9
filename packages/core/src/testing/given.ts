import type { Entry } from '../key/entry.ts'
import { evolve, openEntry } from '../key/evolve.ts'
import type { Fact, FactOf } from '../key/fact.ts'
import { plusDays, type EpochMs } from '../time.ts'
import { at } from './ids.ts'
import { aFact, anObservedKey } from './rows.ts'

/** When the key of these entries was created. */
const born = at('2026-01-01T09:00:00Z')

/** The instant at which the key is so many days old. */
export const day = (age: number): EpochMs => plusDays(born, age)

/** A fact, and the age of the key in days when it was recorded. */
type Recorded = readonly [age: number, fact: Fact]

/** An entry that these facts lead to, after a scan found the key on its first day. */
export const given = (...recorded: readonly Recorded[]): Entry => {
  const found = openEntry(anObservedKey({ createdAt: born }), aFact('found'), born)
  return recorded.reduce((entry, [age, fact]) => evolve(entry, fact, day(age)), found)
}

export const nagged = (
  age: number,
  announced: FactOf<'nagged'>['announced'] = 'none',
): Recorded => [age, aFact('nagged', { announced })]
export const undelivered = (age: number): Recorded => [age, aFact('nag-undelivered')]
export const withdrawn = (age: number): Recorded => [age, aFact('delivery-withdrawn')]
export const escalated = (age: number): Recorded => [age, aFact('escalated')]
export const opened = (age: number): Recorded => [age, aFact('rotation-opened')]
export const issued = (age: number, retireAtAge: number): Recorded => [
  age,
  aFact('replacement-issued', { retireAt: day(retireAtAge) }),
]
export const delivered = (age: number): Recorded => [age, aFact('replacement-delivered')]
export const retired = (age: number): Recorded => [age, aFact('secret-retired')]
/** keynag took back that it deactivates or deletes the key at this age, or moved that. */
export const calledOff = (
  age: number,
  dateAge: number,
  deed: FactOf<'called-off'>['deed'],
  movedToAge?: number,
): Recorded => [
  age,
  aFact('called-off', {
    deed,
    date: day(dateAge),
    ...(movedToAge === undefined ? {} : { movedTo: day(movedToAge) }),
  }),
]
export const deactivated = (age: number): Recorded => [age, aFact('deactivated')]
/** The owner was told of the deactivation, and of a deletion after so many days. */
export const deactivationDelivered = (age: number, graceDays: number): Recorded => [
  age,
  aFact('deactivation-delivered', { deletesAt: day(age + graceDays) }),
]
export const deleted = (age: number): Recorded => [age, aFact('deleted')]
export const resolved = (
  age: number,
  fields: Partial<Omit<FactOf<'resolved'>, 'kind'>> = {},
): Recorded => [age, aFact('resolved', fields)]
export const snoozed = (age: number, untilAge: number): Recorded => [
  age,
  aFact('snoozed', { until: day(untilAge) }),
]
export const exempted = (age: number, untilAge: number): Recorded => [
  age,
  aFact('exempted', { until: day(untilAge) }),
]
export const postponed = (age: number, untilAge: number): Recorded => [
  age,
  aFact('postponed', { until: day(untilAge) }),
]
export const rolledBack = (age: number): Recorded => [age, aFact('rolled-back')]
export const released = (age: number): Recorded => [age, aFact('released', { anew: true })]
