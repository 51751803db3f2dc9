import { handoverName, permanent, versionIdOf, type CreatedKey, type Handovers } from '@keynag/core'
import { works } from '../estate.ts'
import type { Invocation } from '../invocation.ts'
import type { PortsRun } from './ports-run.ts'

export function handoversOf(simulation: PortsRun, invocation: Invocation): Handovers {
  const { vault, estate, checks } = simulation
  const callIn = <T>(
    accountId: string,
    name: string,
    kind: 'read' | 'write',
    effect: () => T,
  ): Promise<T> =>
    invocation.call({ name: `handovers.${name}`, kind, accountId }, () => {
      estate.reach(accountId)
      return effect()
    })
  return {
    prepare: (user, rotationId) =>
      callIn(user.accountId, 'prepare', 'write', () => {
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
    store: ({ accountId, userName }, secretArn, attempt, key: CreatedKey) => {
      invocation.storeTried.add(key.accessKeyId)
      return callIn(accountId, 'store', 'write', () => {
        const value = { id: key.accessKeyId, userName }
        vault.put(secretArn, versionIdOf(attempt), value, simulation.now)
      })
    },
    stored: (accountId, secretArn, attempt) =>
      callIn(accountId, 'stored', 'read', () => {
        const version = versionIdOf(attempt)
        return vault.version(secretArn, version, simulation.now)
      }),
    offered: (accountId, secretArn) =>
      callIn(accountId, 'offered', 'read', () =>
        vault.version(secretArn, 'current', simulation.now),
      ),
    test: (accountId, secretArn, attempt) =>
      callIn(accountId, 'test', 'read', () => {
        const version = vault.version(secretArn, versionIdOf(attempt), simulation.now)
        const key = version.kind === 'key' ? estate.key(version.newKeyId) : undefined
        if (key === undefined || !works(key, simulation.now)) return { kind: 'refused' }
        key.testedAt ??= simulation.now
        key.tests.push(simulation.now)
        return { kind: 'works', userId: key.user.userId }
      }),
    promote: (accountId, secretArn, attempt) =>
      callIn(accountId, 'promote', 'write', () => {
        vault.promote(secretArn, versionIdOf(attempt), simulation.now)
      }),
    retire: (accountId, secretId) =>
      callIn(accountId, 'retire', 'write', () => {
        const secretArn = vault.arnOf(accountId, secretId)
        checks.begins(invocation)
        const isAgain = vault.secrets.get(secretArn)?.retiredAt !== undefined
        if (isAgain) simulation.recoveries.add('retire-again')
        checks.retires(secretArn)
        vault.retire(secretArn, simulation.now)
      }),
  }
}
