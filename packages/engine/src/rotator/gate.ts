import {
  done,
  dayMs,
  epochMs,
  isoDay,
  nextOpening,
  type ArmedEnforcement,
  type CapCount,
  type Capped,
  type EpochMs,
  type Fact,
  type Outcome,
  type RotationPhase,
} from '@keynag/core'
import { capsFor } from './caps.ts'
import type { Work } from './work.ts'

/** The next UTC day: when the day's caps are counted anew. */
export const tomorrow = (now: EpochMs): EpochMs => epochMs((Math.floor(now / dayMs) + 1) * dayMs)

/**
 * The strong read right before each mutation. Under a freeze the lease goes back and the sweeper
 * comes again; `otherwise` is the phase to go back to.
 */
export async function unlessFrozen(
  work: Work,
  go: () => Promise<Outcome>,
  otherwise?: RotationPhase,
): Promise<Outcome> {
  const freeze = await work.ports.ledger.freeze()
  if (freeze === undefined) return go()
  await work.record(otherwise === undefined ? {} : { phase: otherwise })
  return done(`frozen by ${freeze.by}: ${freeze.why}`)
}

/** Why not now and when again, outside the policy's window. */
function closed({ window }: ArmedEnforcement, now: EpochMs): Fact | undefined {
  const opens = nextOpening(window, now)
  const why = 'the window of the policy is closed'
  return opens === now ? undefined : { kind: 'postponed', until: opens ?? tomorrow(now), why }
}

/** Before anything is counted: the sweeper comes again when the window opens. */
export async function ifOpen(
  work: Work,
  enforce: ArmedEnforcement,
  go: () => Promise<Outcome>,
): Promise<Outcome> {
  const fact = closed(enforce, work.now)
  if (fact === undefined) return go()
  await work.record({ fact })
  return done('the window is closed')
}

/**
 * As `unlessFrozen`, and only inside the policy's window, which a delivery may outlast, and only if
 * nothing was written about the key since it was decided on: somebody may have held it.
 */
export async function whileOpen(
  work: Work,
  enforce: ArmedEnforcement,
  go: () => Promise<Outcome>,
  otherwise?: RotationPhase,
): Promise<Outcome> {
  const phase = otherwise === undefined ? {} : { phase: otherwise }
  if (!(await work.isUnchanged())) {
    await work.record(phase)
    return done('the key has changed; the sweeper comes again')
  }
  const goIfOpen = async (): Promise<Outcome> => {
    const fact = closed(enforce, work.now)
    if (fact === undefined) return go()
    await work.record({ fact, ...phase })
    return done('the window has closed')
  }
  return unlessFrozen(work, goIfOpen, otherwise)
}

/**
 * What a mutation counts against. A rotation was counted when it was opened; what it does on another
 * day, and what it does besides, is counted when it is about to be done.
 */
export async function capsOn(
  { entry, now, ports }: Work,
  what: Capped,
  countedAt: EpochMs | undefined,
): Promise<readonly CapCount[]> {
  if (countedAt !== undefined && isoDay(countedAt) === isoDay(now)) return []
  return capsFor(ports, entry, what, now)
}
