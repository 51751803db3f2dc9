import {
  handoverName,
  KeynagError,
  permanent,
  Secret,
  versionIdOf,
  type CreatedKey,
  type Handovers,
  type IamReader,
  type KeyMutations,
  type Ledger,
  type Route,
  type Sent,
} from '@keynag/core'
import type { Ports } from '@keynag/engine'
import { arnOf, keysHeld, lags, works, type SimKey, type SimUser } from './estate.ts'
import type { Invocation } from './invocation.ts'
import type { Simulation } from './simulation.ts'

/** IAM's limit (IAM User Guide, IAM quotas). */
const keysPerUser = 2

/** The ports of one invocation: every call goes through it, so that it can go wrong. */
export const portsOf = (simulation: Simulation, invocation: Invocation): Ports => ({
  clock: {
    now: () => simulation.time,
    sleep: (ms) => invocation.call({ name: 'clock.sleep', kind: 'wait' }, () => undefined, ms),
  },
  ids: { uuid: () => simulation.uuid() },
  ledger: ledgerOf(simulation, invocation),
  accounts: {
    accounts: () =>
      invocation.call({ name: 'accounts.accounts', kind: 'read' }, () =>
        simulation.reads.accounts(),
      ),
  },
  iam: readerOf(simulation, invocation),
  mutations: mutationsOf(simulation, invocation),
  handovers: handoversOf(simulation, invocation),
  publisher: {
    publish: (events) =>
      invocation.call({ name: 'publisher.publish', kind: 'write' }, () => {
        for (const event of events) simulation.queues.send(event)
      }),
  },
  deadLetters: {
    park: (message) =>
      invocation.call({ name: 'deadLetters.park', kind: 'write' }, () => {
        simulation.queues.park(message)
      }),
  },
  messenger: {
    send: (message, routes) =>
      invocation.call({ name: 'messenger.send', kind: 'write' }, () =>
        deliver(simulation, invocation, message, routes),
      ),
  },
  organization: invocation.organization,
  telemetry: simulation.telemetryOf(invocation),
  source: 'keynag/simulation',
})

/** Ledger reads of one document are strongly consistent; queries may be late, and so they are. */
function ledgerOf(simulation: Simulation, invocation: Invocation): Ledger {
  const { ledger, watch } = simulation
  const read = <T>(name: string, effect: () => Promise<T>): Promise<T> =>
    invocation.call({ name: `ledger.${name}`, kind: 'read' }, effect)
  return {
    commit: (writes) =>
      invocation.call({ name: 'ledger.commit', kind: 'write' }, async () => {
        const committed = await ledger.commit(writes)
        if (committed.kind === 'committed') watch.committed(invocation, writes)
        return committed
      }),
    entry: (id) =>
      read('entry', () => {
        invocation.lastEntryAt = simulation.now
        return ledger.entry(id)
      }),
    entries: (ids) => read('entries', () => ledger.entries(ids)),
    replay: (id) => read('replay', () => ledger.replay(id)),
    sentMail: (id) => read('sentMail', () => ledger.sentMail(id)),
    capUsed: (of) => read('capUsed', () => ledger.capUsed(of)),
    entriesOfOwner: (owner, cursor) =>
      read('entriesOfOwner', () => ledger.entriesOfOwner(owner, cursor)),
    entriesInState: (state, cursor) =>
      read('entriesInState', () => ledger.entriesInState(state, cursor)),
    timeline: (id) => read('timeline', () => ledger.timeline(id)),
    rotation: (accountId, userId) => read('rotation', () => ledger.rotation(accountId, userId)),
    notice: (id) => read('notice', () => ledger.notice(id)),
    scanDay: (date) => read('scanDay', () => ledger.scanDay(date)),
    accountScan: (date, id) => read('accountScan', () => ledger.accountScan(date, id)),
    accountScans: (date) => read('accountScans', () => ledger.accountScans(date)),
    entriesOfAccount: (id, cursor) =>
      invocation.call({ name: 'ledger.entriesOfAccount', kind: 'read' }, ({ stale }) =>
        stale ? simulation.books.pageBefore(id) : ledger.entriesOfAccount(id, cursor),
      ),
    entriesOfAudience: (audience, cursor) =>
      read('entriesOfAudience', () => ledger.entriesOfAudience(audience, cursor)),
    allEntries: (cursor) => read('allEntries', () => ledger.allEntries(cursor)),
    due: (shard, now, cursor) => read('due', () => ledger.due(shard, now, cursor)),
    freeze: () => read('freeze', () => ledger.freeze()),
    setFreeze: (freeze) => ledger.setFreeze(freeze),
  }
}

