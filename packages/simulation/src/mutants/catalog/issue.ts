import { mutant, type Mutant } from '../mutant.ts'

const plan = 'core/src/key/rotation-plan.ts'
const decide = 'core/src/key/decide.ts'
const nextDeed = 'core/src/key/next-deed.ts'

/** When a replacement counts as issued, and its announcement as delivered. */
export const issueMutants: readonly Mutant[] = [
  mutant(
    'issue: the new key is tested',
    'engine/src/rotator/test-and-issue.ts',
    "if (answer.kind === 'works') return answer.userId",
    'return user.userId',
  ),
  mutant(
    'issue: the new key exists',
    plan,
    "(key) => key.accessKeyId === newKeyId && key.status === 'Active'",
    '(key) => key.createdAt > 0 && phase.storedAt > 0',
  ),
  mutant(
    'issue: a list without the new key is not trusted at once',
    plan,
    "return now < settled\n    ? { kind: 'wait', until: settled, why: 'IAM lists may still be old' }\n    : hold(code, why)",
    "return now < 0\n    ? { kind: 'wait', until: settled, why: 'IAM lists may still be old' }\n    : hold(code, why)",
  ),
  mutant(
    'delivery: only a delivered message begins the grace',
    'engine/src/notifier/deliver-notice.ts',
    "if (sent.kind === 'delivered') {",
    "if (sent.kind === 'delivered' || isAboutReplacement(claimed)) {\n    sent = { kind: 'delivered', delivery: { channel: 'none', to: 'nobody', messageId: '0' } }",
  ),
  mutant(
    'delivery: the grace begins at the delivery',
    nextDeed,
    'latest(plusDays(toldAt ?? now, installationGraceDays), handover.notBefore)',
    'plusDays(handover.issuedAt, installationGraceDays)',
  ),
  mutant(
    'delivery: the date that the message shows binds, also when the grace becomes shorter',
    nextDeed,
    ', handover.notBefore),',
    '),',
  ),
  mutant(
    'delivery: without a delivery there is no grace',
    nextDeed,
    'isTold: toldAt !== undefined',
    'isTold: true',
  ),
  mutant(
    'delivery: an undelivered announcement of the replacement is sent again',
    decide,
    "if (again <= now) return { kind: 'enforce', step: 'tell', rule }",
    'if (again <= now) return wait(undefined, rule)',
  ),
]
