import {
  decide,
  done,
  next,
  park,
  unreadText,
  type Decision,
  type Entry,
  type EventOf,
  type EpochMs,
  type Fact,
  type Write,
  type Outcome,
} from '@keynag/core'
import { actorOf } from '../actor-of.ts'
import { entryWrite } from '../record-fact.ts'
import { noticeDue, noticeIdOfNext, noticeOfNext } from '../outbox.ts'
import { originOf, type Ports } from '../ports.ts'
import { unreadNow } from '../unread-now.ts'

type EscalatorPorts = Pick<Ports, 'clock' | 'ids' | 'ledger' | 'organization' | 'source'>

/**
 * Escalates a key by one rung, holds it, or takes a date back that its owner read, as the ledger's
 * decision says. One transaction records the fact and the notice about it, so neither exists without
 * the other.
 */
export const escalate =
  (ports: EscalatorPorts) =>
  async (event: EventOf<'nags.unanswered'>): Promise<Outcome> => {
    const now = ports.clock.now()
    const entry = await ports.ledger.entry(event.data.accessKeyId)
    if (entry === undefined) {
      return park('KEYNAG_KEY_UNKNOWN', `the ledger holds no key ${event.data.accessKeyId}`)
    }
    const decision = decide(entry, ports.organization.policies, now)
    const change = changeFor(entry, decision, now)
    if (change === undefined) return done(`no escalation is due; the decision is ${decision.kind}`)
    const unread = await unreadNow(ports, entry)
    if (unread !== undefined) return done(`the account is ${unreadText(unread)}`)
    const { fact, notice } = change
    const committed = await ports.ledger.commit([
      entryWrite(ports.organization, entry, fact, actorOf(event), now),
      notice,
    ])
    if (committed.kind !== 'committed') return done('another delivery was first')
    return next(`${fact.kind}: ${entry.accessKeyId}`, [
      noticeDue(notice.after.noticeId, originOf(ports, now)),
    ])
  }

function changeFor(
  entry: Entry,
  decision: Decision,
  now: EpochMs,
): { fact: Fact; notice: Extract<Write, { kind: 'notice' }> } | undefined {
  if (decision.kind === 'hold') {
    return {
      fact: { kind: 'held', code: decision.code, why: decision.why },
      notice: noticeOfNext('held', entry, now),
    }
  }
  if (decision.kind === 'call-off') {
    const { deed, date, movedTo, rule: why } = decision
    const noticeId = noticeIdOfNext('called-off', entry)
    const moved = movedTo === undefined ? {} : { movedTo }
    return {
      fact: { kind: 'called-off', noticeId, deed, date, ...moved, why },
      notice: noticeOfNext('called-off', entry, now),
    }
  }
  if (decision.kind !== 'escalate') return undefined
  const { level, rung, rule } = decision
  const noticeId = noticeIdOfNext('escalation', entry)
  const notice = noticeOfNext('escalation', entry, now)
  return {
    fact: { kind: 'escalated', noticeId, level, to: rung.to, rule },
    notice: { ...notice, after: { ...notice.after, level } },
  }
}