function readerOf(simulation: Simulation, invocation: Invocation): IamReader {
  const { reads } = simulation
  const call: Invocation['call'] = (operation, effect) => invocation.call(operation, effect)
  return {
    credentialReport: (accountId) =>
      call({ name: 'iam.credentialReport', kind: 'read' }, () =>
        reads.report(accountId, simulation.now),
      ),
    async *users(accountId) {
      yield* await call({ name: 'iam.users', kind: 'read' }, ({ stale }) =>
        reads.users(accountId, stale),
      )
    },
    accessKeys: (accountId, userName) =>
      call({ name: 'iam.accessKeys', kind: 'read' }, ({ stale }) => {
        const lateMs = stale ? simulation.staleListMs : lags.list
        invocation.lastListAt = simulation.now
        return reads.accessKeys(accountId, userName, simulation.now, lateMs)
      }),
    async lastUsed(accountId, accessKeyId) {
      try {
        return await call({ name: 'iam.lastUsed', kind: 'read' }, () =>
          reads.lastUsed(accountId, accessKeyId, simulation.now),
        )
      } catch (error) {
        if (!(error instanceof KeynagError)) throw error
        return { kind: 'unknown', why: error.message }
      }
    },
    hasKey: (accountId, accessKeyId) =>
      call({ name: 'iam.hasKey', kind: 'read' }, () =>
        reads.hasKey(accountId, accessKeyId, simulation.now),
      ),
    user: (accountId, userName) =>
      call({ name: 'iam.user', kind: 'read' }, () => reads.user(accountId, userName)),
    deactivatedBy: (accountId, accessKeyId, session, since) =>
      call({ name: 'iam.deactivatedBy', kind: 'read' }, ({ stale }) => {
        if (stale) invocation.isTrailLate = true
        return reads.deactivatedBy(accountId, accessKeyId, session, since, simulation.now, stale)
      }),
    makerOf: (accountId, accessKeyId) =>
      call({ name: 'iam.makerOf', kind: 'read' }, ({ stale }) =>
        reads.makerOf(accountId, accessKeyId, simulation.now, stale),
      ),
  }
}

/** `Expired` can be seen but not set (IAM API Reference, UpdateAccessKey, InvalidInput). */
const expired = ({ id }: SimKey): KeynagError =>
  permanent('KEYNAG_REQUEST_REJECTED', `the access key ${id} has expired`)

function mutationsOf(simulation: Simulation, invocation: Invocation): KeyMutations {
  const { estate, watch } = simulation
  /** IAM goes by the name: whoever has it now. */
  const userNamed = (user: { accountId: string; userName: string }): SimUser | undefined =>
    estate.account(user.accountId).users.get(user.userName)
  return {
    create: async (user, sessionName) => {
      const made = await invocation.call({ name: 'mutations.create', kind: 'write' }, () => {
        const target = userNamed(user)
        if (target === undefined) return 'no-user'
        watch.creates(invocation, target, sessionName)
        if (keysHeld(target).length >= keysPerUser) return 'limit-exceeded'
        const key = estate.addKey(target, simulation.now, 'keynag', sessionName)
        return { accessKeyId: key.id, secretAccessKey: new Secret(key.secret) }
      })
      if (typeof made !== 'string') invocation.createdKeys.add(made.accessKeyId)
      return made
    },
    deactivate: (user, accessKeyId, sessionName) =>
      invocation.call({ name: 'mutations.deactivate', kind: 'write' }, () => {
        const key = estate.key(accessKeyId)
        if (userNamed(user) !== key.user || key.deletedAt !== undefined) return 'gone'
        if (key.status === 'Expired') throw expired(key)
        watch.deactivates(invocation, key)
        key.switchedOff.push({ at: simulation.now, session: sessionName })
        estate.setStatus(key, 'Inactive', 'keynag', simulation.now)
        return 'done'
      }),
    reactivate: (user, accessKeyId) =>
      invocation.call({ name: 'mutations.reactivate', kind: 'write' }, () => {
        const key = estate.key(accessKeyId)
        if (userNamed(user) !== key.user || key.deletedAt !== undefined) return 'gone'
        if (key.status === 'Expired') throw expired(key)
        estate.setStatus(key, 'Active', 'keynag', simulation.now)
        return 'done'
      }),
    delete: (user, accessKeyId) =>
      invocation.call({ name: 'mutations.delete', kind: 'write' }, () => {
        const key = estate.key(accessKeyId)
        if (userNamed(user) !== key.user || key.deletedAt !== undefined) return 'gone'
        watch.deletes(invocation, key)
        estate.deleteKey(key, 'keynag', simulation.now)
        return 'done'
      }),
  }
}

