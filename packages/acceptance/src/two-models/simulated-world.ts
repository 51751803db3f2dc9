import {
  dayMs,
  epochMs,
  hourMs,
  maxKeysPerUser,
  minuteMs,
  type Handovers,
  type IamReader,
  type KeyMutations,
} from '@keynag/core'
import { anOrganization } from '@keynag/core/testing'
import type { Ports } from '@keynag/engine'
import { keysHeld, lags, type SimUser } from '@keynag/simulation/estate'
import type { CallFault, FaultPlan } from '@keynag/simulation/faults'
import { Invocation } from '@keynag/simulation/invocation'
import { portsOf } from '@keynag/simulation/ports'
import { Simulation } from '@keynag/simulation/simulation'
import { allOf } from './given.ts'
import type { StartWorld, Trouble, WorldOptions } from './world-under-test.ts'

const accountId = '111111111111'
const otherAccountId = '222222222222'

const troubles: Readonly<Record<Trouble, { operation: string; fault: CallFault }>> = {
  'lost-create': { operation: 'mutations.create', fault: { kind: 'lost' } },
  'throttled-create': { operation: 'mutations.create', fault: { kind: 'throttle' } },
  'denied-last-use': { operation: 'iam.lastUsed', fault: { kind: 'denied' } },
  'denied-key-lookup': { operation: 'iam.hasKey', fault: { kind: 'denied' } },
  'throttled-last-use': { operation: 'iam.lastUsed', fault: { kind: 'throttle' } },
}

/** The simulation's models, each call of a port in an invocation of its own. */
export const startSimulatedWorld: StartWorld = async ({ lists }) => {
  const ahead: Trouble[] = []
  const simulation = simulationWith(faultPlan(ahead, lists))
  const { estate, vault } = simulation
  const account = estate.addAccount(accountId)
  const other = estate.addAccount(otherAccountId)
  const named = (userName: string): SimUser => {
    const user = account.users.get(userName)
    if (user === undefined) throw new Error(`there is no user ${userName}`)
    return user
  }
  return {
    ...callingPorts(simulation),
    account: account.accountId,
    otherAccount: other.accountId,
    lags: {
      list: lists === 'late' ? simulation.staleListMs : lags.list,
      activation: lags.activation,
      lastUse: lags.lastUsed,
      trail: lags.trail,
    },
    now: () => epochMs(simulation.now),
    advance: (ms) => {
      simulation.now += ms
    },
    addUser: (userName) => {
      if (account.users.has(userName)) throw new Error(`there is a user ${userName}`)
      estate.addUser(accountId, userName, simulation.now)
    },
    deleteUser: (userName) => estate.deleteUser(named(userName), simulation.now),
    renameUser: (userName, newName) => estate.rename(named(userName), newName),
    tagUser: (userName, tags) => estate.tag(named(userName), tags),
    addOldKey: (userName) =>
      estate.addKey(named(userName), simulation.now - 100 * dayMs, 'person').id,
    makeKey: (userName) => {
      const user = named(userName)
      if (keysHeld(user).length === maxKeysPerUser) throw new Error(`${userName} has two keys`)
      return estate.addKey(user, simulation.now, 'person').id
    },
    setStatus: (id, status) => estate.setStatus(estate.key(id), status, 'person', simulation.now),
    deleteKey: (id) => estate.deleteKey(estate.key(id), 'person', simulation.now),
    useKey: (id) => estate.use(estate.key(id), simulation.now),
    fetchSecret: async (id, secretArn) => {
      const { current, userId, versions } = vault.secrets.get(secretArn) ?? {}
      const key = current === undefined ? undefined : versions?.get(current)?.id
      const isTheirs = estate.key(id).user.userId === userId
      return isTheirs && key !== undefined && vault.fetch(key, simulation.now)
    },
    deleteSecretAtOnce: (secretArn) => {
      vault.secrets.delete(secretArn)
    },
    currentKeyIn: (secretArn) => {
      const secret = vault.secrets.get(secretArn)
      if (secret?.current === undefined || secret.retiredAt !== undefined) return undefined
      return secret.versions.get(secret.current)?.id
    },
    befall: (trouble) => {
      ahead.push(trouble)
    },
  }
}

