import type { FactRecord } from '../key/fact.ts'
import type { Write } from './ledger.ts'

/** The fact that goes with an entry's write, numbered by the version it led to. */
export const factRecord = (write: Extract<Write, { kind: 'entry' }>): FactRecord => ({
  accessKeyId: write.after.accessKeyId,
  version: write.after.version,
  at: write.after.changedAt,
  actor: write.actor,
  fact: write.fact,
})
