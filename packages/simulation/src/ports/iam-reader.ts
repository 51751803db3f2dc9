import { KeynagError, type IamReader } from '@keynag/core'
import { lags } from '../estate.ts'
import type { Invocation } from '../invocation.ts'
import type { PortsRun } from './ports-run.ts'

export function readerOf(simulation: PortsRun, invocation: Invocation): IamReader {
  const { reads } = simulation
  const call: Invocation['call'] = (operation, effect) => invocation.call(operation, effect)
  return {
    credentialReport: (accountId) =>
      call({ name: 'iam.credentialReport', kind: 'read' }, ({ stale }) =>
        reads.report(accountId, simulation.now, stale),
      ),
    async *users(accountId) {
      yield* await call({ name: 'iam.users', kind: 'read' }, ({ stale }) =>
        reads.users(accountId, stale),
      )
    },
    accessKeys: (accountId, userName) =>
      call({ name: 'iam.accessKeys', kind: 'read' }, ({ stale }) => {
        const lateMs = stale ? simulation.staleListMs : lags.list
        invocation.lastListAt = simulation.now
        return reads.accessKeys(accountId, userName, simulation.now, lateMs)
      }),
    async lastUsed(_accountId, accessKeyId) {
      try {
        return await call({ name: 'iam.lastUsed', kind: 'read' }, () =>
          reads.lastUsed(accessKeyId, simulation.now),
        )
      } catch (error) {
        if (!(error instanceof KeynagError)) throw error
        return { kind: 'unknown', why: error.message }
      }
    },
    hasKey: (_accountId, accessKeyId) =>
      call({ name: 'iam.hasKey', kind: 'read' }, () => reads.hasKey(accessKeyId)),
    user: (accountId, userName) =>
      call({ name: 'iam.user', kind: 'read' }, () => reads.user(accountId, userName)),
    deactivatedBy: (_accountId, accessKeyId, _session, since) =>
      call({ name: 'iam.deactivatedBy', kind: 'read' }, ({ stale }) => {
        if (stale) invocation.isTrailLate = true
        return reads.deactivatedByUs(accessKeyId, since, simulation.now, stale)
      }),
    makerOf: (_accountId, accessKeyId) =>
      call({ name: 'iam.makerOf', kind: 'read' }, ({ stale }) =>
        reads.makerOf(accessKeyId, simulation.now, stale),
      ),
  }
}
