import { handoverName, permanent, versionIdOf, type CreatedKey, type Handovers } from '@keynag/core'
import { arnOf } from '../estate.ts'
import type { Invocation } from '../invocation.ts'
import type { PortsRun } from './ports-run.ts'

export function handoversOf(simulation: PortsRun, invocation: Invocation): Handovers {
  const { vault, estate, checks } = simulation
  const call = <T>(name: string, kind: 'read' | 'write', effect: () => T): Promise<T> =>
    invocation.call({ name: `handovers.${name}`, kind }, effect)
  return {
    prepare: (user, rotationId) =>
      call('prepare', 'write', () => {
        checks.begins(invocation)
        const secret = vault.prepare(user.userId, user.accountId, handoverName(rotationId))
        return { secretArn: secret.arn }
      }),
    store: (_user, secretArn, attempt, key: CreatedKey) => {
      invocation.storeTried.add(key.accessKeyId)
      return call('store', 'write', () => {
        vault.put(secretArn, versionIdOf(attempt), key.accessKeyId, simulation.now)
      })
    },
    stored: (_accountId, secretArn, attempt) =>
      call('stored', 'read', () => {
        const newKeyId = vault.read(secretArn, versionIdOf(attempt))
        return newKeyId === undefined ? { kind: 'absent' } : { kind: 'key', newKeyId }
      }),
    test: (_accountId, secretArn, attempt) =>
      call('test', 'read', () => {
        const newKeyId = vault.read(secretArn, versionIdOf(attempt))
        const key = newKeyId === undefined ? undefined : estate.key(newKeyId)
        const works =
          key !== undefined &&
          key.deletedAt === undefined &&
          key.status === 'Active' &&
          simulation.now >= key.worksFrom
        if (!works) return { kind: 'refused' }
        key.testedAt ??= simulation.now
        return { kind: 'works', userArn: arnOf(key.user) }
      }),
    promote: (_accountId, secretArn, attempt) =>
      call('promote', 'write', () => {
        if (vault.read(secretArn, versionIdOf(attempt)) === undefined) {
          throw permanent('KEYNAG_REQUEST_REJECTED', 'there is no such version')
        }
        vault.promote(secretArn, versionIdOf(attempt))
      }),
    retire: (accountId, secretId) =>
      call('retire', 'write', () => {
        const secretArn = vault.arnOf(accountId, secretId)
        checks.begins(invocation)
        const isAgain = vault.secrets.get(secretArn)?.retiredAt !== undefined
        if (isAgain) simulation.recoveries.add('retire-again')
        checks.retires(secretArn)
        vault.retire(secretArn, simulation.now)
      }),
  }
}
