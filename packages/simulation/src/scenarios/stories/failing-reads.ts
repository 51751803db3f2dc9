import { dayMs, hourMs } from '@keynag/core'
import type { CallFault } from '../../faults.ts'
import { startsAt, type Cue } from '../../scenario.ts'
import type { Simulation } from '../../simulation.ts'
import { addStaleUser } from '../estate-of.ts'
import { crashAfter, does, holdAll, inPhase, isHeld } from './cues.ts'
import { enforcing } from './organizations.ts'
import { story, type Story } from './story.ts'

const failures: readonly CallFault[] = [{ kind: 'throttle' }, { kind: 'time-out', effect: 'never' }]

/** A read of the rotator, and what brings the rotator to it. */
interface Read {
  readonly at: string
  readonly phase: string
  readonly after: readonly Cue<Simulation>[]
  readonly nth?: number
}

const reads: readonly Read[] = [
  { at: 'iam.accessKeys', phase: 'opened', after: [] },
  { at: 'iam.accessKeys', phase: 'replaced', after: [] },
  { at: 'iam.lastUsed', phase: 'replaced', after: [] },
  // The first read is about the replacement, to retire its secret.
  { at: 'iam.lastUsed', phase: 'deactivated', after: [], nth: 2 },
  { at: 'handovers.stored', phase: 'creating', after: [crashAfter('mutations.create')] },
  { at: 'iam.makerOf', phase: 'creating', after: [crashAfter('mutations.create')] },
  { at: 'iam.lastUsed', phase: 'creating', after: [crashAfter('mutations.create')] },
  { at: 'iam.lastUsed', phase: 'undoing', after: [crashAfter('mutations.create')] },
  {
    at: 'iam.deactivatedBy',
    phase: 'deactivating',
    after: [{ at: 'mutations.deactivate', nth: 1, fault: { kind: 'crash-before' } }],
  },
]

/**
 * An operator holds the key while its replacement is being stored, and the function dies before it
 * records that. An hour later the owner deletes the old key.
 */
const ownerSettlesTheMatter: readonly Cue<Simulation>[] = [
  {
    at: 'handovers.store',
    nth: 1,
    deed: (simulation) => {
      void holdAll(simulation)
      simulation.later(hourMs, () => does('deletes the old key')(simulation))
    },
  },
  { at: 'rotate ledger.commit', nth: 1, when: isHeld, fault: { kind: 'crash-before' } },
]

const isResolved = ({ books }: Simulation): boolean =>
  [...books.entries.values()].some(({ state }) => state === 'resolved')

const isEarly = ({ now }: Simulation): boolean => now < startsAt + 5 * dayMs

/** A read that fails says nothing: keynag concludes nothing from it and tries again. */
export const failingReads: readonly Story[] = [
  ...reads.flatMap(({ at, phase, after, nth = 1 }) =>
    failures.map((fault) =>
      story(
        `${at} fails with ${fault.kind} in phase ${phase}`,
        'One read fails. keynag neither holds the key nor gives the rotation up; it looks again by the ledger’s clock, and no delivery ends in an error.',
        {
          script: [...after, { at: `rotate ${at}`, nth, fault, when: inPhase(phase) }],
          facts: ['deactivated deleted'],
          never: ['issuing held', 'issued held', 'deactivated held', 'issuing rotation-abandoned'],
          isQuiet: true,
        },
      ),
    ),
  ),
  ...failures.map((fault) =>
    story(
      `the last use cannot be read by ${fault.kind}, and the owner has settled the matter`,
      'The owner deletes a held key whose replacement is stored, and the last use of the replacement cannot be read once: keynag still undoes the replacement, of which nobody was told.',
      {
        script: [...ownerSettlesTheMatter, { at: 'rotate iam.lastUsed', nth: 1, fault }],
        facts: ['resolved rotation-abandoned'],
        recoveries: ['orphan-deleted'],
      },
    ),
  ),
  story(
    'nobody may read the last use of a replacement, and the owner has settled the matter',
    'The owner deletes a held key whose replacement is stored, and the account denies the read of its last use: keynag holds the old key, so that security hears of the replacement.',
    {
      script: [...ownerSettlesTheMatter, { at: 'rotate iam.lastUsed', fault: { kind: 'denied' } }],
      holds: ['orphan-unproven'],
      never: ['resolved rotation-abandoned'],
    },
  ),
  story(
    'the user is renamed after the owner has settled the matter',
    'The owner deletes a held key whose replacement is stored, and the user is renamed: keynag waits for the new name, and then undoes the replacement.',
    {
      script: [
        ...ownerSettlesTheMatter,
        { at: 'rotate iam.user', nth: 1, when: isResolved, deed: does('renames the user') },
      ],
      facts: ['resolved rotation-abandoned'],
      recoveries: ['orphan-deleted'],
    },
  ),
  story(
    'a scan cannot list the keys of one user',
    'The keys of one user can never be listed: the scan still records the rest of the account, and keynag replaces the key of the other user.',
    {
      begin: (simulation) => {
        addStaleUser(simulation, 'bob')
      },
      script: [
        { at: 'scan iam.users', deed: ({ marks }) => void marks.add('first') },
        {
          at: 'scan iam.accessKeys',
          when: ({ marks }) => marks.has('first'),
          fault: { kind: 'throttle' },
          deed: ({ marks }) => void marks.delete('first'),
        },
      ],
      facts: ['deactivated deleted'],
    },
  ),
  story(
    'nobody may read whether keynag has made a deactivation',
    'A deactivation is not answered, and the account denies the read that would settle it: keynag tries to settle it once a day, so that one dead letter a day tells of the denial.',
    {
      organization: enforcing('deactivate', { nag: { everyDays: 1 } }),
      script: [
        { at: 'mutations.deactivate', nth: 1, fault: { kind: 'crash-before' } },
        { at: 'rotate iam.deactivatedBy', when: isEarly, fault: { kind: 'denied' } },
      ],
      facts: ['nagging deactivated'],
    },
  ),
  story(
    'nobody may read the last use of a key whose secret was lost',
    'An account denies the read of the last use: keynag does not undo the orphan, and holds the key.',
    {
      script: [
        crashAfter('mutations.create'),
        { at: 'rotate iam.lastUsed', when: inPhase('creating'), fault: { kind: 'denied' } },
      ],
      holds: ['orphan-unproven'],
    },
  ),
]
