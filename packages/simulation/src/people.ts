import {
  dayMs,
  hourMs,
  minuteMs,
  plusMs,
  policyNamed,
  type AccessKeyId,
  type Organization,
  type Policies,
  type Policy,
} from '@keynag/core'
import { keysHeld, type SimAccount, type SimKey, type SimUser } from './estate.ts'
import { freeze, operate, unfreeze } from './operator.ts'
import type { Simulation } from './simulation.ts'

/** What people and operators do, to one user or to the whole estate. */
export const deeds = {
  'uses the old key': (simulation, user) => use(simulation, keysHeld(user)[0]),
  'uses the new key': (simulation, user) => use(simulation, keysHeld(user)[1]),
  'reactivates a key': ({ estate, now }, user) => {
    const key = keysHeld(user).find(({ status }) => status === 'Inactive')
    if (key !== undefined) estate.setStatus(key, 'Active', 'person', now)
  },
  'deactivates a key': ({ estate, now }, user) => {
    const key = keysHeld(user).find(({ status }) => status === 'Active')
    if (key !== undefined) estate.setStatus(key, 'Inactive', 'person', now)
  },
  'deactivates the new key': ({ estate, now }, user) => {
    const key = keysHeld(user)[1]
    if (key !== undefined) estate.setStatus(key, 'Inactive', 'person', now)
  },
  'deletes the old key': ({ estate, now }, user) => {
    const [key] = keysHeld(user)
    if (key !== undefined) estate.deleteKey(key, 'person', now)
  },
  'deletes the new key': ({ estate, now }, user) => {
    const key = keysHeld(user)[1]
    if (key !== undefined) estate.deleteKey(key, 'person', now)
  },
  'creates a key': (simulation, user) => {
    if (user.deletedAt !== undefined || keysHeld(user).length > 1) return
    const key = simulation.estate.addKey(user, simulation.now, 'person')
    simulation.later(hourMs, () => use(simulation, key))
  },
  'creates a key and never uses it': ({ estate, now }, user) => {
    if (user.deletedAt === undefined && keysHeld(user).length < 2) {
      estate.addKey(user, now, 'person')
    }
  },
  'fetches the new key and does not use it': ({ vault, now }, user) => {
    const key = keysHeld(user)[1]
    if (key !== undefined) vault.fetch(key.id, now)
  },
  'schedules the deletion of the hand-over secret': ({ vault, now }, user) => {
    const arn = vault.newestOf(user.userId)?.arn
    if (arn !== undefined) vault.retire(arn, now)
  },
  'deletes the hand-over secret at once': ({ vault, now }, user) => {
    const arn = vault.newestOf(user.userId)?.arn
    if (arn !== undefined) vault.deleteAtOnce(arn, now)
  },
  'restores the hand-over secret': ({ books, vault, now }, user) => {
    for (const { userId, handover } of books.entries.values()) {
      const arn = handover?.retiredAt === undefined ? handover?.secretArn : undefined
      if (userId === user.userId && arn !== undefined) vault.restore(arn, now)
    }
  },
  'renames the user': ({ estate }, user) => {
    if (user.deletedAt === undefined) estate.rename(user, `${user.name}2`)
  },
  'gives the user another owner': (_, user) => {
    user.tags = { owner: 'other@example.com' }
  },
  'removes the owner': (_, user) => {
    user.tags = {}
  },
  'deletes the user': ({ estate, now }, user) => {
    if (user.deletedAt === undefined) estate.deleteUser(user, now)
  },
  'creates the user again': ({ estate, now }, user) => {
    if (user.deletedAt === undefined) estate.deleteUser(user, now)
    if (estate.account(user.accountId).users.has(user.name)) return
    const again = estate.addUser(user.accountId, user.name, now, user.tags)
    estate.addKey(again, now, 'person')
  },
  'moves the user to a protected path': ({ now }, user) => {
    user.path = '/break-glass/'
    user.movedAt = now
  },
  'gives the user a protected name': ({ estate, now }, user) => {
    if (user.deletedAt !== undefined || user.name.startsWith('sealed-')) return
    estate.rename(user, `sealed-${user.name}`)
    user.movedAt = now
  },
  'moves the user back': ({ now }, user) => {
    user.path = '/'
    user.movedAt = now
  },
  'freezes keynag for seven hours': async (simulation) => {
    await freeze(simulation)
    simulation.later(7 * hourMs, () => unfreeze(simulation))
  },
  'freezes keynag for two days': async (simulation) => {
    await freeze(simulation)
    simulation.later(2 * dayMs, () => unfreeze(simulation))
  },
  'releases every hold': async (simulation) => {
    for (const { accessKeyId, hold } of simulation.books.entries.values()) {
      if (hold !== undefined) await release(simulation, accessKeyId)
    }
  },
  'rolls a deactivation back': async (simulation, user) => {
    const [key] = user.keys
    if (key !== undefined) await simulation.functions.rollBack(key.id)
  },
  'replays the dead letters': ({ queues }) => queues.redrive(),
  'exempts a key for a day': (simulation, user) => exempt(simulation, user, 1),
  'goes back to a dry run for a day': (simulation) => {
    const { policies } = simulation.organization
    setMode(simulation, 'dry-run')
    simulation.later(dayMs, () => {
      // Afterwards, every policy is armed.
      if (simulation.now < simulation.injector.endsAt) restoreModes(simulation, policies)
    })
  },
  'only notifies for two days': (simulation) => {
    setMode(simulation, 'notify')
    simulation.later(2 * dayMs, () => setMode(simulation, 'enforce'))
  },
  'suspends the account for a day': (simulation, user) => {
    changeAccount(simulation, user, { state: 'SUSPENDED' })
    simulation.later(dayMs, () => changeAccount(simulation, user, { state: 'ACTIVE' }))
  },
  'closes the account, and thinks better of it': (simulation, user) => {
    changeAccount(simulation, user, { state: 'PENDING_CLOSURE' })
    simulation.later(2 * dayMs, () => changeAccount(simulation, user, { state: 'CLOSED' }))
    simulation.later(4 * dayMs, () => changeAccount(simulation, user, { state: 'ACTIVE' }))
  },
  'closes the account': (simulation, user) => changeAccount(simulation, user, { state: 'CLOSED' }),
  'takes the account out of the organization for three days': (simulation, user) => {
    changeAccount(simulation, user, { isListed: false })
    simulation.later(3 * dayMs, () => changeAccount(simulation, user, { isListed: true }))
  },
  'takes the account out of the organization': (simulation, user) =>
    changeAccount(simulation, user, { isListed: false }),
  'removes the reader role for four days': (simulation, user) => {
    changeAccount(simulation, user, { isReaderDenied: true })
    simulation.later(4 * dayMs, () => changeAccount(simulation, user, { isReaderDenied: false }))
  },
  'denies keynag a change in the account for two days': (simulation, user) => {
    const { denied } = simulation.estate.account(user.accountId)
    const actions = ['iam:CreateAccessKey', 'iam:UpdateAccessKey', 'iam:DeleteAccessKey'] as const
    const action = actions[Math.floor(simulation.now) % actions.length] ?? actions[0]
    denied.add(action)
    simulation.later(2 * dayMs, () => {
      denied.delete(action)
    })
  },
  'has mail bounce for a day': (simulation, user) => {
    const address = addressOf(user)
    simulation.bouncing.set(address, minuteMs)
    simulation.later(dayMs, () => {
      simulation.bouncing.delete(address)
    })
  },
  'has mail bounce late for a day': (simulation, user) => {
    const address = addressOf(user)
    simulation.bouncing.set(address, 2 * dayMs)
    simulation.later(dayMs, () => {
      simulation.bouncing.delete(address)
    })
  },
  'is out of the office for a day': (simulation, user) => {
    const address = addressOf(user)
    simulation.answering.add(address)
    simulation.later(dayMs, () => {
      simulation.answering.delete(address)
    })
  },
  'cannot be reached for a day': (simulation, user) => {
    const address = addressOf(user)
    simulation.unreachable.add(address)
    simulation.later(dayMs, () => {
      simulation.unreachable.delete(address)
    })
  },
} as const satisfies Record<string, (simulation: Simulation, user: SimUser) => void | Promise<void>>

