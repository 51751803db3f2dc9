import {
  decide,
  makeEvent,
  type AccessKeyId,
  type Entry,
  type KeynagEvent,
  type Origin,
  type Policies,
} from '@keynag/core'

/** The message that hints at what is due for this entry now; `undefined` when nothing is. */
export function dueEvent(
  entry: Entry,
  policies: Policies,
  origin: Origin,
): KeynagEvent | undefined {
  const { accessKeyId, audience } = entry
  const decision = decide(entry, policies, origin.now)
  switch (decision.kind) {
    case 'wait':
      return undefined
    case 'nag':
      return makeEvent('key.stale', audience, { accessKeyId, audience }, origin)
    case 'escalate':
    case 'hold':
    case 'call-off':
      return makeEvent('nags.unanswered', accessKeyId, { accessKeyId }, origin)
    case 'enforce':
      return rotationDue(accessKeyId, origin)
    default:
      return decision satisfies never
  }
}

export const rotationDue = (accessKeyId: AccessKeyId, origin: Origin): KeynagEvent =>
  makeEvent('rotation.due', accessKeyId, { accessKeyId }, origin)

/** One message for each audience is enough: the notifier takes all their keys together. */
export function oneForEachAudience(events: readonly KeynagEvent[]): readonly KeynagEvent[] {
  const told = new Set<string>()
  return events.filter((event) => {
    if (event.type !== 'key.stale') return true
    if (told.has(event.data.audience)) return false
    told.add(event.data.audience)
    return true
  })
}
