import { type Clock, epochMs, type KeynagEvent, makeEvent, MemoryLedger } from '@keynag/core'
import {
  aKeyId,
  anAccountId,
  anAccountScan,
  anEntry,
  anOrganization,
  at,
} from '@keynag/core/testing'
import type { Place } from '../../../place/place.ts'
import { runKeynag } from '../../../program.ts'
import { recordingShell } from '../../../testing/recording-shell.ts'
import { MemoryQueues } from './memory-queues.ts'

const date = '2026-03-02'

/** A place in memory. Its time moves only when a command sleeps. */
export function aPlace() {
  let now = at('2026-03-02T09:00:00Z')
  const slept: number[] = []
  const clock: Clock = {
    now: () => now,
    sleep: (ms) => {
      slept.push(ms)
      now = epochMs(now + ms)
      return Promise.resolve()
    },
  }
  const ledger = new MemoryLedger()
  const queues = new MemoryQueues(clock)
  const place: Place = {
    name: 'stage test',
    clock,
    ledger,
    reportLedger: () => ledger,
    operator: () => Promise.resolve('arn:aws:iam::111111111111:user/op'),
    queues: () => Promise.resolve(queues),
    organization: anOrganization({ policies: [{ name: 'standard', mode: 'enforce' }] }),
    close: () => Promise.resolve(),
  }
  const origin = (id: string) => ({ source: 'keynag/test', now, newId: () => id })
  return {
    place,
    ledger,
    queues,
    slept,
    pass: (ms: number): void => {
      now = epochMs(now + ms)
    },
    /** A scan without a result in the ledger. */
    plannedScan: async (n: number): Promise<KeynagEvent> => {
      const account = { accountId: anAccountId(n), name: `a-${n}`, state: 'ACTIVE' as const }
      const after = anAccountScan({ date, account: { ...account, organizationalUnits: [] } })
      await ledger.commit([{ kind: 'account-scan', before: undefined, after }])
      const data = { date, accountId: account.accountId }
      return makeEvent('scan.requested', account.accountId, data, origin(`scan-${n}`))
    },
    /** A due nag for a key in account `n`. */
    dueNag: async (n: number): Promise<KeynagEvent> => {
      const accessKeyId = aKeyId(n)
      const after = anEntry({ accessKeyId, accountId: anAccountId(n) })
      const fact = { kind: 'rescheduled', why: 'test' } as const
      const actor = { kind: 'delivery', event: 'test', eventId: 'e' } as const
      await ledger.commit([{ kind: 'entry', before: undefined, after, fact, actor }])
      const { audience } = after
      return makeEvent('key.stale', audience, { accessKeyId, audience }, origin(`nag-${n}`))
    },
    /** A nag for a key that the ledger does not have. */
    lostNag: (n: number): KeynagEvent => {
      const accessKeyId = aKeyId(n)
      return makeEvent('key.stale', 'a', { accessKeyId, audience: 'a' }, origin(`lost-${n}`))
    },
    keynag: async (
      words: string,
      shell: Parameters<typeof recordingShell>[0] = {},
      at: Place = place,
    ) => {
      const recording = recordingShell({ clock, ...shell })
      const argv = words.split(' ').filter((word) => word !== '')
      const exitCode = await runKeynag(['dlq', ...argv, '--sandbox'], recording.shell, {
        openSandbox: () => Promise.resolve(at),
      })
      const { questions, output, remarks } = recording
      return { exitCode, questions, output: output(), remarks: remarks() }
    },
  }
}
