import { handoverName, permanent, versionIdOf, type CreatedKey, type Handovers } from '@keynag/core'
import { works } from '../estate.ts'
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
        const { userId, accountId, userName } = user
        estate.allow(accountId, 'secretsmanager:CreateSecret')
        const secret = vault.prepare(userId, accountId, handoverName(rotationId), simulation.now)
        if (secret === 'name-taken') return secret
        // Made, and without a reader: a policy takes no principal that is not there (Secrets Manager
        // API Reference, PutResourcePolicy, MalformedPolicyDocumentException).
        if (!estate.account(accountId).users.has(userName)) {
          throw permanent('KEYNAG_REQUEST_REJECTED', `there is no user ${userName}`)
        }
        return { secretArn: secret.arn }
      }),
    store: ({ userName }, secretArn, attempt, key: CreatedKey) => {
      invocation.storeTried.add(key.accessKeyId)
      return call('store', 'write', () => {
        const value = { id: key.accessKeyId, userName }
        vault.put(secretArn, versionIdOf(attempt), value, simulation.now)
      })
    },
    stored: (_accountId, secretArn, attempt) =>
      call('stored', 'read', () => {
        const version = versionIdOf(attempt)
        return vault.version(secretArn, version, simulation.now)
      }),
    offered: (_accountId, secretArn) =>
      call('offered', 'read', () => vault.version(secretArn, 'current', simulation.now)),
    test: (_accountId, secretArn, attempt) =>
      call('test', 'read', () => {
        const version = vault.version(secretArn, versionIdOf(attempt), simulation.now)
        const key = version.kind === 'key' ? estate.key(version.newKeyId) : undefined
        if (key === undefined || !works(key, simulation.now)) return { kind: 'refused' }
        key.testedAt ??= simulation.now
        key.tests.push(simulation.now)
        return { kind: 'works', userId: key.user.userId }
      }),
    promote: (_accountId, secretArn, attempt) =>
      call('promote', 'write', () => {
        vault.promote(secretArn, versionIdOf(attempt), simulation.now)
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
