import { mutant, type Mutant } from '../mutant.ts'

const candidates = 'engine/src/scanner/candidates.ts'

/** What a scan may conclude from what it does not see. */
export const scanMutants: readonly Mutant[] = [
  mutant(
    'plan: the sweeper sends the messages that the planner could not send',
    'engine/src/sweeper/sweep.ts',
    '  await orSkip(ports, () => requestAgain(ports, isoDay(now)))\n',
    '',
  ),
  mutant(
    'plan: it counts as published only once its messages are sent',
    'engine/src/planner/plan.ts',
    'plannedAt: before?.plannedAt ?? now,',
    'plannedAt: before?.plannedAt ?? now,\n    publishedAt: now,',
  ),
  mutant(
    'plan: a scan that never ended has failed by the next day',
    'engine/src/planner/plan.ts',
    'await endOldScans(ports, now)\n',
    '',
  ),
  {
    guard: 'scan: a user on no page is looked up, and so is the key',
    patches: [
      {
        file: 'engine/src/scanner/scan.ts',
        from: 'if (user?.userId === entry.userId) return\n',
        to: '',
      },
      {
        file: 'engine/src/scanner/scan.ts',
        from: 'if (await ports.iam.hasKey(entry.accountId, entry.accessKeyId)) return\n',
        to: '',
      },
    ],
  },
  mutant(
    'scan: the key of a renamed user still exists',
    'engine/src/scanner/scan.ts',
    'if (await ports.iam.hasKey(entry.accountId, entry.accessKeyId)) return\n',
    '',
  ),
  mutant(
    'scan: a key is not gone when the lookup fails',
    'engine/src/scanner/scan.ts',
    'await ports.iam.hasKey(entry.accountId, entry.accessKeyId)',
    'await ports.iam.hasKey(entry.accountId, entry.accessKeyId).catch(() => false)',
  ),
  mutant(
    'scan: one user who cannot be read does not fail the account',
    'engine/src/scanner/scan.ts',
    "if (!(error instanceof KeynagError) || error.code === 'KEYNAG_ROLE_UNREACHABLE') throw error\n",
    'if (userName.length > 0) throw error\n      if (!(error instanceof KeynagError)) throw error\n',
  ),
  mutant(
    'scan: a resolved key may leave a rotation open',
    'engine/src/scanner/scan.ts',
    'return changeOf(before, { ...fact, open: rotation.rotationId }, { organization, now })',
    'return changeOf(before, fact, { organization, now })',
  ),
  mutant(
    'scan: a resolved entry describes nothing of the present',
    candidates,
    '!ongoing.some((entry) => describes(entry, slot))',
    '!known.some((entry) => describes(entry, slot))',
  ),
  mutant(
    'scan: a key that was switched on again may look young in the report',
    candidates,
    '(hasReturned || isOld(slot, policy, now))',
    'isOld(slot, policy, now)',
  ),
  mutant(
    'scan: a user with fewer Active keys than the ledger shows is looked up',
    candidates,
    'if (activeToLedger(known) > slots.filter(({ active }) => active).length) return true\n',
    '',
  ),
  mutant(
    'scan: only their IDs tell keys of one second apart',
    candidates,
    'known.filter((other) => isWithinASecond(other.createdAt, entry.createdAt)).length === 1 &&\n',
    '',
  ),
  mutant(
    'scan: a key that somebody switched on under another hold is held after it',
    candidates,
    ' &&\n    !isSwitchedOn(entry)\n',
    '\n',
  ),
  mutant(
    'scan: the story of a key that is gone ends, whatever its state',
    'engine/src/scanner/observe.ts',
    'const isRecorded = !isOngoing(entry) && !mayReturn(entry)',
    'const isRecorded = !isUnanswered(entry) && entry.hold === undefined',
  ),
  mutant(
    'scan: a deletion that keynag intended is not booked as the owner’s',
    'engine/src/scanner/observe.ts',
    'if (isRecorded || openIntent(context.rotation, entry)) return',
    'if (isRecorded) return',
  ),
  mutant(
    'scan: a resolved key has its true status',
    'core/src/key/evolve.ts',
    'status: fact.status ?? entry.status,\n',
    '',
  ),
  mutant(
    'scan: an account that cannot be read resolves no key',
    'engine/src/scanner/scan.ts',
    'return recordFailure(ports, planned, asFailure(ports, error))',
    "return { kind: 'done', reason: asFailure(ports, error).code }",
  ),
]
