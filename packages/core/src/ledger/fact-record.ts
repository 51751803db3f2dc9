import type { FactRecord } from '../key/fact.ts'
import type { Write } from './ledger.ts'

/** The record of an entry write's fact, numbered by the version that the write makes. */
export const factRecord = (write: Extract<Write, { kind: 'entry' }>): FactRecord => ({
  accessKeyId: write.after.accessKeyId,
  version: write.after.version,
  at: write.after.changedAt,
  actor: write.actor,
  fact: write.fact,
})
