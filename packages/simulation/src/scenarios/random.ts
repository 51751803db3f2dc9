import { dayMs, hourMs, type PolicyInput } from '@keynag/core'
import { chance, choose } from '../chance.ts'
import type { SimUser } from '../estate.ts'
import { deeds, setMode, type Deed } from '../people.ts'
import { freeze } from '../operator.ts'
import { startsAt, type Cue, type Scenario } from '../scenario.ts'
import type { Simulation } from '../simulation.ts'
import { addStaleUser, organizationOf, rotating, scenario, installs } from './estate-of.ts'

/** Faults and deeds end after so many days. Then every rotation must end. */
const troubleDays = 6
const days = troubleDays + 22
const otherAccountId = '222222222222'
const allDeeds = Object.keys(deeds).filter((name): name is Deed => name in deeds)

/** Two accounts and three users. The seed decides the policy and what people do. */
export function randomScenario(seed: number, dropped: ReadonlySet<string>): Scenario<Simulation> {
  const policy = policyOf(seed)
  return scenario(`seed ${seed}`, {
    organization: organizationOf([policy], {
      protected: { paths: ['/break-glass/'], userNames: ['Sealed-*'] },
    }),
    days,
    keysPerLetter: choose(seed, 'keys a letter', 0, [1, 2, 12]),
    begin: (simulation) => {
      const owner = choose(seed, 'one owner', 0, [{}, {}, { owner: 'ann@example.com' }])
      const users = [
        addStaleUser(simulation, 'ann').user,
        addStaleUser(simulation, 'bob', { account: otherAccountId, ...owner }).user,
        addStaleUser(simulation, 'eve', { ageDays: 89, ...owner }).user,
      ]
      const [ann] = users
      if (ann !== undefined && chance(seed, 'second key', 0) < 0.2) {
        simulation.estate.addKey(ann, startsAt - 100 * dayMs, 'person')
      }
      plot(simulation, seed, users, dropped)
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
  const name = choose(seed, 'after a lost answer', 0, allDeeds)
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
          return deeds[name](simulation, user)
        })
      },
    },
  ]
}

const usersOf = ({ estate }: Simulation): readonly SimUser[] =>
  [...estate.accounts.values()].flatMap(({ users }) => [...users.values()])

function plot(
  simulation: Simulation,
  seed: number,
  users: readonly SimUser[],
  dropped: ReadonlySet<string>,
): void {
  const busy = choose(seed, 'busy', 0, [0, 0, 2, 5, 10])
  simulation.injector.endsAt = startsAt + troubleDays * dayMs
  for (let index = 0; index < busy; index += 1) {
    const name = choose(seed, 'deed', index, allDeeds)
    const user = choose(seed, 'user', index, users)
    const at = Math.floor(chance(seed, 'at', index) * troubleDays * dayMs)
    simulation.later(at, () => {
      if (dropped.has(`deed ${index}`)) return undefined
      simulation.injector.did(index, name, `somebody, to ${user.name}`)
      return deeds[name](simulation, user)
    })
  }
  simulation.later(troubleDays * dayMs + hourMs, async () => {
    setMode(simulation, 'enforce')
    await freeze(simulation, false)
    simulation.queues.redrive()
    simulation.unreachable.clear()
    simulation.bouncing.clear()
    for (const account of simulation.estate.accounts.values()) account.state = 'ACTIVE'
  })
}

function policyOf(seed: number): PolicyInput {
  const caps = choose(seed, 'caps', 0, [{}, {}, { perDay: 1 }, { perAccountPerDay: 1 }])
  const window = choose(seed, 'window', 0, [{}, {}, { from: '08:00', to: '16:00' }])
  const whenInUse = choose(seed, 'in use', 0, ['hold', 'hold', 'wait', 'proceed'] as const)
  const kind = choose(seed, 'enforcement', 0, [
    'rotate',
    'rotate',
    'rotate',
    'deactivate',
    'delete',
  ] as const)
  const common = {
    atDay: 90,
    installationGraceDays: 1,
    inUseDays: 0.5,
    window,
    whenInUse,
  }
  const escalation = choose(seed, 'ladder', 0, [[], [{ afterNags: 1, to: 'security' }]])
  const base = {
    ...rotating,
    caps,
    escalation,
    nag: {
      everyDays: choose(seed, 'nag', 0, [1, 2, 7]),
      via: [...choose(seed, 'via', 0, [['slack', 'email'], ['email']] as const)],
    },
  }
  if (kind === 'deactivate') return { ...base, enforce: { kind, ...common } }
  if (kind === 'delete') return { ...base, enforce: { kind, ...common, recoveryGraceDays: 1 } }
  return { ...base, enforce: { kind, ...common, recoveryGraceDays: 1, retentionDays: 2 } }
}
