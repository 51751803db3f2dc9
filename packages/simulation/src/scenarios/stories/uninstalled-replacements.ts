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
