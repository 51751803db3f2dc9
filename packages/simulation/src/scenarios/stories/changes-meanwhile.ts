import { secondMs } from '@keynag/core'
import { operate } from '../../operator.ts'
import type { Simulation } from '../../simulation.ts'
import { organizationOf, rotating } from '../estate-of.ts'
import { after, ann, does } from './cues.ts'
import { enforcing } from './organizations.ts'
import { story, type Story } from './story.ts'

/** The policy, the freeze, a user’s name or a key changes while keynag is at work. */
export const changesMeanwhile: readonly Story[] = [
  story(
    'a dry run',
    'An operator goes back to a dry run for a day: keynag changes no key on that day.',
    { begin: after(0, 0, does('goes back to a dry run for a day')) },
  ),
  story(
    'a freeze while a key is created',
    'An operator freezes keynag during a create: keynag still stores the secret.',
    {
      script: [{ at: 'mutations.create', nth: 1, deed: does('freezes keynag for seven hours') }],
    },
  ),
  story(
    'the policy begins to rotate while a key is to be deactivated',
    'The policy begins to rotate just before a deactivation: keynag creates a replacement first.',
    {
      organization: enforcing('deactivate'),
      script: [
        {
          at: 'mutations.deactivate',
          nth: 1,
          fault: { kind: 'crash-before' },
          deed: (simulation) => {
            simulation.organization = organizationOf([{ ...rotating, nag: { everyDays: 1 } }])
          },
        },
      ],
      facts: ['issued deactivated'],
    },
  ),
  story(
    'the policy begins to rotate while a key is looked at',
    'The policy begins to rotate after keynag has opened a deactivation and before it has written its intent: keynag creates a replacement first.',
    {
      organization: enforcing('deactivate'),
      script: [
        {
          at: 'rotate iam.accessKeys',
          nth: 1,
          fault: { kind: 'crash-before' },
          deed: (simulation) => {
            simulation.organization = organizationOf([{ ...rotating, nag: { everyDays: 1 } }])
          },
        },
      ],
      facts: ['issued deactivated'],
    },
  ),
  story(
    'the policy begins to rotate before a deactivation could be recorded',
    'The policy begins to rotate after keynag has deactivated the key and before it has recorded that: keynag records its own deed first.',
    {
      organization: enforcing('deactivate'),
      script: [
        {
          at: 'mutations.deactivate',
          nth: 1,
          fault: { kind: 'crash-after' },
          deed: (simulation) =>
            simulation.later(secondMs, () => {
              simulation.organization = organizationOf([{ ...rotating, nag: { everyDays: 1 } }])
            }),
        },
      ],
      facts: ['nagging deactivated'],
      never: ['nagging resolved', 'issuing resolved'],
    },
  ),
  story(
    'the user comes under a policy that deactivates while the owner is told that nothing happens',
    'Ann’s only reminder says that keynag does nothing to the key, and a scan finds the user under a policy that deactivates while keynag sends it: keynag warns her before it acts.',
    {
      organization: organizationOf([
        {
          ...rotating,
          name: 'strict',
          match: { paths: ['/ci/'] },
          enforce: {
            kind: 'deactivate',
            atDay: 90,
            installationGraceDays: 3,
            inUseDays: 0.5,
          },
        },
        {
          ...rotating,
          name: 'watch',
          mode: 'notify',
          enforce: { kind: 'none' },
        },
      ]),
      script: [{ at: 'notify messenger.send', nth: 1, deed: movesUnderStrict }],
      days: 16,
      facts: ['nagging deactivated'],
    },
  ),
  story(
    'the new key is deleted after the old one, unused',
    'The owner never uses the replacement, and deletes it after the old key is gone: nothing is left behind.',
    {
      onLetter: () => undefined,
      begin: after(3, 0, does('deletes the old key')),
      days: 20,
    },
  ),
  story(
    'a renamed user is on no page',
    'A renamed user is missing from a page of users: keynag looks for the key and resolves nothing.',
    {
      script: [
        {
          at: 'scan iam.users',
          nth: 2,
          fault: { kind: 'stale' },
          deed: does('renames the user'),
        },
      ],
    },
  ),
  story(
    'a renamed user is on no page, and nobody can tell whether its key is there',
    'A renamed user is missing from a page of users, and the lookup of the key fails: keynag resolves nothing.',
    {
      script: [
        {
          at: 'scan iam.users',
          nth: 2,
          fault: { kind: 'stale' },
          deed: does('renames the user'),
        },
        { at: 'scan iam.hasKey', nth: 1, fault: { kind: 'throttle' } },
      ],
    },
  ),
]

/** Somebody moves Ann’s user to the path `/ci/`, and a scan records that at once. */
async function movesUnderStrict(simulation: Simulation): Promise<void> {
  const user = ann(simulation)
  user.path = '/ci/'
  user.movedAt = simulation.now
  for (const entry of simulation.books.entries.values()) {
    const { accessKeyId, status, lastUsed, userName, owner, audience } = entry
    const common = { status, lastUsed, userName, owner, audience }
    await operate(simulation, accessKeyId, () => ({
      kind: 'observed',
      sighting: { ...common, userPath: '/ci/', policy: 'strict' },
    }))
  }
}