const simulationWith = (plan: FaultPlan): Simulation => {
  const story = { name: 'two models', organization: anOrganization(), days: 1 }
  return new Simulation({ ...story, staleListMs: minuteMs, begin: () => undefined }, 1, plan)
}

const faultPlan = (ahead: Trouble[], lists: WorldOptions['lists']): FaultPlan => ({
  onCall: (_index, { name }) => {
    const at = ahead.findIndex((trouble) => troubles[trouble].operation === name)
    const [befalls] = at === -1 ? [] : ahead.splice(at, 1)
    if (befalls !== undefined) return troubles[befalls].fault
    return lists === 'late' && name === 'iam.accessKeys' ? { kind: 'stale' } : undefined
  },
  onMessage: () => undefined,
})

/** Plays one invocation up to the answer; its calls take the time that the simulation gives them. */
async function ask<T>(simulation: Simulation, question: (ports: Ports) => Promise<T>): Promise<T> {
  const invocation = new Invocation(simulation, 'contract', hourMs, () => undefined)
  const answers: (() => T)[] = []
  await invocation.start(async () => {
    try {
      const answer = await question(portsOf(simulation, invocation))
      answers.push(() => answer)
    } catch (error) {
      answers.push(() => {
        throw error
      })
    }
  })
  for (;;) {
    const [answer] = answers
    if (answer !== undefined) return answer()
    const item = simulation.agenda.take()
    if (item === undefined) throw new Error('the simulation has no answer')
    simulation.now = item.at
    await item.run()
  }
}

function callingPorts(simulation: Simulation): {
  iam: IamReader
  mutations: KeyMutations
  handovers: Handovers
} {
  const asked = <T>(question: (ports: Ports) => Promise<T>): Promise<T> => ask(simulation, question)
  return {
    iam: {
      credentialReport: (...of) => asked(({ iam }) => iam.credentialReport(...of)),
      async *users(of) {
        yield* await asked(({ iam }) => allOf(iam.users(of)))
      },
      accessKeys: (...of) => asked(({ iam }) => iam.accessKeys(...of)),
      lastUsed: (...of) => asked(({ iam }) => iam.lastUsed(...of)),
      hasKey: (...of) => asked(({ iam }) => iam.hasKey(...of)),
      user: (...of) => asked(({ iam }) => iam.user(...of)),
      userInFull: (...of) => asked(({ iam }) => iam.userInFull(...of)),
      makerOf: (...of) => asked(({ iam }) => iam.makerOf(...of)),
      hasFetched: (...of) => asked(({ iam }) => iam.hasFetched(...of)),
      lastCallOn: (...of) => asked(({ iam }) => iam.lastCallOn(...of)),
      deactivatedBy: (...of) => asked(({ iam }) => iam.deactivatedBy(...of)),
    },
    mutations: {
      create: (...of) => asked(({ mutations }) => mutations.create(...of)),
      deactivate: (...of) => asked(({ mutations }) => mutations.deactivate(...of)),
      reactivate: (...of) => asked(({ mutations }) => mutations.reactivate(...of)),
      delete: (...of) => asked(({ mutations }) => mutations.delete(...of)),
    },
    handovers: {
      prepare: (...of) => asked(({ handovers }) => handovers.prepare(...of)),
      store: (...of) => asked(({ handovers }) => handovers.store(...of)),
      stored: (...of) => asked(({ handovers }) => handovers.stored(...of)),
      offered: (...of) => asked(({ handovers }) => handovers.offered(...of)),
      test: (...of) => asked(({ handovers }) => handovers.test(...of)),
      promote: (...of) => asked(({ handovers }) => handovers.promote(...of)),
      retire: (...of) => asked(({ handovers }) => handovers.retire(...of)),
    },
  }
}
