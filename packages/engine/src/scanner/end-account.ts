import {
  done,
  everyItem,
  isOngoing,
  isOpen,
  isOver,
  makeEvent,
  maxWrites,
  next,
  openIntent,
  type AccessKeyId,
  type Actor,
  type Entry,
  type EventOf,
  type Fact,
  type KnownAccount,
  type Outcome,
  type Rotation,
  type Write,
} from '@keynag/core'
import { isHeld } from '../held-rotation.ts'
import { originOf, type Ports, type ReceivedMessage } from '../ports.ts'
import { entryWrite } from '../record-fact.ts'

type EndingPorts = Pick<Ports, 'clock' | 'ids' | 'ledger' | 'organization' | 'source'>

/** With less time than this left, a further message ends the rest of the keys. */
const reserveMs = 30_000

/**
 * Ends the story of every key of an account that is over. Nobody is told: no key of a closed account
 * works, nothing that was announced will be done, and the digest names the account.
 */
export async function endAccount(
  ports: EndingPorts,
  account: KnownAccount,
  event: EventOf<'scan.requested'>,
  { remainingMs }: Pick<ReceivedMessage, 'remainingMs'>,
): Promise<Outcome> {
  const { accountId } = account
  const actor: Actor = { kind: 'scan', date: event.data.date }
  const keys: AccessKeyId[] = []
  for await (const hint of everyItem((cursor) =>
    ports.ledger.entriesOfAccount(accountId, cursor),
  )) {
    if (isOngoing(hint)) keys.push(hint.accessKeyId)
  }
  let left = 0
  for (let start = 0; start < keys.length; start += maxWrites) {
    const entries = await ports.ledger.entries(keys.slice(start, start + maxWrites))
    for (const entry of entries.filter(isOngoing)) {
      if (remainingMs() < reserveMs) return goOn(ports, event)
      if (!(await endKey(ports, entry, actor))) left += 1
    }
  }
  if (left > 0)
    return done(`${left} keys of ${accountId} are being changed; the next scan ends them`)
  const now = ports.clock.now()
  const after = { ...account, endedAt: now, version: account.version + 1 }
  await ports.ledger.commit([{ kind: 'account', before: account, after }])
  return done(`ended ${keys.length} keys of ${accountId}, which is ${account.state}`)
}

const goOn = (ports: EndingPorts, { data, subject }: EventOf<'scan.requested'>): Outcome =>
  next(`more keys of ${data.accountId} are to be ended`, [
    makeEvent('scan.requested', subject, data, originOf(ports, ports.clock.now())),
  ])

/** Whether the key's story has ended. It has not where another delivery works on the key. */
async function endKey(ports: EndingPorts, entry: Entry, actor: Actor): Promise<boolean> {
  const now = ports.clock.now()
  const rotation = await ports.ledger.rotation(entry.accountId, entry.userId)
  const own = rotation?.accessKeyId === entry.accessKeyId && isOpen(rotation) ? rotation : undefined
  if (own !== undefined && isHeld(own, ports)) return false
  // Only IAM can tell what became of the intent: the key waits in silence for the account.
  if (openIntent(own, entry) !== undefined) return true
  const isLeft = own !== undefined && mayLeaveAKey(own)
  const fact: Fact = {
    kind: 'resolved',
    how: 'account-closed',
    ...(isLeft ? { open: own.rotationId } : {}),
  }
  const closes: readonly Write[] = own === undefined || isLeft ? [] : [closed(own)]
  const write = entryWrite(ports.organization, entry, fact, actor, now)
  return (await ports.ledger.commit([write, ...closes])).kind === 'committed'
}

/** A replacement that nobody has yet, or its container: keynag removes them should the account come back. */
const mayLeaveAKey = ({ phase: { kind } }: Rotation): boolean =>
  ['opened', 'prepared', 'creating', 'undoing', 'stored'].includes(kind)

const closed = (before: Rotation): Write => ({
  kind: 'rotation',
  before,
  after: {
    ...before,
    phase: { kind: 'closed', outcome: 'account-closed' },
    version: before.version + 1,
  },
})

/** The account, if the stories of its keys are to end. */
export async function accountToEnd(
  { clock, ledger }: EndingPorts,
  { data: { accountId } }: EventOf<'scan.requested'>,
): Promise<KnownAccount | undefined> {
  const account = await ledger.account(accountId)
  return account !== undefined && isOver(account, clock.now()) ? account : undefined
}
