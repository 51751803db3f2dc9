import { dayMs, plusMs, type Entry, type PolicyInput } from '@keynag/core'
import type { Simulation } from '../../simulation.ts'
import { configure } from '../../people.ts'
import { organizationOf, rotating } from '../estate-of.ts'
import { after, ann, does, inPhase } from './cues.ts'
import { enforcing } from './organizations.ts'
import { story, type Story } from './story.ts'

const graces = { recoveryGraceDays: 3, retentionDays: 4 }
const ofPayments = {
  ...rotating,
  match: { tags: { team: ['payments'] } },
  enforce: { ...rotating.enforce, ...graces },
} as const satisfies PolicyInput
const notified = {
  name: 'notified',
  mode: 'notify',
  nag: { everyDays: 7, via: ['email'] },
} as const satisfies PolicyInput

const joins = ({ estate }: Simulation, user: ReturnType<typeof ann>): void =>
  estate.tag(user, { team: 'payments' })
const leaves = (simulation: Simulation): void =>
  simulation.estate.tag(ann(simulation), { team: 'growth' })

/** Ann was told that nothing comes of a date, and nobody has changed her key since. */
const isCalledOff = ({ letters, checks }: Simulation): void => {
  const told = letters.all.filter(({ kind, to }) => kind === 'called-off' && to.startsWith('ann@'))
  if (told.length !== 1) checks.violated('I14', `Ann heard ${told.length} times that a date is off`)
}

const isStill =
  (state: Entry['state']) =>
  ({ books, checks }: Simulation): void => {
    for (const entry of books.entries.values()) {
      if (entry.state === state) continue
      checks.violated('I13', `${entry.accessKeyId} is ${entry.state}, and should be ${state}`)
    }
  }

/** Somebody who may write to the ledger, and not to IAM, edits the entry of Ann's key. */
const edits =
  (changes: Pick<Partial<Entry>, 'owner' | 'policy' | 'warned'>) =>
  async (simulation: Simulation) => {
    const id = ann(simulation).keys[0]?.id
    const before = id === undefined ? undefined : await simulation.ledger.entry(id)
    if (before === undefined) throw new Error('the ledger has no key of Ann')
    const after: Entry = {
      ...before,
      ...changes,
      version: before.version + 1,
      dueAt: simulation.time,
    }
    const fact = { kind: 'rescheduled', why: 'forged' } as const
    const actor = { kind: 'operator', name: 'mallory' } as const
    const writes = [{ kind: 'entry', before, after, fact, actor }] as const
    await simulation.ledger.commit(writes)
    simulation.checks.committed(undefined, writes)
  }

const longAgo = ({ time }: Simulation) => plusMs(time, -40 * dayMs)

