import {
  dayMs,
  hourMs,
  minuteMs,
  secondMs,
  type FactKind,
  type FreezeScope,
  type HoldCode,
  type Message,
} from '@keynag/core'
import { hintAll } from '../../hints.ts'
import { freeze, operate, unfreeze } from '../../operator.ts'
import type { SimUser } from '../../estate.ts'
import { deeds, type Deed } from '../../people.ts'
import type { Cue } from '../../scenario.ts'
import type { Simulation } from '../../simulation.ts'

type Act = (simulation: Simulation) => void | Promise<void>
type Beginning = (simulation: Simulation) => void

export const ann = ({ estate }: Simulation): SimUser => {
  const user = [...estate.keys.values()][0]?.user
  if (user === undefined) throw new Error('no user was added to the estate')
  return user
}

/** What people do. */

export const does =
  (deed: Deed): Act =>
  (simulation) =>
    deeds[deed](simulation, ann(simulation))

export const after =
  (days: number, hours: number, act: Act): Beginning =>
  (simulation) => {
    simulation.later(days * dayMs + hours * hourMs, () => act(simulation))
  }

export const aSecondLater =
  (deed: Deed): Beginning =>
  (simulation) =>
    simulation.later(secondMs, () => does(deed)(simulation))

export const all =
  (...beginnings: readonly Beginning[]): Beginning =>
  (simulation) => {
    for (const begin of beginnings) begin(simulation)
  }

export const freezeBetween =
  (fromDay: number, toDay: number, scope?: FreezeScope): Beginning =>
  (simulation) => {
    simulation.later(fromDay * dayMs, () => freeze(simulation, scope))
    simulation.later(toDay * dayMs, () => unfreeze(simulation, scope))
  }

/** Ann's user moves to a path that another policy may cover. */
export const movesToCi: Act = (simulation) => {
  const user = ann(simulation)
  user.path = '/ci/'
  user.movedAt = simulation.now
}

export async function holdAll(simulation: Simulation): Promise<void> {
  for (const { accessKeyId } of simulation.books.entries.values()) {
    await operate(simulation, accessKeyId, () => ({
      kind: 'held',
      code: 'operator',
      why: 'ask Ann',
    }))
  }
}

/** From now on, every channel refuses messages to Ann. */
export const cannotBeReached: Act = ({ unreachable }) => {
  unreachable.add('ann@example.com')
}

export const canBeReached: Act = ({ unreachable }) => {
  unreachable.delete('ann@example.com')
}

/** For two days, no channel reaches security; with mail that comes back, the mail is accepted. */
export const securityIsAway =
  (how: 'refused' | 'comes back'): Act =>
  (simulation) => {
    const { unreachable, bouncing } = simulation
    unreachable.add('#security')
    if (how === 'refused') unreachable.add('security@example.com')
    else bouncing.set('security@example.com', minuteMs)
    simulation.later(2 * dayMs, () => {
      unreachable.clear()
      bouncing.clear()
    })
  }

/** Until now, security has had this many messages about a hold, each about another one. */
export const securityHeardOf =
  (holds: number): Act =>
  ({ letters, checks }) => {
    const told = new Set(
      letters.all.flatMap((l) => (l.kind === 'held' && !l.cameBack ? [l.noticeId] : [])),
    )
    if (told.size !== holds) {
      checks.violated('I15', `security heard of ${told.size} holds, and there were ${holds}`)
    }
  }

/** Until now, keynag has not done this to any key: the owner has not read of it, or of a later date. */
export const hasNotYet =
  (kind: FactKind): Act =>
  ({ books, checks }) => {
    for (const { accessKeyId } of books.entries.values()) {
      if (books.factsOf(accessKeyId).some(({ fact }) => fact.kind === kind)) {
        checks.violated('I14', `${accessKeyId} is ${kind} earlier than its owner was told`)
      }
    }
  }

/** Until now, Ann has read that the date does not stand. */
export const heardThatTheDateIsOff: Act = ({ letters, checks }) => {
  const isHeard = letters.all.some(
    ({ kind, to, cameBack }) => kind === 'called-off' && to === 'ann@example.com' && !cameBack,
  )
  if (!isHeard) checks.violated('I14', 'Ann does not know that the date is off')
}

/** Until now, Ann has read once, and not again, that the date does not stand. */
export const heardOnceThatTheDateIsOff: Act = ({ letters, checks }) => {
  const heard = letters.all.filter(
    ({ kind, to }) => kind === 'called-off' && to === 'ann@example.com',
  )
  if (heard.length !== 1) {
    checks.violated('I14', `Ann heard ${heard.length} times that the date is off`)
  }
}

/** Until now, Ann has had one message about a hold of this code. */
export const ownerHeardOf =
  (code: HoldCode): Act =>
  ({ letters, checks }) => {
    const heard = letters.all.filter(
      ({ holdCode, kind, to }) =>
        kind === 'held-to-owner' && to === 'ann@example.com' && holdCode === code,
    )
    if (heard.length !== 1) {
      checks.violated('I15', `the owner heard ${heard.length} times that ${code} stopped keynag`)
    }
  }

/** Until now, Ann has had a message of this kind. */
export const annHeardOf =
  (wanted: Message['kind']): Act =>
  ({ letters, checks }) => {
    const isHeard = letters.all.some(({ kind, to }) => kind === wanted && to === 'ann@example.com')
    if (!isHeard) checks.violated('I14', `Ann has not heard yet that her key is ${wanted}`)
  }

/** For `hours`, SES accepts every mail to Ann, and the mail comes back `afterMs` later. */
export const mailComesBack =
  (afterMs: number, hours: number): Beginning =>
  (simulation) => {
    simulation.bouncing.set('ann@example.com', afterMs)
    simulation.later(hours * hourMs, () => simulation.bouncing.clear())
  }

/** When something happens. */

export const inPhase =
  (kind: string) =>
  ({ books }: Simulation): boolean =>
    [...books.rotations.values()].some(({ phase }) => phase.kind === kind)

export const isHeld = ({ books }: Simulation): boolean =>
  [...books.entries.values()].some(({ hold }) => hold !== undefined)

export const isResolved = ({ books }: Simulation): boolean =>
  [...books.entries.values()].some(({ state }) => state === 'resolved')

/** What happens at a call. */

export const crashAfter = (at: string, nth = 1): Cue<Simulation> => ({
  at,
  nth,
  fault: { kind: 'crash-after' },
})

export const answerLost = (at: string, nth = 1): Cue<Simulation> => ({
  at,
  nth,
  fault: { kind: 'lost' },
})

/** The call takes five seconds, and a second delivery for the same key arrives meanwhile. */
export const secondDeliveryDuring = (call: string): Cue<Simulation> => ({
  at: call,
  nth: 1,
  fault: { kind: 'delay', ms: 5 * secondMs },
  deed: (simulation) => {
    simulation.marks.add('second')
    hintAll(simulation)
  },
})

/** That second delivery takes a minute between its decision and its next step. */
export const secondDeliveryIsSlow: Cue<Simulation> = {
  at: 'rotate iam.userInFull',
  nth: 1,
  when: ({ marks }) => marks.has('second'),
  fault: { kind: 'delay', ms: 60 * secondMs },
}

/** keynag's create fails, and a person creates a key at the same moment. */
export const strangerCreatesKey: Cue<Simulation> = {
  at: 'mutations.create',
  nth: 1,
  fault: { kind: 'crash-before' },
  deed: does('creates a key and never uses it'),
}
