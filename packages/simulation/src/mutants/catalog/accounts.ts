import { mutant, type Mutant } from '../mutant.ts'

const known = 'core/src/known-account.ts'

/** Guards for accounts that are closed, gone, or unread. */
export const accountMutants: readonly Mutant[] = [
  mutant(
    'account: knowledge has an age',
    known,
    'if (now <= plusDays(since, staleSightingDays)) return undefined',
    'if (now >= since) return undefined',
  ),
  mutant('account: one that is not ACTIVE stops its keys', known, 'return stopped\n', 'void 0\n'),
  mutant(
    'account: one that is back waits for a scan',
    known,
    "return { ...after, stopped: { since, why: 'no scan has read the account since it came back' } }",
    'return { ...after, stopped: undefined, readAt: now }',
  ),
  mutant(
    'account: one that comes back is warned anew',
    'engine/src/scanner/record-read.ts',
    'account?.stopped !== undefined && isAnnounced(entry)',
    'account?.stopped !== undefined && isAnnounced(entry) && entry.version < 0',
  ),
  mutant(
    'account: a list without an account stops the account',
    'engine/src/planner/note-accounts.ts',
    'const after = afterList(before, seen, now)',
    'const after = listed.has(accountId) ? afterList(before, seen, now) : undefined',
  ),
  mutant(
    'account: an unread key is not nagged about',
    'engine/src/notifier/nag.ts',
    'if ((await unread(member)) === undefined) members.push(member)',
    'members.push(member)',
  ),
  mutant(
    'account: an unread key is not written of beside another',
    'engine/src/unread-now.ts',
    'return unreadFor(entry, await account, organization.policies, clock.now())',
    "return (await account)?.state === 'ACTIVE' ? undefined : unreadFor(entry, await account, organization.policies, clock.now())",
  ),
  mutant(
    'account: nothing is done to an unread key',
    'engine/src/rotator/rotate.ts',
    'if (unread !== undefined) return done',
    'if (unread === null) return done',
  ),
  mutant(
    'account: a message about an unread key waits',
    'engine/src/notifier/deliver-notice.ts',
    'if (unread !== undefined) {',
    'if (unread === null) {',
  ),
  mutant(
    'account: an unread key waits with one fact',
    'engine/src/sweeper/sweep.ts',
    "{ kind: 'account-unread', since, why }",
    "{ kind: 'rescheduled', why }",
  ),
  mutant(
    'account: an unread key goes on when its account is read',
    'engine/src/scanner/scan.ts',
    'unread === undefined ? undefined : anew',
    'unread === undefined ? undefined : undefined',
  ),
  mutant(
    'account: the keys of one that is over end',
    'engine/src/planner/request-scans.ts',
    'isOver(account, now) && account.endedAt === undefined',
    'isOver(account, now) && account.endedAt === null',
  ),
  mutant(
    'account: a rotation that may leave a key is abandoned when the account is back',
    'engine/src/scanner/end-account.ts',
    "['opened', 'prepared', 'creating', 'undoing', 'stored'].includes(kind)",
    "kind === 'closed'",
  ),
  mutant(
    'account: a resolved key is opened again only after its rotation',
    'engine/src/scanner/observe.ts',
    'if (!isFree || !isConcern',
    'if (!isConcern',
  ),
  mutant(
    'account: a new owner is not told that the date of another one is off',
    'core/src/key/evolve.ts',
    ' && entry.owner.id === owner.id\n',
    '\n',
  ),
  mutant(
    'account: a key that was deactivated before its account was closed, and is Active again, is held',
    'core/src/key/evolve.ts',
    '...reactivatedInClosed(entry, fact, at),',
    '',
  ),
]
