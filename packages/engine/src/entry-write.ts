import {
  evolve,
  schedule,
  type Actor,
  type Entry,
  type EpochMs,
  type Fact,
  type Organization,
  type Write,
} from '@keynag/core'

/** The write of one fact onto an entry as it was read, with the `dueAt` that follows from it. */
export const entryWrite = (
  { policies }: Organization,
  before: Entry,
  fact: Fact,
  actor: Actor,
  at: EpochMs,
): Extract<Write, { kind: 'entry' }> => ({
  kind: 'entry',
  before,
  after: schedule(evolve(before, fact, at), policies, at),
  fact,
  actor,
})
