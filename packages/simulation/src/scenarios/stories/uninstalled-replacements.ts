import { dayMs } from '@keynag/core'
import { keysHeld, type SimKey } from '../../estate.ts'
import { use } from '../../people.ts'
import type { Simulation } from '../../simulation.ts'
import { after, all, ann, does } from './cues.ts'
import { rotatingUnder } from './organizations.ts'
import { story, type Story } from './story.ts'

/** A key is stale after three days, and a reminder comes every day. */
const stalesSoon = rotatingUnder(
  {
    staleAtDay: 3,
    nag: { everyDays: 1, via: ['slack', 'email'] },
    escalation: [{ afterNags: 3, to: 'security' }],
  },
  { atDay: 3, retentionDays: 2 },
)

/** A replacement that nobody installs becomes stale itself. */
export const uninstalledReplacements: readonly Story[] = [
  story(
    'nobody installs the replacement, and it becomes stale while the old key is held',
    'keynag holds the old key, which is in use. It goes on asking Ann to install the replacement, and neither escalates nor replaces it.',
    {
      organization: stalesSoon,
      begin: all(usesOldKey, after(10, 0, isAskedToInstall)),
      onLetter: () => undefined,
      holds: ['still-in-use'],
      never: ['nagging escalated'],
    },
  ),
  story(
    'nobody installs the replacement, and the old key is deleted',
    'Nobody needs either key: keynag deletes the old one, and goes on asking Ann to install the other.',
    {
      organization: stalesSoon,
      begin: after(10, 0, isAskedToInstall),
      onLetter: () => undefined,
      facts: ['deactivated deleted'],
      never: ['nagging escalated'],
    },
  ),
  story(
    'the replacement is installed after it has become stale',
    'A program begins to use the replacement when keynag has asked for that for days. From then on it is a key like any other: keynag warns of its replacement, and replaces it.',
    {
      organization: stalesSoon,
      begin: all(
        after(6, 0, isAskedToInstall),
        after(7, 0, usesReplacement),
        after(15, 0, isReplacedToo),
      ),
      onLetter: () => undefined,
      days: 16,
      facts: ['deactivated deleted'],
      never: ['nagging escalated'],
    },
  ),
  story(
    'the replacement is in use, and its owner switches it off and on before it is stale',
    'The credential report then shows another date for the replacement, so only a look at the key itself shows its use. keynag warns of its replacement and replaces it, like any other key.',
    {
      organization: stalesSoon,
      statusChangeMovesDate: true,
      begin: all(
        after(1, 9, usesReplacement),
        after(1, 10, switchesReplacement('Inactive')),
        after(1, 11, switchesReplacement('Active')),
        after(7, 0, isReplacedToo),
      ),
      days: 8,
      facts: ['deactivated deleted'],
    },
  ),
  story(
    'nobody uses the replacement, and its owner switches it off and on before it is stale',
    'The credential report then shows another date for the replacement. keynag goes on asking Ann to install it.',
    {
      organization: stalesSoon,
      statusChangeMovesDate: true,
      begin: all(
        after(1, 10, switchesReplacement('Inactive')),
        after(1, 11, switchesReplacement('Active')),
        after(10, 0, isAskedToInstall),
      ),
      onLetter: () => undefined,
      facts: ['deactivated deleted'],
      never: ['nagging escalated'],
    },
  ),
  story(
    'the credential report takes the old key for the replacement',
    'Ann switches the old key off and on in the second in which keynag makes the replacement, and later the replacement. The report then shows the use of the old key on the date of the replacement. keynag asks her to install the replacement all the same.',
    {
      organization: stalesSoon,
      statusChangeMovesDate: true,
      script: [
        {
          at: 'mutations.create',
          nth: 1,
          deed: (simulation) => {
            void does('deactivates a key')(simulation)
            void does('reactivates a key')(simulation)
          },
        },
      ],
      begin: all(
        usesOldKey,
        after(1, 10, switchesReplacement('Inactive')),
        after(1, 11, switchesReplacement('Active')),
        after(10, 0, isAskedToInstall),
      ),
      onLetter: () => undefined,
      holds: ['still-in-use'],
      never: ['nagging escalated'],
    },
  ),
  story(
    'the replacement was used before its old key was switched on again',
    'The owner switches the old key on again, and an operator releases it: keynag tells Ann of the same replacement once more. A program has used it before, so nobody is asked to install it.',
    {
      organization: stalesSoon,
      begin: all(after(1, 6, does('reactivates a key')), after(2, 12, does('releases every hold'))),
      holds: ['reactivated'],
      facts: ['issuing replaced-by-owner'],
      days: 8,
    },
  ),
  story(
    'AWS does not tell whether the replacement is used',
    'A service control policy denies keynag the last use of every key. keynag asks Ann to install the replacement, and does not say that nobody uses it.',
    {
      organization: stalesSoon,
      script: [{ at: 'scan iam.lastUsed', fault: { kind: 'refused' } }],
      begin: after(10, 0, isAskedToInstall),
      onLetter: () => undefined,
      facts: ['deactivated deleted'],
      never: ['nagging escalated'],
    },
  ),
]

function usesOldKey(simulation: Simulation): void {
  for (let day = 0; day < 12; day += 1) after(day, 0, does('uses the old key'))(simulation)
}

function replacementOf(simulation: Simulation): SimKey | undefined {
  return keysHeld(ann(simulation)).find(({ session }) => session !== undefined)
}

function usesReplacement(simulation: Simulation): void {
  use(simulation, replacementOf(simulation))
}

function switchesReplacement(to: 'Active' | 'Inactive') {
  return (simulation: Simulation): void => {
    const key = replacementOf(simulation)
    if (key !== undefined) simulation.estate.setStatus(key, to, 'person', simulation.now)
  }
}

/** On the last three days, reminders have named the replacement. */
function isAskedToInstall(simulation: Simulation): void {
  const { checks, letters, now } = simulation
  const id = replacementOf(simulation)?.id
  const recent = letters.all.filter(
    ({ kind, at, named }) =>
      kind === 'nag' && at > now - 3 * dayMs && named.some((each) => each === id),
  )
  if (recent.length < 2) checks.violated('I15', 'the replacement that nobody uses ages in silence')
}

function isReplacedToo({ checks }: Simulation): void {
  if (checks.issued.size !== 2) {
    checks.violated(
      'I15',
      `${checks.issued.size} replacements were issued, and there should be two`,
    )
  }
}
