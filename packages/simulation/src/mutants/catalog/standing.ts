import { mutant, type Mutant } from '../mutant.ts'

const decide = 'core/src/key/decide.ts'
const fresh = 'engine/src/rotator/fresh-look.ts'

/** What IAM has to confirm before a step, and how a rotation ends that nothing orders any more. */
export const standingMutants: readonly Mutant[] = [
  mutant(
    'standing: the user is under the policy that the ledger names',
    fresh,
    'standing.policy === entry.policy && ',
    '',
  ),
  mutant(
    'standing: the user belongs to the owner whom the ledger names',
    fresh,
    ' && standing.owner.id === entry.owner.id',
    '',
  ),
  mutant(
    'standing: the user is read again right before the step',
    'engine/src/rotator/rotate.ts',
    'bound.has(step.kind) ? await changeOfUser(run) : undefined',
    'undefined',
  ),
  mutant(
    'standing: a scan records that no policy covers the user any more',
    'engine/src/scanner/observe.ts',
    '? resighted(candidate, entry, key, context)',
    '? renamed(candidate, entry, key, context)',
  ),
  mutant(
    'no order: a rotation ends whose policy enforces nothing any more',
    decide,
    'return abandon(`policy ${policy.name} enforces nothing now`)',
    'return decideHandover(entry, now)',
  ),
  mutant(
    'no order: a rotation ends whose policy does not delete any more',
    decide,
    'if (deed === undefined && awaitsDeletion(entry)) {',
    'if (deed === undefined && entry.nagCount < 0) {',
  ),
  mutant(
    'no order: a rotation ends whose policy is gone',
    decide,
    "case 'issued':\n      return abandon(why)",
    "case 'issued':\n      return wait(undefined, why)",
  ),
]
