import { KeynagError, type IamReader } from '@keynag/core'
import { lags } from '../estate.ts'
import type { Invocation } from '../invocation.ts'
import { isOnTrail } from '../reads.ts'
import type { PortsRun } from './ports-run.ts'

export function readerOf(simulation: PortsRun, invocation: Invocation): IamReader {
  const { reads } = simulation
  const call: Invocation['call'] = (operation, effect) => invocation.call(operation, effect)
  return {
    credentialReport: (accountId) =>
      call({ name: 'iam.credentialReport', kind: 'read' }, () =>
        reads.report(accountId, simulation.now),
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
    async lastUsed(accountId, accessKeyId) {
      try {
        return await call({ name: 'iam.lastUsed', kind: 'read' }, () =>
          reads.lastUsed(accountId, accessKeyId, simulation.now),
        )
      } catch (error) {
        if (!(error instanceof KeynagError) || error.errorClass !== 'permanent') throw error
        return { kind: 'unknown', why: error.message }
      }
    },
    hasKey: (accountId, accessKeyId) =>
      call({ name: 'iam.hasKey', kind: 'read' }, () =>
        reads.hasKey(accountId, accessKeyId, simulation.now),
      ),
    user: (accountId, userName) =>
      call({ name: 'iam.user', kind: 'read' }, () => reads.user(accountId, userName)),
    userInFull: (accountId, userName, { withConsole }) =>
      call({ name: 'iam.userInFull', kind: 'read' }, () => {
        invocation.lastUser = reads.userInFull(accountId, userName, withConsole)
        return invocation.lastUser
      }),
    deactivatedBy: (accountId, accessKeyId, session, since) =>
      call({ name: 'iam.deactivatedBy', kind: 'read' }, ({ stale }) => {
        simulation.checks.readsTrail(accessKeyId, stale)
        return reads.deactivatedBy(accountId, accessKeyId, session, since, simulation.now, stale)
      }),
    hasFetched: ({ userId }, secretArn, since) =>
      call({ name: 'iam.hasFetched', kind: 'read' }, ({ stale }) => {
        const secret = simulation.vault.secrets.get(secretArn)
        const fetches = secret?.userId === userId && !stale ? secret.fetches : []
        return fetches.some((at) => at >= since && isOnTrail(at, simulation.now))
      }),
    makerOf: (accountId, accessKeyId) =>
      call({ name: 'iam.makerOf', kind: 'read' }, ({ stale }) =>
        reads.makerOf(accountId, accessKeyId, simulation.now, stale),
      ),
  }
}
