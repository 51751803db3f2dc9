import {
  evolve,
  schedule,
  type AccessKeyId,
  type Actor,
  type Entry,
  type EpochMs,
  type Fact,
  type Organization,
  type Write,
} from '@keynag/core'
import type { Ports } from './ports.ts'
import { conflict, retryOnConflict } from './retry-on-conflict.ts'

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

/**
 * Records something that has happened, however the entry has changed meanwhile. `factFor` looks at
 * the entry as it is now, and answers `undefined` where the fact is recorded already or no longer
 * applies. The answer tells whether a fact was written.
 *
 * @throws KeynagError transient `KEYNAG_CONTENDED` when other writers were first again and again
 */
export const recordFact = (
  ports: Pick<Ports, 'clock' | 'ledger' | 'organization'>,
  accessKeyId: AccessKeyId,
  factFor: (entry: Entry) => Fact | undefined | Promise<Fact | undefined>,
  actor: Actor,
): Promise<boolean> =>
  retryOnConflict(accessKeyId, async () => {
    const before = await ports.ledger.entry(accessKeyId)
    const fact = before === undefined ? undefined : await factFor(before)
    if (before === undefined || fact === undefined) return false
    const write = entryWrite(ports.organization, before, fact, actor, ports.clock.now())
    const committed = await ports.ledger.commit([write])
    return committed.kind === 'committed' ? true : conflict
  })
