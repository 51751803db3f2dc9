import {
  capReached,
  counting,
  isOpen,
  isUndone,
  usesOf,
  type Fact,
  type Rotation,
} from '@keynag/core'
import { HeldRotation, isHeld, newRotation } from '../held-rotation.ts'
import { entryWrite } from '../record-fact.ts'
import { capsFor } from './obstacle.ts'
import { RotationRun, type Decided, type RotatorPorts } from './rotation-run.ts'

export type Claim =
  | { readonly kind: 'claimed'; readonly run: RotationRun }
  | { readonly kind: 'not-now'; readonly why: string }
  | { readonly kind: 'postpone'; readonly why: string }

/** Takes the lease on a user's keys, and opens a rotation where none is open. */
export async function claim(
  ports: RotatorPorts,
  decided: Decided,
  wanted: 'rotate' | 'deactivate' | 'delete',
): Promise<Claim> {
  const { entry } = decided
  const current = await ports.ledger.rotation(entry.accountId, entry.userId)
  if (current === undefined || !isOpen(current)) return open(ports, decided, current, wanted)
  const isOfThisKey = current.accessKeyId === entry.accessKeyId
  const isFree = !isHeld(current, ports)
  if (isOfThisKey && isFree && isUndone(current, entry)) {
    return open(ports, decided, current, wanted)
  }
  if (!isOfThisKey && isFree && (await isStandingBack(ports, current))) {
    return open(ports, decided, current, wanted)
  }
  if (!isOfThisKey) {
    return {
      kind: 'postpone',
      why: `another key of this user is being dealt with (${current.accessKeyId})`,
    }
  }
  // Opened for another enforcement, before the policy changed: begin anew.
  const isAnother = wanted === 'rotate' && entry.state !== 'issuing'
  return isAnother && isFree
    ? open(ports, decided, current, wanted)
    : takeLease(ports, decided, current)
}

/**
 * Whether a rotation has begun nothing, or only waits for an operator. Another key of the user need not
 * wait as well: when the first key is due again, keynag opens a rotation again, and goes on from what the
 * entry says. It may never be due again, because its policy or its status has changed.
 */
async function isStandingBack(
  { ledger }: RotatorPorts,
  { accessKeyId, phase }: Rotation,
): Promise<boolean> {
  const entry = await ledger.entry(accessKeyId)
  if (entry === undefined) return false
  switch (entry.state) {
    case 'nagging':
    case 'escalated':
      return phase.kind === 'opened'
    case 'deactivated':
      return phase.kind === 'opened' || (phase.kind === 'deactivated' && entry.hold !== undefined)
    default:
      return false
  }
}

/** Takes the lease on this key's open rotation, if there is one. */
export async function claimOpen(
  ports: RotatorPorts,
  decided: Decided,
): Promise<Exclude<Claim, { kind: 'postpone' }> | { readonly kind: 'none' }> {
  const { accountId, userId, accessKeyId } = decided.entry
  const current = await ports.ledger.rotation(accountId, userId)
  return current?.accessKeyId === accessKeyId && isOpen(current)
    ? takeLease(ports, decided, current)
    : { kind: 'none' }
}

async function takeLease(
  ports: RotatorPorts,
  decided: Decided,
  current: Rotation,
): Promise<Exclude<Claim, { kind: 'postpone' }>> {
  if (isHeld(current, ports)) return { kind: 'not-now', why: 'another delivery holds this key' }
  const taken = await HeldRotation.take(ports, current, current)
  if (taken.kind !== 'taken') return { kind: 'not-now', why: 'another delivery was first' }
  // The earlier holder of the lease may have gone on since the entry was read.
  const { accessKeyId, version } = decided.entry
  let isUnchanged = false
  try {
    isUnchanged = (await ports.ledger.entry(accessKeyId))?.version === version
  } finally {
    if (!isUnchanged) await taken.held.giveBack()
  }
  if (isUnchanged) return claimed(ports, taken.held, decided)
  return { kind: 'not-now', why: 'another delivery has gone on with this key' }
}

async function open(
  ports: RotatorPorts,
  decided: Decided,
  before: Rotation | undefined,
  wanted: 'rotate' | 'deactivate' | 'delete',
): Promise<Claim> {
  const { entry, actor, rule } = decided
  const now = ports.clock.now()
  const opened = newRotation(ports, entry, before, { kind: 'opened' })
  // The fact also makes the opening fail where the entry has changed since it was decided on.
  const fact: Fact =
    wanted === 'rotate' && entry.state !== 'issuing'
      ? { kind: 'rotation-opened', rotationId: opened.rotationId, rule }
      : { kind: 'rescheduled', why: `to be done now: ${rule}` }
  const write = entryWrite(ports.organization, entry, fact, actor, now)
  const wantedCaps = await capsFor(ports, entry, 'begin')
  const rotation = { ...opened, counted: usesOf(wantedCaps) }
  const caps = counting(before?.counted, wantedCaps, now)
  const taken = await HeldRotation.take(ports, before, rotation, ...caps, write)
  switch (taken.kind) {
    case 'taken':
      ports.telemetry.count('CapTaken', 1)
      return claimed(ports, taken.held, { ...decided, entry: write.after })
    case 'lost':
      return { kind: 'not-now', why: 'another delivery was first' }
    case 'cap-reached':
      ports.telemetry.count('CapReached', 1)
      return { kind: 'postpone', why: capReached(taken.cap) }
    default:
      return taken satisfies never
  }
}

const claimed = (ports: RotatorPorts, held: HeldRotation, decided: Decided) => ({
  kind: 'claimed' as const,
  run: new RotationRun(ports, held, decided),
})
