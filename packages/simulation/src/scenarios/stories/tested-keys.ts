import type { Cue } from '../../scenario.ts'
import type { Simulation } from '../../simulation.ts'
import { after, all, does } from './cues.ts'
import { story, type Story } from './story.ts'

/** AWS refuses to make the tested key current: keynag tries again the next day, with another test. */
const notIssued = (nth: number): Cue<Simulation> => ({
  at: 'handovers.promote',
  nth,
  fault: { kind: 'refused' },
})

/** The secret goes when keynag has tested the new key. */
const secretGoes: Cue<Simulation> = {
  ...notIssued(1),
  deed: after(0, 1, does('schedules the deletion of the hand-over secret')),
}

/** A new key that keynag has tested and could not issue: to IAM the test is a use. */
export const testedKeys: readonly Story[] = [
  story(
    'the owner deletes the old key, and the new one was tested and not issued',
    'Nobody but keynag has used the new key, and nobody was told of it: keynag undoes it.',
    {
      script: [notIssued(1)],
      begin: after(0, 12, does('deletes the old key')),
      facts: ['resolved rotation-abandoned'],
      recoveries: ['orphan-deleted'],
    },
  ),
  story(
    'the secret goes after the test of the new key',
    'Nobody has the new key: keynag undoes it, makes no other, and holds the old key.',
    {
      script: [secretGoes],
      recoveries: ['orphan-deleted'],
      holds: ['handover-gone'],
      never: ['issuing replacement-issued'],
    },
  ),
  story(
    'the user finds and uses the new key between two tests',
    'IAM shows keynag’s second test, which hides the use. CloudTrail shows the fetch: keynag leaves the new key as it is.',
    {
      script: [notIssued(1), notIssued(2)],
      begin: all(
        after(0, 6, does('fetches the new key and does not use it')),
        after(0, 6, does('uses the new key')),
        after(1, 12, does('deletes the old key')),
      ),
      facts: ['resolved rotation-abandoned'],
    },
  ),
  story(
    'somebody uses the new key after its test, and CloudTrail shows no fetch',
    'IAM shows a use that is not keynag’s test: keynag leaves the new key as it is.',
    {
      script: [notIssued(1)],
      begin: all(after(0, 6, does('uses the new key')), after(0, 12, does('deletes the old key'))),
      facts: ['resolved rotation-abandoned'],
    },
  ),
]
