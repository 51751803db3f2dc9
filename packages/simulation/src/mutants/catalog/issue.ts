import { mutant, type Mutant } from '../mutant.ts'

const plan = 'core/src/key/rotation-plan.ts'
const decide = 'core/src/key/decide.ts'

/** When a replacement counts as issued, and its announcement as delivered. */
export const issueMutants: readonly Mutant[] = [
  mutant(
    'issue: the new key is tested',
    'engine/src/rotator/test-and-issue.ts',
    "if (answer.kind === 'works') return answer.userArn",
    'return user.arn',
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
    decide,
    'opening(enforce, later(graceEnds, notBefore ?? graceEnds), now)',
    'opening(enforce, plusDays(entry.handover.issuedAt, enforce.installationGraceDays), now)',
  ),
  mutant(
    'delivery: the date that the message shows binds, also when the grace becomes shorter',
    decide,
    'later(graceEnds, notBefore ?? graceEnds)',
    'graceEnds',
  ),
  mutant(
    'delivery: without a delivery there is no grace',
    decide,
    'if (deliveredAt === undefined) {',
    'if (deliveredAt === undefined && entry.nagCount < 0) {',
  ),
  mutant(
    'delivery: an undelivered announcement of the replacement is sent again',
    decide,
    "again <= now ? { kind: 'enforce', step: 'tell', rule } : sooner(handover, again, rule)",
    'again <= now ? wait(undefined, rule) : sooner(handover, again, rule)',
  ),
]
