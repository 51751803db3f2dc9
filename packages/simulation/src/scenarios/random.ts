import { dayMs, hourMs, type Policy } from '@keynag/core'
import { chance, choose } from '../chance.ts'
import type { SimUser } from '../estate.ts'
import { configure, deeds, setMode } from '../people.ts'
import { endAllFreezes } from '../operator.ts'
import { startsAt, type Cue, type Scenario } from '../scenario.ts'
import type { Simulation } from '../simulation.ts'
import { drawnDeeds, type DrawnDeed } from './drawn/drawn-deeds.ts'
import { edit } from './drawn/edits.ts'
import { settle } from './drawn/population.ts'
import { drawnOrganization, drawnPolicies } from './drawn/settings.ts'
import { scenario, installs } from './estate-of.ts'

/** After faults and deeds have ended, every rotation must end within so many days. */
const calmDays = 30
const allDeeds: Readonly<Record<string, DrawnDeed>> = {
  ...deeds,
  ...drawnDeeds,
}
const deedNames = Object.keys(allDeeds)

/** The seed decides the policies, the users, what people do, and how the configuration changes. */
export function randomScenario(seed: number, dropped: ReadonlySet<string>): Scenario<Simulation> {
  const policies = drawnPolicies(seed, dropped)
  const troubleDays = choose(seed, 'trouble', 0, [6, 6, 6, 12])
  return scenario(`seed ${seed}`, {
    organization: drawnOrganization(
      seed,
      policies.filter((policy) => policy !== undefined),
    ),
    days: troubleDays + calmDays,
    keysPerLetter: choose(seed, 'keys a letter', 0, [1, 2, Infinity]),
    statusChangeMovesDate: choose(seed, 'moves date', 0, [false, true]),
    begin: (simulation) => {
      for (const [index, policy] of policies.entries()) {
        if (policy === undefined) continue
        simulation.injector.drew('policy', index, JSON.stringify(policy), 'the configuration')
      }
      const users = settle(simulation, seed, dropped)
      plot(simulation, seed, users, troubleDays, dropped)
    },
    script: dropped.has('lost answer') ? [] : lostAnswer(seed),
    onLetter: (simulation, _letter, message) => {
      if (chance(seed, 'installs', simulation.letters.all.length) < 0.8) {
        installs(simulation, message)
      }
    },
  })
}

/** A change takes effect, its answer is lost, and somebody acts before keynag recovers. */
function lostAnswer(seed: number): readonly Cue<Simulation>[] {
  if (chance(seed, 'lost answer', 0) >= 0.4) return []
  const name = choose(seed, 'after a lost answer', 0, deedNames)
  const soon = Math.floor(chance(seed, 'after a lost answer', 1) * hourMs)
  return [
    {
      at: choose(seed, 'lost answer', 1, ['mutations.deactivate', 'mutations.delete']),
      nth: choose(seed, 'lost answer', 2, [1, 1, 2]),
      fault: choose(seed, 'lost answer', 3, [{ kind: 'lost' }, { kind: 'crash-after' }] as const),
      deed: (simulation) => {
        const user = choose(seed, 'lost answer', 4, usersOf(simulation))
        simulation.later(soon, () => {
          simulation.injector.did(-1, name, `somebody, after a lost answer, to ${user.name}`)
          return act(simulation, seed, -1, name, user)
        })
      },
    },
  ]
}

const usersOf = ({ estate }: Simulation): readonly SimUser[] =>
  [...estate.accounts.values()].flatMap(({ users }) => [...users.values()])

/** Somebody does something, in the way that the seed decides. */
const act = (
  simulation: Simulation,
  seed: number,
  index: number,
  name: string,
  user: SimUser,
): void | Promise<void> =>
  allDeeds[name]?.(simulation, user, (what, from) => choose(seed, `deed ${what}`, index, from))

function plot(
  simulation: Simulation,
  seed: number,
  users: readonly SimUser[],
  troubleDays: number,
  dropped: ReadonlySet<string>,
): void {
  const busy = choose(seed, 'busy', 0, [0, 0, 2, 5, 10])
  simulation.injector.endsAt = startsAt + troubleDays * dayMs
  for (let index = 0; index < busy; index += 1) {
    const at = Math.floor(chance(seed, 'at', index) * troubleDays * dayMs)
    const isEdit = chance(seed, 'edits', index) < 0.3
    simulation.later(at, () => {
      if (dropped.has(`deed ${index}`)) return undefined
      if (isEdit) {
        simulation.injector.did(index, edit(simulation, seed, index), 'the configuration')
        return undefined
      }
      const name = choose(seed, 'deed', index, deedNames)
      const user = choose(seed, 'user', index, users)
      simulation.injector.did(index, name, `somebody, to ${user.name}`)
      return act(simulation, seed, index, name, user)
    })
  }
  simulation.later(troubleDays * dayMs + hourMs, async () => {
    setMode(simulation, 'enforce')
    liftCaps(simulation)
    await endAllFreezes(simulation)
    simulation.queues.redrive()
    simulation.unreachable.clear()
    simulation.bouncing.clear()
    for (const account of simulation.estate.accounts.values()) {
      Object.assign(account, { state: 'ACTIVE', isListed: true, isReaderDenied: false })
    }
  })
}

/** Caps may forbid every change, and then no rotation would end. */
function liftCaps(simulation: Simulation): void {
  const caps: Policy['caps'] = { perDay: 100, perAccountPerDay: 100, shareOfEstatePerDay: 1 }
  const { organization } = simulation
  const policies = organization.policies.map((policy) => ({ ...policy, caps }))
  configure(simulation, { ...organization, policies })
}
