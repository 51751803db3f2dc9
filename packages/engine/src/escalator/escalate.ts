import {
  decide,
  done,
  isoDay,
  next,
  NoticeId,
  park,
  type Decision,
  type Entry,
  type EventOf,
  type Fact,
  type NoticeKind,
  type Outcome,
} from '@keynag/core'
import { actorOf } from '../actor-of.ts'
import { entryWrite } from '../record-fact.ts'
import { newNotice, noticeDue } from '../outbox.ts'
import { originOf, type Ports } from '../ports.ts'

type EscalatorPorts = Pick<Ports, 'clock' | 'ids' | 'ledger' | 'organization' | 'source'>

/**
 * Escalates a key by one rung, or holds it, as the ledger's decision says. One transaction records
 * the fact and the notice to the manager or to security, so neither exists without the other.
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
    const change = changeFor(entry, decision, isoDay(now))
    if (change === undefined) return done(`no escalation is due; the decision is ${decision.kind}`)
    const { fact, kind, noticeId } = change
    const notice = newNotice(noticeId, kind, entry.accessKeyId, now)
    const committed = await ports.ledger.commit([
      entryWrite(ports.organization, entry, fact, actorOf(event), now),
      { kind: 'notice', before: undefined, after: notice },
    ])
    if (committed.kind !== 'committed') return done('another delivery was first')
    return next(`${fact.kind}: ${entry.accessKeyId}`, [noticeDue(noticeId, originOf(ports, now))])
  }

function changeFor(
  entry: Entry,
  decision: Decision,
  day: string,
): { fact: Fact; kind: NoticeKind; noticeId: NoticeId } | undefined {
  if (decision.kind === 'hold') {
    const noticeId = NoticeId.parse(`held/${entry.accessKeyId}/${decision.code}/${day}`)
    return {
      fact: { kind: 'held', code: decision.code, why: decision.why },
      kind: 'held',
      noticeId,
    }
  }
  if (decision.kind !== 'escalate') return undefined
  const { level, rung, rule } = decision
  const noticeId = NoticeId.parse(`escalation/${entry.accessKeyId}/${level}/${day}`)
  return {
    fact: { kind: 'escalated', noticeId, level, to: rung.to, rule },
    kind: 'escalation',
    noticeId,
  }
}
