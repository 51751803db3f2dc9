import {
  dayMs,
  hourMs,
  parseConfig,
  type Message,
  type Organization,
  type OrganizationInput,
  type PolicyInput,
} from '@keynag/core'
import type { SimKey, SimUser } from '../estate.ts'
import { startsAt, type Scenario } from '../scenario.ts'
import type { Simulation } from '../simulation.ts'

const accountId = '111111111111'

/** A policy whose graces are short, so that a whole rotation takes a few days. */
export const rotating = {
  name: 'rotate',
  mode: 'enforce',
  staleAtDay: 90,
  nag: { everyDays: 7, via: ['slack', 'email'] },
  enforce: {
    kind: 'rotate',
    atDay: 90,
    installationGraceDays: 1,
    recoveryGraceDays: 1,
    retentionDays: 2,
    inUseDays: 0.5,
  },
  caps: { shareOfEstatePerDay: 1 },
} as const satisfies PolicyInput

export const organizationOf = (
  policies: readonly PolicyInput[] = [rotating],
  settings: Partial<OrganizationInput> = {},
): Organization =>
  parseConfig({
    contacts: { domains: ['example.com'] },
    mail: { from: 'keynag@example.com' },
    security: { channel: '#security', email: 'security@example.com' },
    administrators: ['platform@example.com'],
    policies: [...policies],
    ...settings,
  } satisfies OrganizationInput)

/** Adds a user with one stale key and an owner who reads mail. */
export function addStaleUser(
  simulation: Simulation,
  name: string,
  { ageDays = 95, account = accountId, owner = `${name}@example.com` } = {},
): { user: SimUser; key: SimKey } {
  const { estate } = simulation
  if (!estate.accounts.has(account)) estate.addAccount(account)
  const createdAt = startsAt - ageDays * dayMs
  const user = estate.addUser(account, name, createdAt - dayMs, { owner })
  return { user, key: estate.addKey(user, createdAt, 'person') }
}

/** The owner does what the message asks: an hour later, a program uses the new key. */
export function installs(simulation: Simulation, message: Message): void {
  if (message.kind !== 'replacement-issued') return
  simulation.later(hourMs, () => {
    const { vault, estate } = simulation
    const key = estate.key(message.replacementKeyId)
    const isFetched = vault.fetch(key.id, simulation.now)
    if (isFetched && key.status === 'Active' && key.deletedAt === undefined) {
      key.uses.push(simulation.now)
    }
  })
}

export const scenario = (
  name: string,
  fields: Omit<Scenario<Simulation>, 'name' | 'organization' | 'days'> &
    Partial<Scenario<Simulation>>,
): Scenario<Simulation> => ({
  organization: reference,
  days: 12,
  onLetter: (simulation, _letter, message) => installs(simulation, message),
  ...fields,
  name,
})

const reference = organizationOf()
