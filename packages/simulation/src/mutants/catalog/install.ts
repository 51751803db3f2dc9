import { mutant, type Mutant } from '../mutant.ts'

/** What keynag asks for a replacement that it made and nobody has installed. */
export const installMutants: readonly Mutant[] = [
  mutant(
    'install: keynag does nothing to a replacement of its own that is not installed',
    'core/src/key/next-deed.ts',
    'return toInstall(entry, policy) === undefined',
    'return policy.nag.everyDays > 0',
  ),
  mutant(
    'install: nobody but the owner hears of it',
    'core/src/key/decide.ts',
    'rung === undefined || toInstall(entry, policy) !== undefined',
    'rung === undefined',
  ),
  mutant(
    'install: the scan tells the replacement from other keys',
    'engine/src/scanner/observe.ts',
    'const replaces = replacedBy(key.accessKeyId, lastUsed, known)',
    'const replaces = replacedBy(key.accessKeyId, lastUsed, [])',
  ),
  mutant(
    'install: the scan notices that a program uses it',
    'engine/src/scanner/candidates.ts',
    'slots.every((slot) => !describes(entry, slot) || isInstalledAsKnown(entry, slot, known))',
    'slots.every((slot) => slot.active || isInstalledAsKnown(entry, slot, known))',
  ),
  // One for both conditions: either look alone finds the use of a replacement that was switched off and on.
  mutant(
    'install: the scan asks for the use of a replacement by its ID',
    'engine/src/scanner/last-used-of.ts',
    'uses.set(accessKeyId, await iam.lastUsed(user.accountId, accessKeyId))',
    '',
  ),
  mutant(
    'install: a use before it became the replacement anew counts',
    'core/src/key/handover-gate.ts',
    'used.at > firstIssuedAt',
    'used.at > Math.max(issuedAt, firstIssuedAt)',
  ),
  mutant(
    'install: what was seen before does not stay',
    'core/src/key/evolve.ts',
    'const { replaces: _, ...rest } = entry\n  return { ...rest, ...sighting }',
    'return { ...entry, ...sighting }',
  ),
  mutant(
    'install: a reminder to install does not count as one to replace',
    'core/src/key/evolve.ts',
    'return isSameRequest || !isUnanswered',
    'return owner.id === entry.owner.id || isSameRequest || !isUnanswered',
  ),
]
