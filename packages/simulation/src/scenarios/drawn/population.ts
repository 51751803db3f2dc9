import { dayMs, hourMs } from '@keynag/core'
import { chance, choose } from '../../chance.ts'
import type { SimUser } from '../../estate.ts'
import { startsAt } from '../../scenario.ts'
import type { Simulation } from '../../simulation.ts'
import { accountIds, rootUnit, unitOf } from './policy-values.ts'

/** How many users live in how many accounts, and whether one person owns all of their keys. */
interface Size {
  readonly users: number
  readonly accounts: number
  readonly oneOwner: boolean
}

/** Most estates are small, so that a run is quick. */
const sizes: readonly Size[] = [
  ...Array.from({ length: 20 }, () => ({ users: 1, accounts: 1, oneOwner: false })),
  ...Array.from({ length: 30 }, () => ({ users: 2, accounts: 2, oneOwner: false })),
  ...Array.from({ length: 30 }, () => ({ users: 3, accounts: 2, oneOwner: false })),
  ...Array.from({ length: 10 }, () => ({ users: 5, accounts: 2, oneOwner: true })),
  ...Array.from({ length: 9 }, () => ({ users: 5, accounts: 5, oneOwner: true })),
  // More keys than any message has room for.
  { users: 70, accounts: 2, oneOwner: true },
]

const sizeOf = (seed: number): Size => choose(seed, 'size', 0, sizes)

const names = ['ann', 'bob', 'eve']

/** Fills the estate with the users of a seed. */
export function settle(
  simulation: Simulation,
  seed: number,
  dropped: ReadonlySet<string>,
): readonly SimUser[] {
  const { users: count, accounts, oneOwner } = sizeOf(seed)
  const users: SimUser[] = []
  for (const accountId of accountIds.slice(0, accounts)) {
    simulation.estate.addAccount(accountId, [rootUnit, unitOf(accountId)])
  }
  for (let index = 0; index < count; index += 1) {
    const isDropped = dropped.has(`user ${index}`) && (users.length > 0 || index < count - 1)
    if (isDropped) continue
    const name = names[index] ?? `user-${index}`
    const accountId = accountIds[index % accounts] ?? accountIds[0]
    const user = addUser(simulation, seed, index, { name, accountId, oneOwner })
    users.push(user)
    const keys = user.keys.map(({ createdAt, status }) => `${ageOf(createdAt)} days ${status}`)
    const who = JSON.stringify([user.path, user.tags, user.groups])
    simulation.injector.drew('user', index, `${name} in ${accountId}, ${who}`, keys.join(', '))
  }
  return users
}

const ageOf = (createdAt: number): number => Math.round((startsAt - createdAt) / dayMs)

function addUser(
  simulation: Simulation,
  seed: number,
  index: number,
  { name, accountId, oneOwner }: { name: string; accountId: string; oneOwner: boolean },
): SimUser {
  const { estate } = simulation
  const pick = <T>(what: string, from: readonly T[]): T => choose(seed, what, index, from)
  const ageDays = pick('age', [95, 95, 95, 91, 90, 89, 85, 79, 20, 120, 400])
  const createdAt = startsAt - ageDays * dayMs - Math.floor(chance(seed, 'hour', index) * dayMs)
  const owner = oneOwner ? 'ann@example.com' : `${name}@example.com`
  const user = estate.addUser(accountId, name, createdAt - dayMs, {
    ...pick('owner tag', [{ owner }, { owner }, { owner }, { Owner: owner.toUpperCase() }, {}]),
    ...pick('manager tag', [{}, {}, {}, { manager: 'chief@example.com' }]),
    ...pick('team tag', [{ team: 'red' }, { Team: 'blue' }, {}]),
  })
  user.path = pick('path', ['/', '/', '/ci/', '/ci/deploy/', '/people/'])
  user.groups = pick('groups', [[], ['ops'], ['Build', 'ops']])
  user.hasConsole = pick('console', [false, false, true])
  const key = estate.addKey(user, createdAt, 'person')
  if (chance(seed, 'uses', index) < 0.3)
    key.uses.push(startsAt - pick('used', [1, 10, 70]) * hourMs)
  if (chance(seed, 'second key', index) < 0.15) {
    const second = estate.addKey(
      user,
      startsAt - pick('second age', [100, 92, 10]) * dayMs,
      'person',
    )
    if (chance(seed, 'second off', index) < 0.3) {
      estate.setStatus(second, 'Inactive', 'person', startsAt - dayMs)
    }
  }
  return user
}
