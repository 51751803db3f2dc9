import { mutant, type Mutant } from '../mutant.ts'

const decide = 'core/src/key/decide.ts'
const claim = 'engine/src/rotator/claim.ts'

/** How long keynag keeps the secret of a replacement, and when a rotation is over. */
export const handOverMutants: readonly Mutant[] = [
  mutant(
    'hand-over: the secret is kept until the new key is used',
    'engine/src/rotator/retire-secret.ts',
    "if (used.kind === 'at' && used.at > issuedAt) {",
    "if (used.kind !== 'unknown') {",
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
    "if (used.kind === 'unknown' && issuedAt < 0) {",
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
]
