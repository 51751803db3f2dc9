import { KeynagError, type IamReader } from '@keynag/core'
import { lags } from '../estate.ts'
import type { Invocation } from '../invocation.ts'
import { isOnTrail } from '../reads.ts'
import type { PortsRun } from './ports-run.ts'

export function readerOf(simulation: PortsRun, invocation: Invocation): IamReader {
  const { estate, reads } = simulation
  /** A call to IAM or CloudTrail of one account, by the role for reading. */
  const callIn = <T>(
    accountId: string,
    name: string,
    effect: (circumstances: { readonly stale: boolean }) => T,
  ): Promise<T> =>
    invocation.call({ name, kind: 'read', accountId }, (circumstances) => {
      estate.reach(accountId, 'reader')
      return effect(circumstances)
    })
  return {
    credentialReport: (accountId) =>
      callIn(accountId, 'iam.credentialReport', () => reads.report(accountId, simulation.now)),
    async *users(accountId) {
      yield* await callIn(accountId, 'iam.users', ({ stale }) =>
        reads.users(accountId, simulation.now, stale),
      )
    },
    accessKeys: (accountId, userName) =>
      callIn(accountId, 'iam.accessKeys', ({ stale }) => {
        const lateMs = stale ? simulation.staleListMs : lags.list
        invocation.lastListAt = simulation.now
        return reads.accessKeys(accountId, userName, simulation.now, lateMs)
      }),
    async lastUsed(accountId, accessKeyId) {
      try {
        return await callIn(accountId, 'iam.lastUsed', () =>
          reads.lastUsed(accountId, accessKeyId, simulation.now),
        )
      } catch (error) {
        if (!(error instanceof KeynagError) || error.errorClass !== 'permanent') throw error
        return { kind: 'unknown', why: error.message }
      }
    },
    hasKey: (accountId, accessKeyId) =>
      callIn(accountId, 'iam.hasKey', () => reads.hasKey(accountId, accessKeyId, simulation.now)),
    user: (accountId, userName) =>
      callIn(accountId, 'iam.user', () => reads.user(accountId, userName)),
    userInFull: (accountId, userName, { withConsole }) =>
      callIn(accountId, 'iam.userInFull', () => {
        invocation.lastUser = reads.userInFull(accountId, userName, withConsole)
        return invocation.lastUser
      }),
    deactivatedBy: (accountId, accessKeyId, session, since) =>
      callIn(accountId, 'iam.deactivatedBy', ({ stale }) => {
        simulation.checks.readsTrail(accessKeyId, stale)
        return reads.deactivatedBy(accountId, accessKeyId, session, since, simulation.now, stale)
      }),
    lastCallOn: (accountId, accessKeyId, call) =>
      callIn(accountId, 'iam.lastCallOn', ({ stale }) => {
        if (call === 'DeleteAccessKey') simulation.checks.readsTrail(accessKeyId, stale)
        return reads.lastCallOn(accountId, accessKeyId, call, simulation.now, stale)
      }),
    hasFetched: ({ accountId, userId }, secretArn, since) =>
      callIn(accountId, 'iam.hasFetched', ({ stale }) => {
        const secret = simulation.vault.secrets.get(secretArn)
        const fetches = secret?.userId === userId && !stale ? secret.fetches : []
        return fetches.some((at) => at >= since && isOnTrail(at, simulation.now))
      }),
    makerOf: (accountId, accessKeyId) =>
      callIn(accountId, 'iam.makerOf', ({ stale }) =>
        reads.makerOf(accountId, accessKeyId, simulation.now, stale),
      ),
  }
}