const addressOf = ({ tags }: SimUser): string =>
  (tags.owner ?? tags.Owner ?? 'nobody').toLowerCase()

export type Deed = keyof typeof deeds

const changeAccount = (
  { estate }: Simulation,
  { accountId }: SimUser,
  change: Partial<Pick<SimAccount, 'state' | 'isListed' | 'isReaderDenied'>>,
): void => {
  Object.assign(estate.account(accountId), change)
}

/** An operator exempts the user's oldest key. */
export async function exempt(simulation: Simulation, user: SimUser, days: number): Promise<void> {
  const [key] = user.keys
  if (key === undefined) return
  await operate(simulation, key.id, (now) => ({
    kind: 'exempted',
    until: plusMs(now, days * dayMs),
    approver: 'olga',
    why: 'an audit',
  }))
}

/** A program uses the key, if it works. */
export function use(simulation: Simulation, key: SimKey | undefined): void {
  if (key !== undefined) simulation.estate.use(key, simulation.now)
}

/** An operator ends a hold. */
export const release = ({ functions }: Simulation, accessKeyId: AccessKeyId): Promise<void> =>
  functions.release(accessKeyId)

/** Deploys other settings. */
export function configure(simulation: Simulation, organization: Organization): void {
  simulation.organization = organization
}

export function setMode(simulation: Simulation, mode: Policy['mode']): void {
  const { organization } = simulation
  const policies = organization.policies.map((policy) => ({ ...policy, mode }))
  simulation.organization = { ...organization, policies }
}

/** Every policy gets the mode that it had before; a policy that is new keeps its own. */
function restoreModes(simulation: Simulation, before: Policies): void {
  const { organization } = simulation
  const policies = organization.policies.map((policy) => ({
    ...policy,
    mode: policyNamed(before, policy.name)?.mode ?? policy.mode,
  }))
  simulation.organization = { ...organization, policies }
}
