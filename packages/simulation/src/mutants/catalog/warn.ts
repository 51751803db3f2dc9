import { mutant, type Mutant } from '../mutant.ts'

const decide = 'core/src/key/decide.ts'
const evolve = 'core/src/key/evolve.ts'

/** When an owner counts as warned. */
export const warnMutants: readonly Mutant[] = [
  mutant(
    'warning: only a delivered nag counts',
    'engine/src/notifier/nag.ts',
    'if (notice.delivery === undefined || notice.withdrawn !== undefined) {',
    'if (notice.delivery === undefined && notice.attempts < 0) {',
  ),
  mutant(
    'warning: enforcement needs a warning of the same action',
    decide,
    'if (entry.warned?.of !== enforce.kind || entry.nagCount < enforce.afterNags) return undefined',
    '',
  ),
  mutant(
    'warning: the installation grace follows the warning',
    decide,
    'plusDays(entry.warned.at, grace)',
    'plusDays(entry.warned.at, grace * 0)',
  ),
  mutant(
    'warning: a new owner is warned again',
    evolve,
    'if (owner.id === entry.owner.id) return entry',
    'if (owner.id !== undefined) return entry',
  ),
  mutant(
    'escalation: one rung per nag period',
    decide,
    'at: later(at, afterLastRung(entry, policy)) }',
    'at: later(at, epochMs(afterLastRung(entry, policy) * 0)) }',
  ),
  mutant(
    'nag: one nag per period',
    decide,
    'at: plusDays(entry.lastNaggedAt, everyDays),',
    'at: plusDays(entry.lastNaggedAt, 0),',
  ),
  mutant(
    'nag: a recorded nag is not recorded again',
    'engine/src/notifier/nag.ts',
    'if (entry.lastNoticeId === notice.noticeId) return undefined',
    '',
  ),
  mutant(
    'nag: a key whose owner changed is not counted as nagged',
    'engine/src/notifier/nag.ts',
    "if (!isInPerson && notice.delivery.channel !== 'slack-channel') return undefined",
    '',
  ),
  mutant(
    'warning: keys with other readers get a message of their own',
    'engine/src/notifier/nag.ts',
    'member.audience === entry.audience && haveSameReaders(member, entry, ports)',
    'member.audience === entry.audience',
  ),
  mutant(
    'bounce: an automatic reply leaves the delivery standing',
    'engine/src/bounces/ses-event.ts',
    "if (isAutomaticReply(bounce)) return { kind: 'other', what: 'an automatic reply' }",
    '',
  ),
  mutant(
    'bounce: a transient failure with a status is no automatic reply',
    'engine/src/bounces/ses-event.ts',
    'action === undefined && status === undefined && diagnosticCode === undefined',
    '[action, status, diagnosticCode].length === 3',
  ),
  mutant(
    'bounce: no replacement is created after a bounced warning',
    decide,
    'if (entry.warned === undefined) return abandon',
    'if (entry.nagCount < 0) return abandon',
  ),
  mutant(
    'bounce: a bounced warning does not count',
    evolve,
    'wasWarning ? unwarned(entry) : entry',
    'wasWarning && failed < 0 ? unwarned(entry) : entry',
  ),
  mutant(
    'bounce: a bounced announcement of the replacement is not delivered',
    evolve,
    'return { ...entry, ...mark, handover: undelivered }',
    'return { ...entry, ...mark, handover: { ...handover, ...undelivered } }',
  ),
]
