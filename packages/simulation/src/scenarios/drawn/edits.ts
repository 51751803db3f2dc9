import {
  KeynagError,
  parseConfig,
  Policy,
  type Organization,
  type Policies,
  type PolicyInput,
} from '@keynag/core'
import { choose } from '../../chance.ts'
import { configure } from '../../people.ts'
import type { Simulation } from '../../simulation.ts'
import { optionsOf } from './draw.ts'
import { drawnPolicy } from './drawn-policy.ts'
import { policyValues } from './policy-values.ts'

/** Somebody edits the configuration and deploys it. Functions that run keep the one they started with. */

/** A change of the configuration, and what the trace says of it. */
interface Edit {
  readonly what: string
  /** Not validated yet. */
  readonly policies?: readonly unknown[]
  readonly contacts?: unknown
  readonly protected?: unknown
}

/** What an edit changes, and its random choices. */
interface Editing extends Pick<Organization, 'contacts' | 'policies'> {
  /** The policy that it is about. */
  readonly chosen: Policy
  readonly pick: <T>(what: string, from: readonly T[]) => T
  /** Draws another policy. */
  readonly drawn: (name: string) => PolicyInput
}

/** Options of a policy that an edit can change. Some of them decide more than others. */
const options = [
  ...optionsOf(Policy).filter((option) => !/=|\[\]|^name$|enforce\.kind$/.test(option)),
  'mode',
  'mode',
  'match',
  'match',
  'enforce',
  'enforce',
  'escalation',
  'enforce.installationGraceDays',
  'enforce.recoveryGraceDays',
  'enforce.atDay',
]

/** How often a change is drawn again that is refused or that changes nothing. */
const tries = 30

/** Edits the configuration as the seed decides; returns what was changed, for the trace. */
export function edit(simulation: Simulation, seed: number, index: number): string {
  const before = simulation.organization
  for (let nth = 0; nth < tries; nth += 1) {
    const drawn = drawnEdit(before, seed, `edit ${index}`, nth)
    if (drawn === undefined) continue
    const { what, ...changes } = drawn
    const after = accepted({ ...before, ...changes })
    if (after === undefined || JSON.stringify(after) === JSON.stringify(before)) continue
    configure(simulation, after)
    return what
  }
  return 'edits nothing'
}

function drawnEdit(
  { contacts, policies }: Organization,
  seed: number,
  edit: string,
  nth: number,
): Edit | undefined {
  const pick: Editing['pick'] = (what, from) => choose(seed, `${edit} ${what}`, nth, from)
  const drawn: Editing['drawn'] = (name) => drawnPolicy(seed, `${edit} ${nth}`, name)
  return edits[pick('kind', kinds)]({
    contacts,
    policies,
    chosen: pick('policy', policies),
    pick,
    drawn,
  })
}

/** The kinds of edits. Undefined: this choice would change nothing. */
const edits = {
  option({ policies, chosen, pick, drawn }) {
    const option = pick('option', options)
    const path = option.split('.')
    const edited = withOption(chosen, drawn(chosen.name), path)
    const value = valueAt(edited, path)
    if (value === undefined && !canBeLeftOut(option)) return undefined
    return {
      what: `sets ${option} of ${chosen.name} to ${JSON.stringify(value)}`,
      policies: instead(policies, chosen, edited),
    }
  },
  none: ({ policies, chosen }) => ({
    what: `sets enforce of ${chosen.name} to none`,
    policies: instead(policies, chosen, { ...chosen, enforce: { kind: 'none' } }),
  }),
  order: ({ policies }) => ({
    what: 'puts the policies into the opposite order',
    policies: policies.toReversed(),
  }),
  removal: ({ policies, chosen }) => ({
    what: `removes ${chosen.name}`,
    policies: policies.filter((policy) => policy !== chosen),
  }),
  addition({ policies, drawn }) {
    const added = drawn(`policy-${policies.length}-added`)
    return { what: `adds ${JSON.stringify(added)}`, policies: [added, ...policies] }
  },
  name: ({ policies, chosen }) => ({
    what: `renames ${chosen.name}`,
    policies: instead(policies, chosen, {
      ...chosen,
      name: `${chosen.name.slice(0, 50)}-again`,
    }),
  }),
  contacts({ contacts, pick }) {
    const [name, value] = pick('contact', contactEdits)
    return {
      what: `sets contacts.${name} to ${JSON.stringify(value)}`,
      contacts: { ...contacts, [name]: value },
    }
  },
  protected({ pick }) {
    const kept = pick('protected', protectedUsers)
    return { what: `protects ${JSON.stringify(kept)}`, protected: kept }
  },
} satisfies Record<string, (editing: Editing) => Edit | undefined>

/** An edit moves keys from one owner to another, or to nobody. */
const contactEdits: readonly (readonly [string, unknown])[] = [
  ['accounts', {}],
  ['accounts', { '111111111111': 'account@example.com' }],
  ['accounts', { '222222222222': 'other@example.com' }],
  ['default', undefined],
  ['default', 'default@example.com'],
  ['ownerTags', ['owner', 'team-owner']],
  ['ownerTags', ['manager', 'owner']],
  ['managers', { 'bob@example.com': 'boss@example.com' }],
  ['timeZones', { 'bob@example.com': 'America/New_York' }],
]

const protectedUsers = [
  { paths: ['/break-glass/'], userNames: ['Sealed-*'] },
  { paths: ['/break-glass/', '/ci/deploy/'], userNames: ['Sealed-*'] },
  { paths: ['/people/'], userNames: [] },
  { paths: ['/break-glass/'], userNames: ['Sealed-*', 'B*'] },
]

const instead = (policies: Policies, chosen: Policy, edited: unknown): readonly unknown[] =>
  policies.map((policy) => (policy === chosen ? edited : policy))

/** Left out, some options have defaults that are too long for a run. */
const canBeLeftOut = (option: string): boolean => policyValues[option]?.includes(undefined) ?? true

const kinds = [
  'option',
  'option',
  'option',
  'option',
  'option',
  'option',
  'none',
  'order',
  'removal',
  'addition',
  'name',
  'contacts',
  'protected',
] as const

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const valueAt = (whole: unknown, [head, ...rest]: readonly string[]): unknown =>
  head === undefined ? whole : isObject(whole) ? valueAt(whole[head], rest) : undefined

/** The first object, with one option of the other. */
function withOption(one: unknown, other: unknown, [head, ...rest]: readonly string[]): unknown {
  if (head === undefined) return other
  const { [head]: own, ...kept } = isObject(one) ? one : {}
  const value = withOption(own, isObject(other) ? other[head] : undefined, rest)
  return value === undefined ? kept : { ...kept, [head]: value }
}

/** Only what `defineConfig` accepts can be deployed. */
function accepted(organization: unknown): Organization | undefined {
  try {
    return parseConfig(organization)
  } catch (error) {
    if (error instanceof KeynagError) return undefined
    throw error
  }
}
