import {
  readerOf,
  type Actor,
  type Deed,
  type Entry,
  type EntryState,
  type EpochMs,
  type Fact,
  type Notice,
  type NoticeId,
  type SentMessage,
} from '@keynag/core'
import { noticeToReader } from '../outbox.ts'
import type { Ports } from '../ports.ts'
import { entryWrite } from '../record-fact.ts'
import { conflict, retryOnConflict } from '../retry-on-conflict.ts'

/** A date in a message that is out, and whose key has moved on since the message was composed. */
export interface DateRead {
  readonly noticeId: NoticeId
  readonly delivery: SentMessage
  readonly deed: Deed
  readonly date: EpochMs
}

/** In these states keynag has done the deed, and there is a message about that. */
const doneIn = {
  nagging: [],
  escalated: [],
  issuing: [],
  issued: ['rotate'],
  deactivated: ['rotate', 'deactivate'],
  deleted: ['rotate', 'deactivate', 'delete'],
  resolved: [],
} as const satisfies Readonly<Record<EntryState, readonly Deed[]>>

/** That the owner has read the date; `undefined` where it is recorded, or keynag has done the deed. */
function dateReadFact(read: DateRead, { state, shown }: Entry): Fact | undefined {
  const isDone = (doneIn[state] as readonly Deed[]).includes(read.deed)
  return isDone || shown?.noticeId === read.noticeId ? undefined : { kind: 'date-read', ...read }
}

/**
 * Records that a date was read, so that keynag takes it back if it does not stand. Where the key has
 * another owner by now, a message tells the reader at once that it does not.
 *
 * @param told the entry that the message was composed from
 * @throws KeynagError transient `KEYNAG_CONTENDED` when other writers were first again and again
 */
export const recordDateRead = (
  ports: Pick<Ports, 'clock' | 'ledger' | 'organization'>,
  read: DateRead,
  told: Entry,
  actor: Actor,
): Promise<void> =>
  retryOnConflict(told.accessKeyId, async () => {
    const now = ports.clock.now()
    const entry = await ports.ledger.entry(told.accessKeyId)
    if (entry === undefined) return undefined
    if (entry.owner.id !== told.owner.id) return tellReader(ports, read, told, now)
    const fact = dateReadFact(read, entry)
    if (fact === undefined) return undefined
    const write = entryWrite(ports.organization, entry, fact, actor, now)
    return (await ports.ledger.commit([write])).kind === 'committed' ? undefined : conflict
  })

/** Only the first of several deliveries writes the message: it bears the number of the one that was read. */
async function tellReader(
  { ledger }: Pick<Ports, 'ledger'>,
  read: DateRead,
  told: Entry,
  now: EpochMs,
): Promise<undefined> {
  const reader = readerOf(told, read)
  if (reader === undefined) return
  await ledger.commit([noticeToReader(read.noticeId, told.accessKeyId, reader, now)])
}

/** The owner has not heard that the date is off, and goes by it: what becomes of it is decided anew. */
export function dateNotTakenBack(notice: Notice, { shown }: Entry): Fact | undefined {
  if (shown?.calledOff?.noticeId !== notice.noticeId || notice.deliveredAt !== undefined) {
    return undefined
  }
  const { deed, date, noticeId } = shown
  return { kind: 'date-read', noticeId, deed, date }
}
