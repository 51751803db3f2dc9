import { hourMs, minuteMs } from '@keynag/core'
import { keysHeld } from '../../estate.ts'
import { use } from '../../people.ts'
import { startsAt } from '../../scenario.ts'
import { ann, crashAfter, inPhase, strangerCreatesKey } from './cues.ts'
import { story, type Story } from './story.ts'

/** A new key whose secret is lost: keynag must prove that it created the key before it deletes it. */
export const orphans: readonly Story[] = [
  story(
    'the orphan is not known to be off',
    'The function crashes after it has deactivated the orphan: the next delivery deactivates it again.',
    {
      script: [crashAfter('mutations.create'), crashAfter('mutations.deactivate')],
      recoveries: ['orphan-off-again'],
    },
  ),
  story(
    'IAM’s list is old when the orphan is to be switched off',
    'The function crashes before it deactivates the orphan, and the next list of keys is older than the orphan: keynag does not take it for gone.',
    {
      staleListMs: 30 * minuteMs,
      script: [
        crashAfter('mutations.create'),
        { at: 'mutations.deactivate', nth: 1, fault: { kind: 'crash-before' } },
        { at: 'rotate iam.accessKeys', nth: 1, when: inPhase('undoing'), fault: { kind: 'stale' } },
      ],
      recoveries: ['orphan-off-again'],
    },
  ),
  story(
    'the orphan is deleted, and nobody recorded it',
    'The function crashes after it has deleted the orphan: the next delivery records that the orphan is gone.',
    {
      script: [crashAfter('mutations.create'), crashAfter('mutations.delete')],
      recoveries: ['orphan-gone'],
    },
  ),
  story(
    'the orphan is switched on',
    'A person reactivates the orphan before keynag deletes it: keynag holds the old key and asks an operator.',
    {
      script: [
        crashAfter('mutations.create'),
        {
          at: 'mutations.deactivate',
          nth: 1,
          deed: (simulation) => {
            simulation.later(10 * minuteMs, () => {
              const key = keysHeld(ann(simulation))[1]
              if (key !== undefined) {
                simulation.estate.setStatus(key, 'Active', 'person', simulation.now)
              }
            })
          },
        },
      ],
      recoveries: ['orphan-reactivated'],
      holds: ['reactivated'],
    },
  ),
  story(
    'somebody uses the orphan',
    'A person uses a new key whose secret seemed lost: keynag does not undo it, and holds the old key.',
    {
      script: [
        crashAfter('mutations.create'),
        {
          at: 'iam.makerOf',
          fault: { kind: 'stale' },
          when: ({ now }) => now < startsAt + 3 * hourMs,
        },
      ],
      begin: (simulation) => {
        simulation.later(90 * minuteMs, () => use(simulation, keysHeld(ann(simulation))[1]))
      },
      recoveries: ['orphan-unproven'],
      holds: ['orphan-unproven'],
    },
  ),
  story(
    'a stranger makes a key just then',
    'A person creates a key exactly when keynag’s own create fails: keynag leaves that key alone and holds the old key.',
    {
      script: [strangerCreatesKey],
      recoveries: ['orphan-unproven'],
      holds: ['orphan-unproven'],
    },
  ),
  story(
    'CloudTrail is late',
    'CloudTrail shows the create late: keynag waits for it and then deactivates the orphan.',
    {
      script: [
        crashAfter('mutations.create'),
        { at: 'iam.makerOf', nth: 1, fault: { kind: 'stale' } },
        { at: 'iam.makerOf', nth: 2, fault: { kind: 'stale' } },
      ],
      recoveries: ['trail-awaited', 'orphan-off'],
    },
  ),
  story(
    'CloudTrail never says, and the key is a stranger’s',
    'CloudTrail never shows who created a person’s key: keynag leaves that key alone and holds the old key.',
    {
      script: [strangerCreatesKey, { at: 'iam.makerOf', fault: { kind: 'stale' } }],
      recoveries: ['trail-awaited', 'orphan-unproven'],
      holds: ['orphan-unproven'],
    },
  ),
  story(
    'a lost key appears after its attempt was given up',
    'IAM lists an orphan only after keynag has begun another attempt: keynag cannot prove who created it, and holds the old key.',
    {
      staleListMs: 20 * minuteMs,
      script: [
        crashAfter('mutations.create'),
        {
          at: 'rotate iam.accessKeys',
          fault: { kind: 'stale' },
          when: inPhase('creating'),
          nth: 1,
        },
        { at: 'rotate iam.accessKeys', fault: { kind: 'stale' }, when: inPhase('prepared') },
        { at: 'mutations.create', nth: 2, fault: { kind: 'crash-before' } },
      ],
      recoveries: ['create-again', 'orphan-unproven'],
      holds: ['orphan-unproven'],
    },
  ),
]
