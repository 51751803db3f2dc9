import { permanent, Secret, type KeynagError, type KeyMutations } from '@keynag/core'
import { keysHeld, type SimKey, type SimUser } from '../estate.ts'
import type { Invocation } from '../invocation.ts'
import type { PortsRun } from './ports-run.ts'

/** IAM's limit (IAM User Guide, IAM quotas). */
const keysPerUser = 2

/** `Expired` can be seen but not set (IAM API Reference, UpdateAccessKey, InvalidInput). */
const expired = ({ id }: SimKey): KeynagError =>
  permanent('KEYNAG_REQUEST_REJECTED', `the access key ${id} has expired`)

export function mutationsOf(simulation: PortsRun, invocation: Invocation): KeyMutations {
  const { estate, checks } = simulation
  /** IAM finds users by name: the user who has the name now, whoever that is. */
  const userNamed = (user: { accountId: string; userName: string }): SimUser | undefined =>
    estate.reach(user.accountId).users.get(user.userName)
  const missingOf = (user: Parameters<typeof userNamed>[0], key: SimKey) => {
    const target = userNamed(user)
    if (target === undefined) return 'no-user' as const
    return target === key.user && key.deletedAt === undefined ? undefined : ('gone' as const)
  }
  const callIn = <T>(accountId: string, name: string, effect: () => T): Promise<T> =>
    invocation.call({ name: `mutations.${name}`, kind: 'write', accountId }, effect)
  return {
    create: async (user, sessionName) => {
      const made = await callIn(user.accountId, 'create', () => {
        estate.allow(user.accountId, 'iam:CreateAccessKey')
        const target = userNamed(user)
        if (target === undefined) return 'no-user'
        checks.creates(invocation, target, sessionName)
        if (keysHeld(target).length >= keysPerUser) return 'limit-exceeded'
        const key = estate.addKey(target, simulation.now, 'keynag', sessionName)
        return { accessKeyId: key.id, secretAccessKey: new Secret(key.secret) }
      })
      if (typeof made !== 'string') invocation.createdKeys.add(made.accessKeyId)
      return made
    },
    deactivate: (user, accessKeyId, sessionName) =>
      callIn(user.accountId, 'deactivate', () => {
        estate.allow(user.accountId, 'iam:UpdateAccessKey')
        const key = estate.key(accessKeyId)
        const missing = missingOf(user, key)
        if (missing !== undefined) return missing
        if (key.status === 'Expired') throw expired(key)
        checks.deactivates(invocation, key)
        estate.setStatus(key, 'Inactive', 'keynag', simulation.now, sessionName)
        return 'done'
      }),
    reactivate: (user, accessKeyId, sessionName) =>
      callIn(user.accountId, 'reactivate', () => {
        estate.allow(user.accountId, 'iam:UpdateAccessKey')
        const key = estate.key(accessKeyId)
        const missing = missingOf(user, key)
        if (missing !== undefined) return missing
        if (key.status === 'Expired') throw expired(key)
        estate.setStatus(key, 'Active', 'keynag', simulation.now, sessionName)
        return 'done'
      }),
    delete: (user, accessKeyId, sessionName) =>
      callIn(user.accountId, 'delete', () => {
        estate.allow(user.accountId, 'iam:DeleteAccessKey')
        const key = estate.key(accessKeyId)
        const missing = missingOf(user, key)
        if (missing !== undefined) return missing
        checks.deletes(invocation, key)
        estate.deleteKey(key, 'keynag', simulation.now, sessionName)
        return 'done'
      }),
  }
}
