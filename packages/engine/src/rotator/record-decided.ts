import { done, next, type Fact, type NoticeKind, type Outcome } from '@keynag/core'
import { noticeDue, noticeOfNext, noticesToFormer } from '../outbox.ts'
import { originOf } from '../ports.ts'
import { entryWrite } from '../record-fact.ts'
import type { Decided, RotatorPorts } from './rotation-run.ts'

/**
 * Records a fact on the entry that was decided on, and the message about it. It takes no lease:
 * nothing was changed in IAM.
 * Where another writer was first, the sweeper comes again.
 */
export async function recordDecided(
  ports: RotatorPorts,
  { entry, actor }: Decided,
  { fact, notice: message }: { readonly fact: Fact; readonly notice?: NoticeKind },
): Promise<Outcome> {
  const now = ports.clock.now()
  const notice = message && noticeOfNext(message, entry, now)
  const change = entryWrite(ports.organization, entry, fact, actor, now)
  const committed = await ports.ledger.commit([
    change,
    ...(notice === undefined ? [] : [notice]),
    ...noticesToFormer(entry, change.after, now),
  ])
  if (committed.kind !== 'committed') return done('another delivery was first')
  const reason = 'why' in fact ? `${fact.kind}: ${fact.why}` : fact.kind
  return notice === undefined
    ? done(reason)
    : next(reason, [noticeDue(notice.after.noticeId, originOf(ports, now))])
}
