import type { AccessKeyId, Entry, FactRecord, Organization } from '@keynag/core'
import type { InvariantId } from '@keynag/core/invariants'
import type { HistoryEntry, World } from '@keynag/fake-aws/aws'
import type { ReadLetter } from '@keynag/oracle'

/** What the checks look at: the world's own record, and what people were really sent. */
export interface Evidence {
  readonly world: World
  readonly organization: Organization
  /** The messages that arrived, as their readers understood them, oldest first. */
  readonly letters: readonly ReadLetter[]
  readonly entries: readonly Entry[]
  readonly timelines: ReadonlyMap<AccessKeyId, readonly FactRecord[]>
  /** Everything keynag wrote or sent, to be searched for secrets. */
  readonly writings: readonly { readonly what: string; readonly text: string }[]
}

export interface Violation {
  readonly invariant: InvariantId
  readonly sentence: string
}

/** Finds what breaks one invariant: a sentence for each case. */
export type Check = (evidence: Evidence) => readonly string[]

export type KeyEvent = Extract<HistoryEntry, { accessKeyId: string; userName: string }>

/** Whether one of keynag's own sessions did it. */
export const byKeynag = ({ actor }: HistoryEntry): boolean =>
  actor.kind === 'role-session' && actor.sessionName?.startsWith('keynag') === true

/** All that happened to keys, by key, oldest first. */
export function keyHistories({ history }: World): ReadonlyMap<string, readonly KeyEvent[]> {
  const byKey = new Map<string, KeyEvent[]>()
  for (const event of history.entries) {
    if (!('accessKeyId' in event) || !('userName' in event)) continue
    const events = byKey.get(event.accessKeyId)
    if (events === undefined) byKey.set(event.accessKeyId, [event])
    else events.push(event)
  }
  return byKey
}

export const isDeactivation = (event: HistoryEntry): boolean =>
  event.kind === 'key-status-changed' && event.to === 'Inactive'

export const isReactivation = (event: HistoryEntry): boolean =>
  event.kind === 'key-status-changed' && event.to === 'Active'

export const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16)
