import type { Ledger } from '@keynag/core'
import type { Invocation } from '../invocation.ts'
import type { PortsRun } from './ports-run.ts'

/** DynamoDB: reads of one item are strongly consistent; queries may be late, and so they are. */
export function ledgerOf(simulation: PortsRun, invocation: Invocation): Ledger {
  const { ledger, checks } = simulation
  const read = <T>(name: string, effect: () => Promise<T>): Promise<T> =>
    invocation.call({ name: `ledger.${name}`, kind: 'read' }, effect)
  return {
    commit: (writes) =>
      invocation.call({ name: 'ledger.commit', kind: 'write' }, async () => {
        const committed = await ledger.commit(writes)
        if (committed.kind === 'committed') checks.committed(invocation, writes)
        if (committed.kind === 'cap-reached') checks.refusesByCap(committed.cap)
        return committed
      }),
    entry: (id) =>
      read('entry', async () => {
        invocation.lastEntryAt = simulation.now
        invocation.lastEntry = await ledger.entry(id)
        return invocation.lastEntry
      }),
    entries: (ids) => read('entries', () => ledger.entries(ids)),
    outage: (subject) => read('outage', () => ledger.outage(subject)),
    outages: () => read('outages', () => ledger.outages()),
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
    account: (id) => read('account', () => ledger.account(id)),
    accounts: () => read('accounts', () => ledger.accounts()),
    entriesOfAccount: (id, cursor) =>
      invocation.call({ name: 'ledger.entriesOfAccount', kind: 'read' }, ({ stale }) =>
        stale ? simulation.books.pageBefore(id) : ledger.entriesOfAccount(id, cursor),
      ),
    entriesOfAudience: (audience, cursor) =>
      read('entriesOfAudience', () => ledger.entriesOfAudience(audience, cursor)),
    allEntries: (cursor) => read('allEntries', () => ledger.allEntries(cursor)),
    due: (shard, now, cursor) => read('due', () => ledger.due(shard, now, cursor)),
    configuration: () => read('configuration', () => ledger.configuration()),
    freezeOver: (key) => read('freezeOver', () => ledger.freezeOver(key)),
    freezes: () => read('freezes', () => ledger.freezes()),
    endedFreezes: () => read('endedFreezes', () => ledger.endedFreezes()),
  }
}