function handoversOf(simulation: Simulation, invocation: Invocation): Handovers {
  const { vault, estate, watch } = simulation
  const call = <T>(name: string, kind: 'read' | 'write', effect: () => T): Promise<T> =>
    invocation.call({ name: `handovers.${name}`, kind }, effect)
  return {
    prepare: (user, rotationId) =>
      call('prepare', 'write', () => {
        watch.begins(invocation)
        const secret = vault.prepare(
          user.userId,
          user.accountId,
          handoverName(rotationId),
          simulation.now,
        )
        // Made, and without a reader: a policy takes no principal that is not there (Secrets Manager
        // API Reference, PutResourcePolicy, MalformedPolicyDocumentException).
        if (!estate.account(user.accountId).users.has(user.userName)) {
          throw permanent('KEYNAG_REQUEST_REJECTED', `there is no user ${user.userName}`)
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
        const newKeyId = vault.read(secretArn, versionIdOf(attempt), simulation.now)
        return newKeyId === undefined ? { kind: 'absent' } : { kind: 'key', newKeyId }
      }),
    test: (_accountId, secretArn, attempt) =>
      call('test', 'read', () => {
        const newKeyId = vault.read(secretArn, versionIdOf(attempt), simulation.now)
        const key = newKeyId === undefined ? undefined : estate.key(newKeyId)
        if (key === undefined || !works(key, simulation.now)) return { kind: 'refused' }
        key.testedAt ??= simulation.now
        key.tests.push(simulation.now)
        return { kind: 'works', userArn: arnOf(key.user) }
      }),
    promote: (_accountId, secretArn, attempt) =>
      call('promote', 'write', () => {
        vault.promote(secretArn, versionIdOf(attempt), simulation.now)
      }),
    retire: (accountId, secretId) =>
      call('retire', 'write', () => {
        const secretArn = vault.arnOf(accountId, secretId)
        watch.begins(invocation)
        watch.retires(secretArn)
        vault.retire(secretArn, simulation.now)
      }),
  }
}

function deliver(
  simulation: Simulation,
  invocation: Invocation,
  message: Parameters<Ports['messenger']['send']>[0],
  routes: readonly Route[],
): Sent {
  if (
    message.kind === 'nag' &&
    invocation.organization.policies.every(({ mode }) => mode === 'dry-run')
  ) {
    simulation.watch.violated('I12', 'somebody was nagged under a dry run')
  }
  if (simulation.letters.has(message.noticeId)) {
    simulation.recovered('notice-again')
    // Only what nobody answered for may be sent again.
    const isUnanswered = simulation.befallen.some(
      ({ where, what }) => where.startsWith('notify') && !what.startsWith('delay'),
    )
    if (!isUnanswered && !simulation.died.has('notify')) {
      simulation.watch.violated('I9', `${message.noticeId} was sent twice`)
    }
  }
  for (const route of routes) {
    const to = route.via === 'slack-channel' ? route.channel : route.email
    if (simulation.unreachable.has(to)) continue
    const bouncesAfterMs = route.via === 'email' ? simulation.bouncing.get(to) : undefined
    const cameBack = bouncesAfterMs !== undefined
    const messageId = simulation.letters.take(message, to, simulation.now, cameBack)
    if (cameBack) simulation.later(bouncesAfterMs, () => simulation.bounce(messageId))
    return { kind: 'delivered', delivery: { channel: route.via, to, messageId } }
  }
  return { kind: 'undeliverable', why: 'no way reaches anybody' }
}
