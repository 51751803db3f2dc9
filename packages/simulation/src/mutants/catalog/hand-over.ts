import { mutant, type Mutant } from '../mutant.ts'

const decide = 'core/src/key/decide.ts'
const gate = 'core/src/key/handover-gate.ts'
const claim = 'engine/src/rotator/claim.ts'

/** How long keynag keeps the secret of a replacement, and when a rotation is over. */
export const handOverMutants: readonly Mutant[] = [
  mutant(
    'hand-over: the secret is kept until the new key is used',
    'engine/src/rotator/retire-secret.ts',
    'if (isInstalled(handover, used)) return',
    "if (used.kind !== 'unknown') return",
  ),
  mutant(
    'hand-over: the secret is kept for its retention',
    decide,
    'return handover.retireAt <= now',
    'return handover.issuedAt <= now',
  ),
  mutant(
    'hand-over: the secret is retired when its key is gone',
    'engine/src/rotator/retire-secret.ts',
    "if (used.kind === 'unknown' && (await isGone(ports, entry, replacementKeyId))) {",
    "if (used.kind === 'unknown' && Math.PI < 3) {",
  ),
  mutant(
    'hand-over: a secret that was never issued is retired with its rotation',
    'engine/src/rotator/abandon.ts',
    "if ('secretArn' in phase) return phase.secretArn",
    "if ('secretArn' in phase) return undefined",
  ),
  mutant(
    'hand-over: a secret without a record is retired with its rotation',
    'engine/src/rotator/abandon.ts',
    "return phase.kind === 'opened' && isForReplacing ? handoverName(rotationId) : undefined",
    'return undefined',
  ),
  mutant(
    'claim: after the release, a rotation whose replacement is gone is over',
    'core/src/key/rollback.ts',
    "phase.kind === 'replaced' ||\n",
    '',
  ),
  mutant(
    'claim: a rotation for another enforcement begins again',
    claim,
    'return isAnother && isFree\n',
    'return isAnother && !isAnother && isFree\n',
  ),
  mutant(
    'hand-over: no key is made without a secret to put it in',
    gate,
    "if (seen.stored.kind !== 'gone') return {",
    "if (seen.stored.kind !== 'gone' || attempt > 0) return {",
  ),
  mutant(
    'hand-over: after a lost key and a lost secret, no other key is made',
    gate,
    'return attempt === 1\n',
    'return attempt > 0\n',
  ),
  mutant(
    'hand-over: a stored key is issued only from its secret',
    'core/src/key/rotation-plan.ts',
    'if (!isStoredIn(state, newKeyId)) {',
    'if (!isStoredIn(state, newKeyId) && now < 0) {',
  ),
  mutant(
    'hand-over: the old key is deactivated only while the replacement is in reach',
    'core/src/key/rotation-plan.ts',
    "unlessInReach(state) ?? { kind: 'deactivate' }",
    "{ kind: 'deactivate' }",
  ),
  mutant(
    'hand-over: the old key is deleted only while the replacement is in reach',
    'core/src/key/rotation-plan.ts',
    'unlessInReach(state) ??\n        unlessChangedSince',
    'unlessChangedSince',
  ),
  mutant(
    'hand-over: a secret that is scheduled for deletion does not hold up its rotation',
    'engine/src/rotator/act.ts',
    "if (container === 'name-taken') return prepareAnew(run, 'it is scheduled for deletion')",
    "if (container === 'name-taken') throw new Error('it is scheduled for deletion')",
  ),
  mutant(
    'hand-over: a key in use is deactivated only after its owner has the replacement',
    'core/src/key/rotation-plan.ts',
    'unlessHad(state, enforce) ??\n',
    '',
  ),
  mutant(
    'hand-over: a fetch shows that the owner has the replacement',
    gate,
    "return seen.isFetched ?? look({ kind: 'fetched', secretArn, since })",
    'return since < 0',
  ),
  mutant(
    'hand-over: a key of unknown use counts as in use',
    gate,
    "used.kind === 'never' || (used.kind === 'at' && used.at <=",
    "used.kind !== 'at' || (used.kind === 'at' && used.at <=",
  ),
  mutant(
    'hand-over: silence does not stop the deactivation of a quiet key',
    gate,
    'if (isQuiet) return undefined',
    'if (isQuiet && now < 0) return undefined',
  ),
  mutant(
    'hand-over: the owner hears of a hold that puts off a date',
    'core/src/key/notice.ts',
    "? ['held', 'held-to-owner'] : ['held']",
    "? ['held'] : ['held']",
  ),
]