/** The user moves to another policy, owner or account state, or the policy changes, in mid-story. */
export const changedStanding: readonly Story[] = [
  story(
    'the user leaves the policy before the replacement is created',
    'The user leaves the policy after keynag has opened a rotation: keynag creates no key, and ends the rotation.',
    {
      organization: organizationOf([ofPayments]),
      begin: joins,
      script: [{ at: 'handovers.prepare', nth: 1, deed: leaves }],
      facts: ['issuing rotation-abandoned', 'escalated resolved'],
      never: ['issuing replacement-issued'],
    },
  ),
  story(
    'the user leaves the policy after the warning',
    'The user leaves the policy between the scan and the rotation: keynag opens no rotation, and tells the owner that nothing comes of the warning.',
    {
      organization: organizationOf([ofPayments]),
      begin: (simulation, user) => {
        joins(simulation, user)
        after(3, 0, isCalledOff)(simulation)
      },
      script: [{ at: 'messenger.send', nth: 1, deed: leaves }],
      facts: ['nagging observed', 'nagging resolved'],
      never: ['nagging rotation-opened'],
    },
  ),
  story(
    'the user leaves the policy after the replacement was issued',
    'The user leaves the policy after the news of the replacement: keynag leaves the old key alone, and tells the owner that its date is off.',
    {
      organization: organizationOf([ofPayments]),
      begin: (simulation, user) => {
        joins(simulation, user)
        after(0, 3, leaves)(simulation)
        after(4, 0, isCalledOff)(simulation)
      },
      facts: ['issued rotation-abandoned', 'escalated resolved'],
      never: ['issued deactivated'],
    },
  ),
  story(
    'the user leaves the policy right before the deactivation',
    'The user leaves the policy while a delivery is about to deactivate the key: keynag looks at the user again, and leaves the key alone.',
    {
      organization: organizationOf([ofPayments]),
      begin: joins,
      script: [{ at: 'rotate iam.accessKeys', nth: 1, when: inPhase('replaced'), deed: leaves }],
      facts: ['issued rotation-abandoned'],
      never: ['issued deactivated'],
    },
  ),
  story(
    'the user leaves the policy after the deactivation',
    'The user leaves the policy before the deletion: keynag does not delete the key, and tells the owner that the date of the deletion is off.',
    {
      organization: organizationOf([ofPayments]),
      begin: (simulation, user) => {
        joins(simulation, user)
        after(2, 0, leaves)(simulation)
        after(3, 12, isCalledOff)(simulation)
      },
      facts: ['deactivated rotation-abandoned'],
      never: ['deactivated deleted'],
    },
  ),
  story(
    'the user moves to a policy that only notifies',
    'The user moves to a policy that only notifies, after the news of the replacement: keynag ends the rotation under the old policy.',
    {
      organization: organizationOf([ofPayments, notified]),
      begin: (simulation, user) => {
        joins(simulation, user)
        after(0, 3, leaves)(simulation)
        after(4, 0, isCalledOff)(simulation)
      },
      facts: ['issued rotation-abandoned'],
      never: ['issued deactivated'],
    },
  ),
  story(
    'a warned user moves to a policy that reminds in a channel',
    'The user moves to a policy that only reminds, and first of all in a channel: keynag tells the owner in person that the date is off.',
    {
      organization: organizationOf([
        { ...ofPayments, enforce: { ...ofPayments.enforce, atDay: 100 } },
        { ...notified, nag: { everyDays: 1, via: ['#access-keys', 'email'] } },
      ]),
      begin: (simulation, user) => {
        joins(simulation, user)
        after(0, 3, leaves)(simulation)
        after(3, 0, isCalledOff)(simulation)
      },
      facts: ['nagging called-off'],
    },
  ),
  story(
    'the owner changes right before the deactivation',
    'The user gets another owner after the scan of the day on which the key is to be deactivated: keynag tells the new owner first.',
    {
      script: [
        {
          at: 'rotate ledger.entry',
          nth: 1,
          when: inPhase('replaced'),
          deed: does('gives the user another owner'),
        },
      ],
      facts: ['issued observed', 'issued deactivated'],
    },
  ),
  story(
    'an entry is edited to name a policy that deletes, and a warning',
    'Somebody edits the ledger: the key is under a policy that deletes, and its owner was warned long ago. IAM does not confirm it, and keynag does nothing to the key.',
    {
      organization: organizationOf([
        { ...ofPayments, name: 'purge', enforce: { kind: 'delete', atDay: 90 } },
        notified,
      ]),
      begin: after(0, 3, (simulation) =>
        edits({ policy: 'purge', warned: { at: longAgo(simulation), of: 'delete' } })(simulation),
      ),
      facts: ['nagging observed'],
      never: ['nagging deactivated'],
    },
  ),
  story(
    'an entry is edited to name another owner',
    'Somebody edits the ledger: the key belongs to another person, who was warned. IAM does not confirm it, and keynag warns the owner first.',
    {
      organization: enforcing(
        'deactivate',
        { nag: { everyDays: 7 } },
        { installationGraceDays: 3 },
      ),
      begin: after(0, 3, (simulation) => {
        const email = 'mallory@example.com'
        return edits({
          owner: { id: email, email, source: 'tag', evidence: 'tag owner' },
          warned: { at: longAgo(simulation), of: 'deactivate' },
        })(simulation)
      }),
      facts: ['nagging observed'],
    },
  ),
  story(
    'the policy becomes none while a replacement is handed over',
    'The policy enforces nothing any more after the news of the replacement: keynag ends the rotation, and tells the owner that its date is off.',
    {
      begin: (simulation) => {
        after(0, 3, (later) =>
          configure(later, organizationOf([{ ...rotating, enforce: { kind: 'none' } }])),
        )(simulation)
        after(4, 0, isCalledOff)(simulation)
      },
      facts: ['issued rotation-abandoned'],
      never: ['issued deactivated'],
    },
  ),
  story(
    'the policy is removed while a replacement is handed over',
    'The policy is not in the configuration any more after the news of the replacement, and another one that only notifies covers the user: keynag ends the rotation.',
    {
      begin: (simulation) => {
        after(0, 3, (later) => configure(later, organizationOf([notified])))(simulation)
        after(4, 0, isCalledOff)(simulation)
      },
      facts: ['issued rotation-abandoned'],
      never: ['issued deactivated'],
    },
  ),
  story(
    'the policy stops deleting after the deactivation',
    'The policy only deactivates from now on: keynag ends the rotation, keeps the key, and tells the owner that the date of the deletion is off.',
    {
      organization: enforcing('delete', {}, { recoveryGraceDays: 4 }),
      begin: (simulation) => {
        after(2, 0, (later) => configure(later, enforcing('deactivate')))(simulation)
        after(5, 0, isCalledOff)(simulation)
      },
      facts: ['deactivated rotation-abandoned'],
      never: ['deactivated deleted'],
    },
  ),
  story(
    'the account is suspended before the deactivation',
    'The account is suspended on the day of the deactivation: keynag waits until Organizations calls it ACTIVE.',
    {
      begin: (simulation) => {
        after(0, 12, does('suspends the account for a day'))(simulation)
        after(1, 11, isStill('issued'))(simulation)
      },
      facts: ['issued deactivated'],
    },
  ),
]
