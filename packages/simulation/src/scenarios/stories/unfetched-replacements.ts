import { dayMs } from '@keynag/core'
import { startsAt } from '../../scenario.ts'
import { installs } from '../estate-of.ts'
import {
  after,
  all,
  canBeReached,
  cannotBeReached,
  does,
  inPhase,
  ownerHeardOf,
  securityHeardOf,
} from './cues.ts'
import { rotatingUnder } from './organizations.ts'
import { story, type Story } from './story.ts'

const proceeding = rotatingUnder({}, { whenInUse: 'proceed' })
const inUse = after(0, 20, does('uses the old key'))
const nobodyFetches = () => undefined

/** A policy that deactivates keys in use, and replacements that nobody fetches. */
export const unfetchedReplacements: readonly Story[] = [
  story(
    'the old key is in use, and nobody fetches the replacement',
    'The owner may do nothing without MFA and cannot fetch it: keynag does not deactivate the old key and holds it. The owner and security hear of it.',
    {
      organization: proceeding,
      begin: all(
        inUse,
        after(3, 0, securityHeardOf(1)),
        after(3, 0, ownerHeardOf('replacement-not-fetched')),
      ),
      onLetter: nobodyFetches,
      holds: ['replacement-not-fetched'],
      never: ['issued deactivated'],
    },
  ),
  story(
    'nobody fetches the replacement, and the owner cannot be told for a while',
    'For six hours no message reaches the owner of a held key: keynag tells the owner of the hold the next day.',
    {
      organization: proceeding,
      begin: all(
        inUse,
        after(1, 0, cannotBeReached),
        after(1, 6, canBeReached),
        after(3, 0, ownerHeardOf('replacement-not-fetched')),
      ),
      onLetter: nobodyFetches,
      holds: ['replacement-not-fetched'],
      never: ['issued deactivated'],
    },
  ),
  story(
    'the old key is in use, and its owner has fetched the replacement',
    'CloudTrail shows that the user fetched the secret: keynag deactivates the old key, as the policy says.',
    {
      organization: proceeding,
      begin: all(inUse, after(0, 12, does('fetches the new key and does not use it'))),
      onLetter: nobodyFetches,
      facts: ['issued deactivated'],
    },
  ),
  story(
    'the old key is in use, and the replacement too',
    'A program uses the new key: keynag deactivates the old key, as the policy says.',
    { organization: proceeding, begin: inUse, facts: ['issued deactivated'] },
  ),
  story(
    'nobody knows of the use of the old key, and nobody fetches the replacement',
    'AWS does not say whether the old key is in use: keynag does not deactivate it and holds it.',
    {
      organization: proceeding,
      script: [{ at: 'rotate iam.lastUsed', fault: { kind: 'denied' }, when: inPhase('replaced') }],
      onLetter: nobodyFetches,
      holds: ['replacement-not-fetched'],
      never: ['issued deactivated'],
    },
  ),
  story(
    'the old key is not used, and nobody fetches the replacement',
    'Silence does not stop keynag: it deactivates and deletes the old key, as announced.',
    {
      organization: proceeding,
      onLetter: nobodyFetches,
      facts: ['deactivated deleted'],
    },
  ),
  story(
    'nobody fetches the replacement, and after a release the owner does',
    'After the release keynag warns the owner anew and offers the same replacement. The owner fetches it, and keynag goes on.',
    {
      organization: proceeding,
      begin: all(inUse, after(3, 0, does('releases every hold'))),
      onLetter: (simulation, _letter, message) => {
        if (simulation.now > startsAt + 3 * dayMs) installs(simulation, message)
      },
      holds: ['replacement-not-fetched'],
      facts: ['issued begun-anew', 'issuing replaced-by-owner', 'deactivated deleted'],
    },
  ),
]
