import { dayMs, hourMs, plusMs, type FreezeScope } from '@keynag/core'
import { keysHeld, type SimKey, type SimUser } from '../../estate.ts'
import { freeze, operate, unfreeze } from '../../operator.ts'
import { release, use } from '../../people.ts'
import type { Simulation } from '../../simulation.ts'

/** What people do in a way that the seed decides. */

/** The random choices of one deed. */
type Pick = <T>(what: string, from: readonly T[]) => T

/** Calls that an SCP can forbid. keynag reads an account in a scan, and changes it in a rotation. */
const forbidden = [
  'mutations.create',
  'mutations.deactivate',
  'mutations.delete',
  'handovers.prepare',
  'handovers.store',
  'handovers.stored',
  'handovers.test',
  'handovers.promote',
  'handovers.retire',
  'iam.credentialReport',
  'iam.users',
  'iam.accessKeys',
  'iam.lastUsed',
  'iam.hasKey',
  'iam.user',
  'iam.deactivatedBy',
  'iam.makerOf',
] as const

/** What somebody does to a user, or to the whole estate. */
export type DrawnDeed = (simulation: Simulation, user: SimUser, pick: Pick) => void | Promise<void>

export const drawnDeeds = {
  'moves the user to another path': ({ now }, user, pick) => {
    user.path = pick('path', ['/', '/ci/', '/ci/deploy/', '/people/', '/break-glass/'])
    user.movedAt = now
  },
  'moves the user to another team': (_, user, pick) => {
    const { team: _team, Team: _Team, ...others } = user.tags
    user.tags = { ...others, ...pick('team', [{ team: 'red' }, { Team: 'blue' }, {}]) }
  },
  'moves the user to other groups': (_, user, pick) => {
    user.groups = pick('groups', [[], ['ops'], ['Build', 'ops']])
  },
  'gives the user a new owner': (_, user, pick) => {
    const owner = pick('owner', ['ann@example.com', 'new@example.com', 'new@elsewhere.org'])
    user.tags = { ...user.tags, owner }
  },
  'gives the user a manager': (_, user, pick) => {
    user.tags = { ...user.tags, manager: pick('manager', ['chief@example.com', 'x@example.com']) }
  },
  'exempts a key for some days': (simulation, user, pick) => {
    const key = pick('key', user.keys)
    const days = pick('days', [0.3, 2, 5])
    return operate(simulation, key.id, (now) => ({
      kind: 'exempted',
      until: plusMs(now, days * dayMs),
      approver: 'olga',
      why: 'an audit',
    }))
  },
  'holds a key for some days': async (simulation, user, pick) => {
    const key = pick('key', user.keys)
    await hold(simulation, key)
    simulation.later(pick('days', [0.1, 1, 4]) * dayMs, () => releaseHeld(simulation, key))
  },
  'holds a key, releases it and holds it again': async (simulation, user, pick) => {
    const key = pick('key', user.keys)
    await hold(simulation, key)
    simulation.later(hourMs, () => releaseHeld(simulation, key))
    simulation.later(2 * hourMs, () => hold(simulation, key))
    simulation.later(pick('days', [0.2, 2]) * dayMs, () => releaseHeld(simulation, key))
  },
  'releases every hold each day': (simulation) => {
    for (let day = 0; day < 4; day += 1) {
      simulation.later(day * dayMs + hourMs, async () => {
        for (const key of simulation.estate.keys.values()) await releaseHeld(simulation, key)
      })
    }
  },
  'freezes an account or a policy for some days': async (simulation, user, pick) => {
    const policies = simulation.organization.policies.map(({ name }) => name)
    const scope = pick<FreezeScope>('frozen', [
      { kind: 'account', accountId: user.accountId },
      ...policies.map((policy) => ({ kind: 'policy' as const, policy })),
    ])
    await freeze(simulation, scope)
    simulation.later(pick('days', [0.3, 2, 5]) * dayMs, () => unfreeze(simulation, scope))
  },
  'uses the old key for days': (simulation, user, pick) => {
    const [key] = keysHeld(user)
    const days = pick('days', [1, 3, 8])
    for (let thirds = 0; thirds < 3 * days; thirds += 1) {
      simulation.later((thirds * dayMs) / 3, () => use(simulation, key))
    }
  },
  'forbids one action in the account': ({ injector, now }, { accountId }, pick) => {
    const until = now + pick('days', [0.2, 1, 3]) * dayMs
    injector.forbid(pick('action', forbidden), accountId, until)
  },
} as const satisfies Record<string, DrawnDeed>

async function hold(simulation: Simulation, { id }: SimKey): Promise<void> {
  const entry = simulation.books.entries.get(id)
  if (entry === undefined || entry.hold !== undefined) return
  if (entry.state === 'resolved' || entry.state === 'deleted') return
  await operate(simulation, id, () => ({ kind: 'held', code: 'operator', why: 'month end' }))
}

async function releaseHeld(simulation: Simulation, { id }: SimKey): Promise<void> {
  if (simulation.books.entries.get(id)?.hold !== undefined) await release(simulation, id)
}
