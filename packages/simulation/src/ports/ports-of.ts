import { providerOf, KeynagError } from '@keynag/core'
import type { Ports } from '@keynag/engine'
import type { Invocation } from '../invocation.ts'
import type { PortsRun } from './ports-run.ts'
import { handoversOf } from './handovers.ts'
import { readerOf } from './iam-reader.ts'
import { mutationsOf } from './key-mutations.ts'
import { ledgerOf } from './ledger.ts'
import { deliver } from './messenger.ts'
import { telemetryOf } from './telemetry.ts'

/** The ports of one invocation: every call goes through it, so that it can go wrong. */
export const portsOf = (simulation: PortsRun, invocation: Invocation): Ports => ({
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
    send: async (message, routes) => {
      const nth = invocation.calls
      try {
        return await invocation.call({ name: 'messenger.send', kind: 'write' }, () =>
          deliver(simulation, invocation, message, routes, nth),
        )
      } catch (error) {
        const [first] = routes
        if (first === undefined || !(error instanceof KeynagError)) throw error
        return { kind: 'failed', provider: providerOf(first), error }
      }
    },
  },
  organization: invocation.organization,
  telemetry: telemetryOf(simulation, invocation),
  source: 'keynag/simulation',
})
