import type { AccountScan, Entry, Fact, Write } from '@keynag/core'
import {
  aFact,
  anAccount,
  anAccountId,
  anAccountScan,
  anActor,
  anOrganization,
  at,
} from '@keynag/core/testing'
import type { Place } from '../place/place.ts'
import { runKeynag } from '../program.ts'
import { memoryPlace } from './memory-place.ts'
import { recordingShell } from './recording-shell.ts'

export const now = at('2026-01-20T12:00:00Z')
const policies = [
  { name: 'standard', mode: 'enforce' as const, nag: { everyDays: 7 } },
  { name: 'ci', mode: 'notify' as const },
]

interface Terminal {
  readonly width?: number
  /** Another place than the one with the ledger. */
  readonly place?: Place
}

/** A ledger in memory, and `keynag ledger` to ask it. */
export function ledgerTerminal() {
  const memory = memoryPlace({ now, organization: anOrganization({ policies }) })
  return {
    ...memory,
    async given(...writes: readonly Write[]) {
      const committed = await memory.ledger.commit(writes)
      if (committed.kind !== 'committed') throw new Error(`not committed: ${committed.kind}`)
    },
    async keynag(args: readonly string[], { width, place = memory.place }: Terminal = {}) {
      const recording = recordingShell(width === undefined ? {} : { width })
      const exitCode = await runKeynag(['ledger', ...args, '--sandbox'], recording.shell, {
        openSandbox: () => Promise.resolve(place),
      })
      return { exitCode, output: recording.output(), remarks: recording.remarks() }
    },
  }
}

/** The first write of an entry. */
export const open = (after: Entry, fact: Fact = aFact('found')): Write => ({
  kind: 'entry',
  before: undefined,
  after,
  fact,
  actor: anActor(),
})

/** The access key IDs of an output, one from each line. */
export const keysOf = (output: string): readonly string[] =>
  output.split('\n').flatMap((line) => /AKIA\w+/.exec(line)?.[0] ?? [])

export const scanOf = (date: string, n: number, result: AccountScan['result']): Write => ({
  kind: 'account-scan',
  before: undefined,
  after: anAccountScan({
    date,
    account: anAccount({ accountId: anAccountId(n), name: `account-${n}` }),
    result,
  }),
})
const counts = { users: 3, keys: 4, stale: 2, found: 1, resolved: 0 }
export const finished = (rootKeys: 0 | 1) => ({
  kind: 'finished' as const,
  at: at('2026-01-19T03:10:00Z'),
  reportAt: at('2026-01-19T02:00:00Z'),
  counts,
  rootKeys: rootKeys === 0 ? [] : [{ slot: '1' as const, changedAt: at('2020-01-01') }],
})
export const failed = {
  kind: 'failed' as const,
  at: at('2026-01-20T03:10:00Z'),
  code: 'KEYNAG_ROLE_UNREACHABLE',
  why: 'not trusted',
}
