import { mutant, type Mutant } from '../mutant.ts'

const decide = 'core/src/key/decide.ts'
const claim = 'engine/src/rotator/claim.ts'
const gate = 'engine/src/rotator/obstacle.ts'
const freezes = 'core/src/ledger/freeze.ts'
const rotate = 'engine/src/rotator/rotate.ts'
const create = 'engine/src/rotator/create-and-store.ts'

/** What stops keynag: holds, exemptions, dry runs, freezes, windows, caps, protected users. */
export const stopMutants: readonly Mutant[] = [
  mutant(
    'hold: a message about it that nobody could hear is sent again',
    'engine/src/notifier/claim-notice.ts',
    '{ ...undeliverable(claimed, why), dueAt: plusDays(now, 1) }',
    'undeliverable(claimed, why)',
  ),
  mutant(
    'hold: a message about it that came back is sent again',
    'engine/src/bounces/withdraw.ts',
    'isToldUntilHeard(before) ? { dueAt: plusDays(now, 1) } : {}',
    '{}',
  ),
  mutant(
    'hold: the owner, who could not be told of it, is told again',
    'core/src/key/notice.ts',
    "  'held-to-owner',\n  'escalation',\n",
    "  'escalation',\n",
  ),
  mutant(
    'call-off: an owner who could not be told that a date is off is told again',
    'core/src/key/notice.ts',
    "  'escalation',\n  'called-off',\n",
    "  'escalation',\n",
  ),
  mutant(
    'hold: the retention of a hand-over secret goes on under it',
    decide,
    "handover.kind === 'wait' ? wait(handover.until, rule) : handover",
    'wait(undefined, rule)',
  ),
  mutant(
    'exemption: the retention of a hand-over secret goes on under it',
    decide,
    "handover.kind === 'wait' ? sooner(handover, exemption.until, rule) : handover",
    'wait(exemption.until, rule)',
  ),
  {
    guard: 'hand-over: the secret stays while its owner has to be told of it anew',
    patches: [
      {
        file: decide,
        from: "if (entry.state === 'issued' && handover.deliveredAt === undefined) return",
        to: "if (entry.state === 'issued' && handover.issuedAt < 0) return",
      },
      {
        file: decide,
        from: 'deed.isTold ? decideHandover(entry, now) : keptForOwner',
        to: 'decideHandover(entry, now)',
      },
    ],
  },
  mutant(
    'hand-over: the secret stays until the date on which the old key stops working',
    'core/src/key/announcement.ts',
    'epochMs(Math.max(retireAt, notBefore))',
    'retireAt',
  ),
  mutant(
    'hold: each hold has a message of its own',
    'engine/src/outbox.ts',
    '/${version + 1}`',
    '`',
  ),
  mutant(
    'hold: a reactivation’s hold outlives the rotation that is left open',
    'core/src/key/evolve.ts',
    'isLeftAlone(entry) && fact.released === undefined',
    'isLeftAlone(entry) && fact.released === undefined && fact.open === undefined',
  ),
  mutant(
    'hold: an operator’s hold outlives the policy',
    'core/src/key/evolve.ts',
    " || hold?.code === 'operator'\n",
    '\n',
  ),
  mutant(
    'hold: one from before the end does not stop the cleanup',
    decide,
    ' && hold.since > entry.resolvedAt\n',
    '\n',
  ),
  mutant(
    'hold: another key of the user need not wait for the operator',
    claim,
    'if (!isOfThisKey && isFree && (await isStandingBack(ports, current))) {',
    'if (!isOfThisKey && isFree && current.fence < 0) {',
  ),
  mutant(
    'one rotation per user: one that has begun nothing keeps no other key waiting',
    claim,
    "case 'escalated':\n      return phase.kind === 'opened'",
    "case 'escalated':\n      return phase.kind === 'opened' && entry.hold !== undefined",
  ),
  mutant(
    'hold: after it an owner who could not be told of a deactivation is told',
    'engine/src/operator/record-by-hand.ts',
    "return isTold ? [] : [noticeOfNext('deactivated', before, now)]",
    'return isTold ? [] : []',
  ),
  mutant(
    'hold: a hold stops everything',
    decide,
    'if (entry.hold !== undefined) return decideHeld(entry, entry.hold, now)',
    '',
  ),
  mutant(
    'exemption: an exemption stops everything',
    decide,
    "if (exemption !== undefined && exemption.until > now && entry.state !== 'issuing') {",
    "if (exemption !== undefined && exemption.until < 0 && entry.state !== 'issuing') {",
  ),
  mutant(
    'dry run: no rotation begins',
    decide,
    "if (policy.mode !== 'enforce' || policy.enforce.kind !== 'rotate') {",
    "if (policy.enforce.kind !== 'rotate') {",
  ),
  mutant(
    'dry run: no rotation continues',
    decide,
    "if (policy.mode === 'dry-run' && entry.state !== 'issuing') {",
    "if (policy.mode === 'dry-run' && entry.nagCount < 0) {",
  ),
  mutant(
    'postponement: it holds for every step, also in a dry run',
    decide,
    "return decision.kind === 'enforce' && postponed !== undefined && postponed.until > now",
    "const isDryRun = policyNamed(policies, entry.policy)?.mode === 'dry-run'\n  return !isDryRun && decision.kind === 'enforce' && postponed !== undefined && postponed.until > now",
  ),
  mutant(
    'freeze: the freeze is read before each mutation',
    gate,
    'return (await freezeOver(run.ports, run.entry)) ?? closedWindow(enforce, run.now)',
    'return closedWindow(enforce, run.now)',
  ),
  mutant(
    'freeze: one of an account stops the keys of the account',
    freezes,
    "  { kind: 'account', accountId },\n",
    '',
  ),
  mutant(
    'freeze: one of a policy stops the keys under the policy',
    freezes,
    "  { kind: 'policy', policy },\n",
    '',
  ),
  mutant(
    'freeze: the freeze is read before each step',
    rotate,
    'if (frozen !== undefined) return recordOpen(ports, decided, frozen)',
    'if (frozen !== undefined && decided.rule.length === 0) return recordOpen(ports, decided, frozen)',
  ),
  mutant(
    'freeze: people learn that their date moves',
    rotate,
    'if (frozen !== undefined) return recordOpen(ports, decided, frozen)',
    'if (frozen !== undefined) return done(frozen.reason)',
  ),
  mutant(
    'freeze: a create that has begun finishes its store',
    create,
    '  const failure = await store(run, user, secretArn, of, created)',
    "  if ((await run.ports.ledger.freezeOver(run.entry)) !== undefined) return { reason: 'frozen' }\n  const failure = await store(run, user, secretArn, of, created)",
  ),
  mutant(
    'window: the window is open at the mutation',
    gate,
    'if (opens === now) return undefined',
    'if (opens !== undefined) return undefined',
  ),
  mutant(
    'caps: begun rotations are counted per day',
    claim,
    'rotation, ...caps, write)',
    'rotation, ...caps.slice(0, 0), write)',
  ),
  mutant(
    'caps: a mutation on a later day counts again',
    'core/src/policy/caps.ts',
    'one.date === other.date && one.scope === other.scope',
    'one.scope === other.scope',
  ),
  mutant(
    'caps: a change that was not made is not counted',
    'core/src/policy/caps.ts',
    '.filter(({ date }) => date === isoDay(now))',
    '.filter(({ date }) => date > isoDay(now))',
  ),
  mutant(
    'caps: a rotation that waits gives back what it has counted',
    'engine/src/rotator/rotation-run.ts',
    'if (counted === undefined || isKept) return',
    'if (counted === undefined || isKept || isMade !== true) return',
  ),
  mutant(
    'denied: a change that AWS refuses is no attempt',
    'engine/src/rotator/rotation-run.ts',
    'return { refused: { ...refused(refusal, run.now), phase: before } }',
    "return { refused: { ...refused(refusal, run.now), phase: before.kind === 'prepared' ? run.rotation.phase : before } }",
  ),
  mutant(
    'denied: what cannot be settled is tried again after a day, and not by each sweep',
    rotate,
    'return refused(refusal, run.now, openIntent(run.rotation, run.entry) !== undefined)',
    'return refused(refusal, run.now)',
  ),
  mutant(
    'caps: the accounts take turns',
    'engine/src/sweeper/fair-order.ts',
    'return inTurn.toSorted((a, b) => a.turn - b.turn)',
    'return inTurn',
  ),
  mutant(
    'caps: deactivations and deletions are counted per day',
    'core/src/policy/caps.ts',
    "const scope = what === 'begin' ? `policy/${name}` : `policy/${name}/${what}`",
    "if (what !== 'begin') return []\n  const scope = `policy/${name}`",
  ),
  mutant(
    'caps: a full cap refuses',
    'core/src/ledger/memory-ledger.ts',
    'return taken < write.cap.limit ? undefined',
    'return taken < 9e9 ? undefined',
  ),
  mutant(
    'identity: a user name does not identify a user',
    'engine/src/rotator/fresh-look.ts',
    'if (user?.userId !== entry.userId) return',
    'if (user === undefined) return',
  ),
  mutant(
    'protected: a user who became protected is left alone',
    'core/src/policy/match-policy.ts',
    'isProtected(user, organization) ? undefined : policyFor',
    'policyFor',
  ),
  mutant(
    'protected: a user who became protected is left alone, also by the cleanup',
    rotate,
    'if (isProtected(fresh.user, ports.organization)) {',
    'if (fresh.user.userName.length === 0) {',
  ),
  mutant(
    'protected: a name in another case is the same name',
    'core/src/iam-names.ts',
    'return likeText(oneCase(pattern), oneCase(name))',
    'return likeText(pattern, name)',
  ),
  mutant(
    'exception: a tag key in another case is the same key',
    'core/src/iam-names.ts',
    '=> sameName(own, key))',
    '=> own === key)',
  ),
  mutant(
    'hold: after the release, a replacement that is gone is created again',
    'engine/src/rotator/act.ts',
    "return { kind: 'prepared', secretArn, attempt: attempt + 1 }",
    'return phase',
  ),
]
