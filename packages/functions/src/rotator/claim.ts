import {
  isOpen,
  isUndone,
  plusDays,
  plusMs,
  RotationId,
  type Actor,
  type Committed,
  type Entry,
  type EpochMs,
  type Rotation,
} from '@keynag/core'
import type { Ports } from '../ports.ts'
import { entryWrite } from '../entry-write.ts'
import { capReached, capsFor } from './caps.ts'

/** A lease outlives the function (five minutes), so that its holder is surely dead when it ends. */
const leaseMs = 6 * 60_000

export type Claim =
  | { readonly kind: 'claimed'; readonly entry: Entry; readonly rotation: Rotation }
  | { readonly kind: 'not-now'; readonly why: string }
  | { readonly kind: 'postpone'; readonly until: EpochMs; readonly why: string }

type ClaimPorts = Pick<Ports, 'ids' | 'ledger' | 'organization' | 'telemetry'>

/**
 * Takes the lease on a user's keys, opening a rotation where none is open. The version of the
 * rotation is the fence: whoever claims later makes every write of the earlier holder fail.
 */
export async function claim(
  ports: ClaimPorts,
  entry: Entry,
  opening: { readonly step: 'rotate' | 'deactivate'; readonly rule: string },
  actor: Actor,
  now: EpochMs,
): Promise<Claim> {
  const current = await ports.ledger.rotation(entry.accountId, entry.userId)
  if (current === undefined || !isOpen(current) || isFinished(current, entry, now)) {
    return open(ports, entry, current, opening, actor, now)
  }
  if (current.accessKeyId !== entry.accessKeyId) {
    if (await isLeftBehind(ports, current, now)) {
      return open(ports, entry, current, opening, actor, now)
    }
    return {
      kind: 'postpone',
      until: plusDays(now, 1),
      why: `another key of this user is being dealt with (${current.accessKeyId})`,
    }
  }
  if (current.lease !== undefined && current.lease.until > now) {
    return { kind: 'not-now', why: 'another delivery holds this key' }
  }
  const rotation = leased(ports, current, now)
  const committed = await ports.ledger.commit([
    { kind: 'rotation', before: current, after: rotation },
  ])
  return committed.kind === 'committed'
    ? { kind: 'claimed', entry, rotation }
    : { kind: 'not-now', why: 'another delivery was first' }
}

const isFinished = (rotation: Rotation, entry: Entry, now: EpochMs): boolean =>
  rotation.accessKeyId === entry.accessKeyId &&
  isUndone(rotation, entry) &&
  (rotation.lease === undefined || rotation.lease.until <= now)

/**
 * The other key's story has ended, so nobody will close its rotation. One that was creating a key
 * is never taken over: there may be a key whose secret is lost.
 */
async function isLeftBehind(
  { ledger }: ClaimPorts,
  rotation: Rotation,
  now: EpochMs,
): Promise<boolean> {
  const { kind } = rotation.phase
  if (kind === 'creating' || kind === 'undoing' || kind === 'stored') return false
  if (rotation.lease !== undefined && rotation.lease.until > now) return false
  const other = await ledger.entry(rotation.accessKeyId)
  return other === undefined || other.state === 'resolved' || other.state === 'deleted'
}

async function open(
  ports: ClaimPorts,
  entry: Entry,
  closed: Rotation | undefined,
  { step, rule }: { readonly step: 'rotate' | 'deactivate'; readonly rule: string },
  actor: Actor,
  now: EpochMs,
): Promise<Claim> {
  const rotationId = RotationId.parse(ports.ids.uuid())
  const draft: Rotation = {
    rotationId,
    accountId: entry.accountId,
    userId: entry.userId,
    accessKeyId: entry.accessKeyId,
    openedAt: now,
    phase: { kind: 'opened' },
    fence: closed?.fence ?? 0,
    version: closed?.version ?? 0,
  }
  const rotation = leased(ports, draft, now)
  const write =
    step === 'rotate' && entry.state !== 'issuing'
      ? entryWrite(
          ports.organization,
          entry,
          { kind: 'rotation-opened', rotationId, rule },
          actor,
          now,
        )
      : undefined
  const caps = await capsFor(ports, entry, 'begin', now)
  const committed: Committed = await ports.ledger.commit([
    { kind: 'rotation', before: closed, after: rotation },
    ...caps.map((cap) => ({ kind: 'cap', cap }) as const),
    ...(write === undefined ? [] : [write]),
  ])
  switch (committed.kind) {
    case 'committed':
      return { kind: 'claimed', entry: write?.after ?? entry, rotation }
    case 'lost':
      return { kind: 'not-now', why: 'another delivery was first' }
    case 'cap-reached': {
      ports.telemetry.count('CapReached', 1)
      return { kind: 'postpone', until: plusDays(now, 1), why: capReached(committed.cap) }
    }
    default:
      return committed satisfies never
  }
}

/** The rotation under a new lease: an earlier holder can write nothing more. */
export const leased = (ports: Pick<Ports, 'ids'>, rotation: Rotation, now: EpochMs): Rotation => ({
  ...rotation,
  fence: rotation.fence + 1,
  lease: { holder: ports.ids.uuid(), fence: rotation.fence + 1, until: plusMs(now, leaseMs) },
  version: rotation.version + 1,
})
