import {
  isOpen,
  isUndone,
  leaseMs,
  plusDays,
  plusMs,
  RotationId,
  type Actor,
  type Committed,
  type Entry,
  type EpochMs,
  type Fact,
  type Rotation,
} from '@keynag/core'
import type { Ports } from '../ports.ts'
import { entryWrite } from '../entry-write.ts'
import { capReached, capsFor } from './caps.ts'

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
    return {
      kind: 'postpone',
      until: plusDays(now, 1),
      why: `another key of this user is being dealt with (${current.accessKeyId})`,
    }
  }
  // Opened for another enforcement, before the policy changed: begin anew.
  const isAnother = opening.step === 'rotate' && entry.state !== 'issuing'
  const isFree = current.lease === undefined || current.lease.until <= now
  return isAnother && isFree
    ? open(ports, entry, current, opening, actor, now)
    : takeLease(ports, entry, current, now)
}

/** Takes the lease on this key's open rotation, if there is one. */
export async function claimOpen(
  ports: ClaimPorts,
  entry: Entry,
  now: EpochMs,
): Promise<Exclude<Claim, { kind: 'postpone' }> | { readonly kind: 'none' }> {
  const current = await ports.ledger.rotation(entry.accountId, entry.userId)
  return current?.accessKeyId === entry.accessKeyId && isOpen(current)
    ? takeLease(ports, entry, current, now)
    : { kind: 'none' }
}

async function takeLease(
  ports: ClaimPorts,
  entry: Entry,
  current: Rotation,
  now: EpochMs,
): Promise<Exclude<Claim, { kind: 'postpone' }>> {
  if (current.lease !== undefined && current.lease.until > now) {
    return { kind: 'not-now', why: 'another delivery holds this key' }
  }
  const rotation = leased(ports, current, now)
  const committed = await ports.ledger.commit([
    { kind: 'rotation', before: current, after: rotation },
  ])
  if (committed.kind !== 'committed') return { kind: 'not-now', why: 'another delivery was first' }
  // Whoever held the lease before may have gone on since the entry was read.
  const fresh = await ports.ledger.entry(entry.accessKeyId)
  if (fresh?.version === entry.version) return { kind: 'claimed', entry, rotation }
  const { lease: _, ...free } = rotation
  const after = { ...free, version: rotation.version + 1 }
  await ports.ledger.commit([{ kind: 'rotation', before: rotation, after }])
  return { kind: 'not-now', why: 'another delivery has gone on with this key' }
}

const isFinished = (rotation: Rotation, entry: Entry, now: EpochMs): boolean =>
  rotation.accessKeyId === entry.accessKeyId &&
  isUndone(rotation, entry) &&
  (rotation.lease === undefined || rotation.lease.until <= now)

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
  // The fact also makes the opening fail where the entry has changed since it was decided on.
  const fact: Fact =
    step === 'rotate' && entry.state !== 'issuing'
      ? { kind: 'rotation-opened', rotationId, rule }
      : { kind: 'rescheduled', why: `to be done now: ${rule}` }
  const write = entryWrite(ports.organization, entry, fact, actor, now)
  const caps = await capsFor(ports, entry, 'begin', now)
  const committed: Committed = await ports.ledger.commit([
    { kind: 'rotation', before: closed, after: rotation },
    ...caps.map((cap) => ({ kind: 'cap', cap }) as const),
    write,
  ])
  switch (committed.kind) {
    case 'committed':
      ports.telemetry.count('CapTaken', 1)
      return { kind: 'claimed', entry: write.after, rotation }
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
