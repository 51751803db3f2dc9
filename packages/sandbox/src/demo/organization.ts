import { dayMs } from '@keynag/core'
import type { World } from '@keynag/fake-aws/aws'
import type { SlackUser } from '@keynag/fake-aws/slack'
import { pick } from '@keynag/core/seeded-random'
import { hubAccountId, installRoles } from '../roles.ts'
import { accountName, domain, fleetOwner, personName, programName } from './names.ts'
import { personaOf, type Persona } from './persona.ts'

/** A person or a program that has an IAM user in the demo. */
export interface Inhabitant {
  readonly accountId: string
  readonly userName: string
  readonly persona: Persona
  readonly isProgram: boolean
  /** The address of the person who reads messages about this user's keys, if there is one. */
  readonly email: string | undefined
}

export interface DemoOrganization {
  readonly inhabitants: readonly Inhabitant[]
  readonly slackUsers: readonly SlackUser[]
  readonly managers: Readonly<Record<string, string>>
  /** The address of a person who has left the company: mails to it bounce. */
  readonly bouncing: string | undefined
  readonly accountWithoutRoles: string
  readonly suspendedAccount: string
  /** The account that its team closes during the demo; a small organization has none to spare. */
  readonly closing: string | undefined
}

/** Fills the world with accounts, people, programs and keys of all ages. */
export function populate(
  world: World,
  size: { readonly accounts: number; readonly users: number },
  random: () => number,
): DemoOrganization {
  const accountIds = addAccounts(world, size.accounts)
  const [accountWithoutRoles, suspendedAccount, ...teams] = accountIds
  if (accountWithoutRoles === undefined || suspendedAccount === undefined) {
    throw new RangeError('the demo needs at least four accounts')
  }
  for (const id of [hubAccountId, suspendedAccount, ...teams]) installRoles(world, id)
  world.setAccountState(suspendedAccount, 'SUSPENDED')
  const [withRootKeys] = teams
  if (withRootKeys !== undefined) {
    const createdAtMs = world.clock.now() - 900 * dayMs
    world.setRootKeys(withRootKeys, { keys: [{ active: true, createdAtMs }] })
  }
  const everywhere = [hubAccountId, ...teams]
  const inhabitants: Inhabitant[] = []
  const taken = new Set<string>()
  for (let index = 0; index < size.users; index += 1) {
    const persona = personaOf(index, random)
    // A few users are in accounts that keynag cannot read. keynag must report those accounts.
    const hidden =
      index % 40 === 39 && persona !== 'fleet'
        ? pick(random, [accountWithoutRoles, suspendedAccount])
        : undefined
    const accountId = hidden ?? everywhere[index % everywhere.length] ?? hubAccountId
    inhabitants.push(addInhabitant(world, accountId, persona, taken, random))
  }
  const addresses = [...new Set(inhabitants.map(({ email }) => email))].filter(
    (email) => email !== undefined,
  )
  const bouncing = oldestIdle(world, inhabitants)
  return {
    inhabitants,
    slackUsers: slackUsersOf(addresses, random).filter(({ email }) => email !== bouncing),
    bouncing,
    managers: managersOf(addresses),
    accountWithoutRoles,
    suspendedAccount,
    closing: teams.length > 2 ? teams.at(-1) : undefined,
  }
}

/** The address of the `idle` owner with the oldest key. In the demo, mails to it bounce. */
function oldestIdle(world: World, inhabitants: readonly Inhabitant[]): string | undefined {
  return oldestOf(
    world,
    inhabitants,
    ({ persona, email }) => persona === 'idle' && email !== undefined,
  )?.email
}

/** The chosen inhabitant with the oldest key. */
export function oldestOf(
  world: World,
  inhabitants: readonly Inhabitant[],
  isChosen: (inhabitant: Inhabitant) => boolean,
): Inhabitant | undefined {
  const madeAt = ({ accountId, userName }: Inhabitant): number =>
    world.user(accountId, userName).keys[0]?.createdAtMs ?? Infinity
  const [oldest] = inhabitants.filter(isChosen).toSorted((a, b) => madeAt(a) - madeAt(b))
  return oldest
}

function addAccounts(world: World, count: number): readonly string[] {
  const workloads = world.addOu('workloads')
  world.addAccount({ id: hubAccountId, name: 'security' })
  // The management account and the hub count too.
  return Array.from({ length: count - 2 }, (_, index) => {
    const id = String(300_000_000_001 + index * 1_009)
    world.addAccount({ id, name: accountName(index), parentOu: workloads.id })
    return id
  })
}

function addInhabitant(
  world: World,
  accountId: string,
  persona: Persona,
  taken: Set<string>,
  random: () => number,
): Inhabitant {
  const isFleet = persona === 'fleet'
  const isProgram = persona === 'busy' || isFleet || (persona !== 'break-glass' && random() < 0.4)
  const base = isProgram ? programName(random, taken) : personName(random, taken)
  taken.add(base)
  const email =
    persona === 'leaver'
      ? undefined
      : isFleet
        ? fleetOwner
        : `${base.replace('-ci', '.team')}@${domain}`
  // keynag finds owners by the user's name, by a tag, or not at all, as in any organization.
  const namedByAddress = email !== undefined && !isProgram && random() < 0.4
  const userName = persona === 'break-glass' ? `break-glass-${base}` : namedByAddress ? email : base
  const now = world.clock.now()
  const ageDays = persona === 'tidy' ? random() * 40 : isFleet ? fleetAgeDays : keyAgeDays(random)
  const createdAtMs = now - Math.floor(ageDays * dayMs)
  world.addUser(accountId, {
    userName,
    path: isProgram ? '/ci/' : '/',
    createdAtMs: createdAtMs - Math.floor(random() * 200 * dayMs),
    passwordEnabled: !isProgram,
    mfa: !isProgram,
    groups: isProgram ? ['programs'] : ['people', ...(random() < 0.2 ? ['interactive-users'] : [])],
    ...(email === undefined || namedByAddress ? {} : { tags: { owner: email } }),
  })
  const isUsed = persona !== 'idle' && persona !== 'leaver' && persona !== 'break-glass'
  world.addAccessKey(accountId, userName, {
    createdAtMs,
    ...(isUsed
      ? {
          lastUsed: {
            atMs: now - Math.floor(random() * 3 * dayMs),
            service: 's3',
            region: 'eu-central-1',
          },
        }
      : {}),
  })
  return { accountId, userName, persona, isProgram, email }
}

/** All keys of the fleet were made on one day, and are stale from the start. */
const fleetAgeDays = 100

/** Four keys in ten are stale from the start. The others become stale during the demo. */
const keyAgeDays = (random: () => number): number =>
  random() < 0.4 ? 95 + random() * 300 : random() * 90

/** Most people are on Slack. The others can be reached only by mail. */
const slackUsersOf = (addresses: readonly string[], random: () => number): readonly SlackUser[] =>
  addresses
    .filter(() => random() < 0.85)
    .map((email, index) => ({
      id: `U${String(index + 1).padStart(8, '0')}`,
      email,
      name: email.slice(0, email.indexOf('@')),
    }))

/** Every fourth person is the manager of the three before. */
const managersOf = (addresses: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    addresses.flatMap((email, index) => {
      const manager = addresses[Math.floor(index / 4) * 4 + 3]
      return manager === undefined || manager === email || index % 5 === 4 ? [] : [[email, manager]]
    }),
  )
