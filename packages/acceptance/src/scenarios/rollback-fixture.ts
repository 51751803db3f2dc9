import { AccessKeyId, type PolicyInput } from '@keynag/core'
import { release, rollBack } from '@keynag/engine'
import type { AccessKey } from '@keynag/fake-aws/aws'
import { type Small, aUserWithKey, rotating, smallOrganization } from './small-organization.ts'

/** A policy: the owner is warned on day 0; the key is deactivated on day 7, deleted on day 14. */
export const deleting = {
  ...rotating,
  enforce: { kind: 'delete', atDay: 90, installationGraceDays: 7, recoveryGraceDays: 7 },
  caps: { perDay: 100, perAccountPerDay: 100, shareOfEstatePerDay: 1 },
} as const satisfies PolicyInput
export const untilDeactivated = 8

export const request = { by: 'olga', why: 'the nightly export failed' }
export const idOf = ({ id }: AccessKey): AccessKeyId => AccessKeyId.parse(id)
export const rollBackKey = ({ ports }: Small, key: AccessKey) => rollBack(ports, idOf(key), request)
export const releaseKey = ({ ports }: Small, key: AccessKey) => release(ports, idOf(key), request)
/** The kinds of a key's facts, without `rescheduled`, which only makes a key due at once. */
export const storyOf = async (small: Small, key: AccessKey): Promise<readonly string[]> =>
  (await small.story(key)).filter((kind) => kind !== 'rescheduled')
export const statusOf = ({ world }: Small, key: AccessKey) => world.key(key.id).status.latest

export async function organization(policy: PolicyInput, names: readonly string[] = ['ann']) {
  const keys: AccessKey[] = []
  const small = await smallOrganization({
    policies: [policy],
    populate: (world) => {
      for (const name of names) keys.push(aUserWithKey(world, name))
    },
  })
  const [key] = keys
  if (key === undefined) throw new Error('the organization has no user')
  return { small, keys, key }
}

/**
 * Ports of a process that is killed at a call. If `at` is a whole number, the process dies before
 * the call; otherwise it dies after the call.
 */
export function portsKilledAt({ ports }: Small, at: number) {
  let calls = 0
  const dying = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return async (...args: readonly unknown[]): Promise<unknown> => {
          const call = calls
          calls += 1
          if (call >= at) throw new Error('killed')
          const answer: unknown = await Reflect.apply(value, target, args)
          if (call + 0.5 >= at) throw new Error('killed')
          return answer
        }
      },
    })
  return {
    calls: () => calls,
    ports: {
      ...ports,
      organization: ports.organization,
      ledger: dying(ports.ledger),
      iam: dying(ports.iam),
      mutations: dying(ports.mutations),
    },
  }
}
