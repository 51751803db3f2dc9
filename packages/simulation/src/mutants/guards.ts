/** One guard of the code, and the text that takes it out: each must be found exactly once. */
export interface Guard {
  readonly guard: string
  readonly patches: readonly Patch[]
}

interface Patch {
  /** Below `packages`. */
  readonly file: string
  readonly from: string
  readonly to: string
}

const plan = 'core/src/key/rotation-plan.ts'
const decide = 'core/src/key/decide.ts'
const evolve = 'core/src/key/evolve.ts'
const claim = 'engine/src/rotator/claim.ts'
const gate = 'engine/src/rotator/gate.ts'
const rotate = 'engine/src/rotator/rotate.ts'
const create = 'engine/src/rotator/create-and-store.ts'

const guard = (name: string, file: string, from: string, to: string): Guard => ({
  guard: name,
  patches: [{ file, from, to }],
})

export const guards: readonly Guard[] = [
  // The lease and the fence.
  guard(
    'lease: a live one is respected',
    claim,
    'if (current.lease !== undefined && current.lease.until > now) {',
    'if (current.lease !== undefined && current.lease.until > now + 9e9) {',
  ),
  guard(
    'lease: it outlives the function',
    'core/src/key/rotation.ts',
    'const leaseMs = 6 * minuteMs',
    'const leaseMs = minuteMs',
  ),
  guard(
    'lease: it runs out by itself after an effect that nobody answered for',
    rotate,
    'return perform(work, step, seen, { enforce, rule })',
    'return perform(work, step, seen, { enforce, rule }).catch(async (error: unknown) => {\n    if (error instanceof KeynagError) await giveBack(work, error)\n    throw error\n  })',
  ),
  guard(
    'fence: a write under an older version is refused',
    'core/src/ledger/memory-ledger.ts',
    'if (this.#current(write)?.version === write.before?.version) return undefined',
    'if (this.#current(write)?.version !== undefined || write.before === undefined) return undefined',
  ),
  guard(
    'fence: what was decided before the lease is decided again',
    claim,
    'if (fresh?.version === entry.version) return',
    'if (fresh !== undefined) return',
  ),
  guard(
    'fence: a rotation opens only for the entry that was decided on',
    claim,
    '    write,\n  ])',
    "    ...(fact.kind === 'rotation-opened' ? [write] : []),\n  ])",
  ),
  guard(
    'fence: the intent keeps the lease until the effect is known',
    'engine/src/rotator/work.ts',
    'const rotation = { ...this.#rotation, phase, version: this.#rotation.version + 1 }',
    'const { lease: _, ...free } = this.#rotation\n    const rotation = { ...free, phase, version: this.#rotation.version + 1 }',
  ),
  guard(
    'fence: what was written since the decision stops the change',
    gate,
    'if (!(await work.isUnchanged())) {',
    'if (work.entry.version < 0) {',
  ),
  guard(
    'record: what was done is written down whoever wrote meanwhile',
    'engine/src/rotator/work.ts',
    'if (!(await this.#isStillTrue(record))) break',
    'break',
  ),
  guard(
    'one rotation a user: another key waits',
    claim,
    'if (current.accessKeyId !== entry.accessKeyId) {',
    'if (current.accessKeyId === undefined) {',
  ),
  // Creating.
  guard(
    'two keys: a second one stops the create',
    plan,
    'if (other === undefined) return go\n',
    'if (other !== go) return go\n',
  ),
  guard(
    'two keys: only a newer one counts as the owner’s replacement',
    plan,
    "if (other.status === 'Active' && other.createdAt > old.createdAt) {",
    "if (other.status === 'Active') {",
  ),
  guard(
    'two keys: only one in use counts as the owner’s replacement',
    plan,
    "if (used.kind === 'at') return { kind: 'adopt-owners'",
    "if (used.kind !== 'unknown') return { kind: 'adopt-owners'",
  ),
  guard(
    'two keys: only an Active one counts as the owner’s replacement',
    plan,
    "if (other.status === 'Active' && other.createdAt > old.createdAt) {",
    'if (other.createdAt > old.createdAt) {',
  ),
  guard(
    'create: the old key is there',
    plan,
    "function beforeCreating({ seen, entry }: Situation, old: ListedKey | undefined, go: Step): Step {\n  if (old === undefined) return { kind: 'resolve', how: 'deleted-by-owner' }",
    'function beforeCreating({ seen, entry }: Situation, old: ListedKey | undefined, go: Step): Step {\n  if (old === undefined) return go',
  ),
  guard(
    'create: a bounded number of attempts',
    plan,
    'if (phase.attempt > maxAttempts && phase.attempt % (maxAttempts + 1) === 0) {',
    'if (phase.attempt < 0) {',
  ),
  guard(
    'create: an unanswered one is not repeated, it is looked at',
    create,
    'const created = await work.ports.mutations.create(work.user, sessionNameOf(of))',
    'const created = await work.ports.mutations\n    .create(work.user, sessionNameOf(of))\n    .catch(() => work.ports.mutations.create(work.user, sessionNameOf(of)))',
  ),
  guard(
    'create: the intent is on record first',
    create,
    "const capped = await work.intend(intent, await capsOn(work, 'begin', work.rotation.openedAt))",
    'const capped = intent.attempt < 0 ? String(capsOn) : undefined',
  ),
  guard(
    'create: its session names the rotation',
    'core/src/key/rotation.ts',
    '  `keynag-${rotationId}-${attempt}`',
    '  `keynag-${rotationId.slice(0, 4)}-${attempt}`',
  ),
  guard(
    'store: each attempt has a token of its own',
    'core/src/key/rotation.ts',
    'versionIdOf = ({ rotationId, attempt }: Attempt): string => `${rotationId}-${attempt}`',
    'versionIdOf = ({ rotationId }: Attempt): string => `${rotationId}-1`',
  ),
  guard(
    'store: a key whose secret may be stored is not undone',
    create,
    'if (failure !== undefined && !(await isStored(work, secretArn, of, newKeyId))) {',
    'if (failure !== undefined) {',
  ),
  guard(
    'store: a key whose secret is not stored is undone',
    create,
    'if (failure !== undefined && !(await isStored(work, secretArn, of, newKeyId))) {',
    'if (failure !== undefined && failure.message === newKeyId) {',
  ),
  // A create that may have been lost.
  guard(
    'orphan: lists are believed only when they have settled',
    plan,
    "if (now < settled) return { kind: 'wait', until: settled, why: 'IAM lists may still be old' }\n  const fresh",
    'const fresh',
  ),
  guard(
    'orphan: what is in the snapshot is not new',
    plan,
    '!phase.snapshot.includes(key.accessKeyId)',
    'key.accessKeyId.length > 0',
  ),
  guard(
    'orphan: CloudTrail names a session of this rotation',
    plan,
    "if (maker.kind === 'other' || !maker.sessionName.startsWith(prefix)) {",
    'if (prefix.length === 0) {',
  ),
  guard(
    'orphan: silence of CloudTrail proves nothing',
    plan,
    "if (maker.kind === 'not-found') {",
    "if (maker.kind === 'not-found' && now < 0) {",
  ),
  guard(
    'orphan: it is not older than the intent',
    plan,
    'if (orphan.createdAt < intendedAt - minuteMs) {',
    'if (orphan.createdAt < 0) {',
  ),
  guard(
    'orphan: it was never used',
    plan,
    "return used.kind === 'never'\n    ? go",
    "return used.kind !== 'unknown'\n    ? go",
  ),
  guard(
    'orphan: a stored secret is adopted, not undone',
    plan,
    "if (seen.stored.kind === 'key') {",
    "if (seen.stored.kind === 'key' && now < 0) {",
  ),
  guard(
    'orphan: it rests before it is deleted',
    plan,
    'if (deactivatedAt !== undefined && now < deactivatedAt + orphanGraceMs) {',
    'if (deactivatedAt !== undefined && now < 0) {',
  ),
  guard(
    'orphan: it is still Inactive when it is deleted',
    plan,
    "if (orphan.status !== 'Inactive') {",
    "if (orphan.status === 'Expired') {",
  ),
  guard(
    'orphan: not listed is not gone before it was switched off',
    plan,
    'return orphan === undefined ? go : unusedOrphan(seen, orphanKeyId, go)',
    "return orphan === undefined\n      ? { kind: 'retry-create', secretArn, attempt }\n      : unusedOrphan(seen, orphanKeyId, go)",
  ),
  guard(
    'given up: a key that somebody uses is not undone',
    plan,
    'return instead(unusedOrphan(seen, orphanKeyId, go), true)',
    'return go',
  ),
  // Issuing.
  guard(
    'issue: the new key is tested',
    'engine/src/rotator/test-and-issue.ts',
    "if (answer.kind === 'works') return answer.userArn",
    'return work.user.arn',
  ),
  guard(
    'issue: the new key is there',
    plan,
    "seen.keys.some((key) => key.accessKeyId === phase.newKeyId && key.status === 'Active')",
    'seen.keys.length > 0',
  ),
  guard(
    'issue: a list without the new key is not believed at once',
    plan,
    "return now < settled\n    ? { kind: 'wait', until: settled, why: 'IAM lists may still be old' }\n    : hold(code, why)",
    "return now < 0\n    ? { kind: 'wait', until: settled, why: 'IAM lists may still be old' }\n    : hold(code, why)",
  ),
  guard(
    'delivery: only a delivered message begins the grace',
    'engine/src/notifier/deliver-notice.ts',
    "if (sent.kind === 'delivered') {",
    "if (sent.kind === 'delivered' || isAboutReplacement(claimed)) {\n    sent = { kind: 'delivered', delivery: { channel: 'none', to: 'nobody', messageId: '0' } }",
  ),
  guard(
    'delivery: the grace runs from the delivery',
    decide,
    'const at = opening(enforce, plusDays(deliveredAt, enforce.installationGraceDays), now)',
    'const at = opening(enforce, plusDays(entry.handover.issuedAt, enforce.installationGraceDays), now)',
  ),
  guard(
    'delivery: without one there is no grace',
    decide,
    'if (deliveredAt === undefined) {',
    'if (deliveredAt === undefined && entry.nagCount < 0) {',
  ),
  guard(
    'delivery: news that did not arrive is told again',
    decide,
    "again <= now ? { kind: 'enforce', step: 'tell', rule } : sooner(handover, again, rule)",
    'again <= now ? wait(undefined, rule) : sooner(handover, again, rule)',
  ),
  // Warnings.
  guard(
    'warning: only a delivered nag counts',
    'engine/src/notifier/nag.ts',
    'if (notice.delivery === undefined || notice.withdrawn !== undefined) {',
    'if (notice.delivery === undefined && notice.attempts < 0) {',
  ),
  guard(
    'warning: enforcement needs one, of what is enforced',
    decide,
    'if (entry.warned?.of !== enforce.kind || entry.nagCount < enforce.afterNags) return undefined',
    '',
  ),
  guard(
    'warning: the installation grace after it',
    decide,
    'plusDays(entry.warned.at, grace)',
    'plusDays(entry.warned.at, grace * 0)',
  ),
  guard(
    'warning: a new owner is warned anew',
    evolve,
    'if (owner.id === entry.owner.id) return entry',
    'if (owner.id !== undefined) return entry',
  ),
  guard(
    'nag: once in its period',
    decide,
    'at: plusDays(entry.lastNaggedAt, everyDays),',
    'at: plusDays(entry.lastNaggedAt, 0),',
  ),
  guard(
    'nag: one that is recorded is not recorded again',
    'engine/src/notifier/nag.ts',
    'if (entry.lastNoticeId === notice.noticeId) return undefined',
    '',
  ),
  // Deactivating.
  guard(
    'deactivate: the grace after the news',
    decide,
    "if (at !== undefined && at <= now) return { kind: 'enforce', step: 'deactivate', rule }\n  return sooner",
    "if (at !== undefined) return { kind: 'enforce', step: 'deactivate', rule }\n  return sooner",
  ),
  guard(
    'deactivate: the replacement is Active',
    plan,
    "if (replacement?.status !== 'Active') {",
    "if (replacement?.status === 'Expired') {",
  ),
  guard(
    'use gate: a key in use stops',
    plan,
    'if (!recent) return undefined\n',
    'if (recent || !recent) return undefined\n',
  ),
  guard(
    'use gate: unknown is not unused',
    plan,
    "case 'unknown':\n      return useUnknown(used.why)",
    "case 'unknown':\n      return undefined",
  ),
  guard(
    'deactivate: the intent is on record first',
    'engine/src/rotator/deactivate.ts',
    'const capped = await work.intend(intent, await capsOf(work))',
    'const capped = intent.intendedAt < 0 ? String(capsOf(work)) : undefined',
  ),
  // Deleting.
  {
    guard: 'delete: the recovery grace (decided, and planned)',
    patches: [
      {
        file: decide,
        from: 'plusDays(entry.deactivatedAt, enforce.recoveryGraceDays), now)',
        to: 'plusDays(entry.deactivatedAt, 0), now)',
      },
      {
        file: plan,
        from: "return now < until\n    ? { kind: 'wait', until, why: 'the recovery grace is not over' }",
        to: "return now < 0\n    ? { kind: 'wait', until, why: 'the recovery grace is not over' }",
      },
    ],
  },
  guard(
    'delete: the status is read again',
    plan,
    "if (old.status !== 'Inactive') {",
    "if (old.status === 'Expired') {",
  ),
  guard(
    'delete: the last look',
    'engine/src/rotator/delete-key.ts',
    'if (!(await isStillInactive(work))) {',
    'if ((await isStillInactive(work)) === undefined) {',
  ),
  guard(
    'delete: a status shown late is no reactivation',
    plan,
    "return now < settled\n      ? { kind: 'wait', until: settled, why: 'IAM may still show the status before' }",
    "return now < 0\n      ? { kind: 'wait', until: settled, why: 'IAM may still show the status before' }",
  ),
  guard(
    'reactivated: a scan that sees it holds',
    'engine/src/scanner/observe.ts',
    "if (entry.state === 'deactivated' && key.status === 'Active' && entry.hold === undefined) {",
    "if (entry.state === 'deactivated' && key.status === 'Expired' && entry.hold === undefined) {",
  ),
  guard(
    'reactivated: a scan does not believe a list that may be old',
    'engine/src/scanner/observe.ts',
    'if (now < entry.deactivatedAt + propagationMs) return undefined',
    '',
  ),
  // What stops everything.
  guard(
    'hold: it stops everything',
    decide,
    'if (entry.hold !== undefined) return wait',
    'if (entry.hold !== undefined && now < 0) return wait',
  ),
  guard(
    'exemption: it stops everything',
    decide,
    "if (exemption !== undefined && exemption.until > now && entry.state !== 'issuing') {",
    "if (exemption !== undefined && exemption.until < 0 && entry.state !== 'issuing') {",
  ),
  guard(
    'dry run: nothing is begun',
    decide,
    "if (policy.mode !== 'enforce' || policy.enforce.kind !== 'rotate') {",
    "if (policy.enforce.kind !== 'rotate') {",
  ),
  guard(
    'dry run: nothing goes on',
    decide,
    "if (policy.mode === 'dry-run' && entry.state !== 'issuing') {",
    "if (policy.mode === 'dry-run' && entry.nagCount < 0) {",
  ),
  guard(
    'freeze: read before each mutation',
    gate,
    'if (freeze === undefined) return go()\n  await work.record',
    'if (freeze === undefined || work.now > 0) return go()\n  await work.record',
  ),
  guard(
    'freeze: read before a step',
    rotate,
    'if (freeze !== undefined) return done(`frozen',
    'if (freeze !== undefined && now < 0) return done(`frozen',
  ),
  guard(
    'freeze: a begun create finishes its store',
    create,
    '  const failure = await store(work, secretArn, of, created)',
    "  if ((await work.ports.ledger.freeze()) !== undefined) return done('frozen')\n  const failure = await store(work, secretArn, of, created)",
  ),
  guard(
    'window: it is open at the mutation',
    gate,
    'return opens === now ? undefined',
    'return opens !== undefined ? undefined',
  ),
  guard(
    'caps: a day’s beginnings',
    claim,
    "    ...caps.map((cap) => ({ kind: 'cap', cap }) as const),\n",
    '',
  ),
  guard(
    'caps: what was begun on another day counts again',
    gate,
    'if (countedAt !== undefined && isoDay(countedAt) === isoDay(now)) return []',
    'if (countedAt !== undefined || what === undefined) return []',
  ),
  guard(
    'caps: a day’s deactivations and deletions',
    'core/src/policy/caps.ts',
    "const scope = what === 'begin' ? `policy/${name}` : `policy/${name}/${what}`",
    "if (what !== 'begin') return []\n  const scope = `policy/${name}`",
  ),
  guard(
    'caps: a full one refuses',
    'core/src/ledger/memory-ledger.ts',
    'return taken < write.cap.limit ? undefined',
    'return taken < 9e9 ? undefined',
  ),
  // Whose key it is.
  guard(
    'identity: a name is not a user',
    rotate,
    'return user?.userId === entry.userId ? user : undefined',
    'return user',
  ),
  guard(
    'protected: nobody is touched who is now',
    rotate,
    'if (isProtected(user, ports.organization)) return hold(ports, entry, actor, now)',
    '',
  ),
  guard(
    'delete: a key used since its deactivation is kept',
    plan,
    "return used.kind === 'at' && used.at > deactivatedAt + propagationMs\n",
    "return used.kind === 'at' && used.at < 0\n",
  ),
  guard(
    'delete: a key whose use nobody knows is kept',
    plan,
    "if (used.kind === 'unknown') return useUnknown(used.why)\n",
    '',
  ),
  guard(
    'deactivate: a key that was off, and nobody recorded it, is not switched off again',
    plan,
    "if (seen.ownDeactivation) return { kind: 'record-deactivated' }\n",
    '',
  ),
  guard(
    'deactivate: CloudTrail is waited for before a key is switched off again',
    plan,
    'return now < plusMs(intendedAt, trailLagMs)\n    ? waitForTrail(now)\n    : beforeDeactivating',
    'return now < 0\n    ? waitForTrail(now)\n    : beforeDeactivating',
  ),
  guard(
    'nag: a key that has another owner by now is not counted as told of',
    'engine/src/notifier/nag.ts',
    'entry?.audience !== audience || !isFinished(current)',
    'entry === undefined || audience === undefined || !isFinished(current)',
  ),
  // What came back.
  guard(
    'bounce: nothing is made on a warning that came back',
    decide,
    'if (entry.warned === undefined) return abandon',
    'if (entry.nagCount < 0) return abandon',
  ),
  guard(
    'bounce: a warning that came back warned nobody',
    evolve,
    'wasWarning ? unwarned(entry) : entry',
    'wasWarning && failed < 0 ? unwarned(entry) : entry',
  ),
  guard(
    'bounce: news of a replacement that came back was not delivered',
    evolve,
    'return { ...entry, ...mark, handover: undelivered }',
    'return { ...entry, ...mark, handover: { ...handover, ...undelivered } }',
  ),
  guard(
    'protected: nobody is touched who is now, also to tidy up',
    rotate,
    'if (isKeyLeft && user !== undefined && isProtected(user, ports.organization)) {',
    'if (isKeyLeft && user !== undefined && user.userName !== user.userName) {',
  ),
  // The hand-over.
  guard(
    'hand-over: kept until it was picked up',
    'engine/src/rotator/retire-secret.ts',
    "if (used.kind === 'at' && used.at > handover.issuedAt) {",
    "if (used.kind !== 'unknown') {",
  ),
  guard(
    'hand-over: kept for its retention',
    decide,
    'return handover.retireAt <= now',
    'return handover.issuedAt <= now',
  ),
  guard(
    'hand-over: gone with its key',
    'engine/src/rotator/retire-secret.ts',
    "if (used.kind === 'unknown' && (await isGone(ports, entry, handover.replacementKeyId))) {",
    "if (used.kind === 'unknown' && handover.issuedAt < 0) {",
  ),
  guard(
    'hand-over: one that was never issued goes with its rotation',
    'engine/src/rotator/abandon.ts',
    "if ('secretArn' in phase) return phase.secretArn",
    "if ('secretArn' in phase) return undefined",
  ),
  guard(
    'hand-over: one that was made and not written down goes with its rotation',
    'engine/src/rotator/abandon.ts',
    "return phase.kind === 'opened' && isForReplacing ? handoverName(rotationId) : undefined",
    'return undefined',
  ),
  // The scan.
  {
    guard: 'scan: a user on no page is asked for, and its key looked up',
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
  guard(
    'scan: a renamed user’s key is there still',
    'engine/src/scanner/scan.ts',
    'if (await ports.iam.hasKey(entry.accountId, entry.accessKeyId)) return\n',
    '',
  ),
  guard(
    'scan: what nobody can tell is not gone',
    'engine/src/scanner/scan.ts',
    'await ports.iam.hasKey(entry.accountId, entry.accessKeyId)',
    'await ports.iam.hasKey(entry.accountId, entry.accessKeyId).catch(() => false)',
  ),
  guard(
    'scan: what it resolves may leave a rotation open',
    'engine/src/scanner/scan.ts',
    'return changeOf(before, { ...fact, open: rotation.rotationId }, { organization, now })',
    'return changeOf(before, fact, { organization, now })',
  ),
  guard(
    'claim: a rotation whose replacement is gone, and released, is over',
    'core/src/key/rollback.ts',
    "phase.kind === 'replaced' ||\n",
    '',
  ),
  guard(
    'hold: a stored key that is gone is made again once released',
    'engine/src/rotator/perform.ts',
    "return { kind: 'prepared', secretArn, attempt: attempt + 1 }",
    'return phase',
  ),
  guard(
    'claim: a rotation for another enforcement is begun anew',
    claim,
    'return isAnother && isFree\n',
    'return isAnother && !isAnother && isFree\n',
  ),
  guard(
    'scan: an account that cannot be read resolves nothing',
    'engine/src/scanner/scan.ts',
    'return recordFailure(ports, planned, error)',
    "return { kind: 'done', reason: error.code }",
  ),
  // The outbox.
  guard(
    'notice: one delivery sends it',
    'engine/src/notifier/claim-notice.ts',
    'if (base.lease !== undefined && base.lease.until > now) return undefined',
    '',
  ),
]
