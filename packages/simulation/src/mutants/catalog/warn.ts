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
    'warning: only a key that the message names is warned',
    'engine/src/notifier/nag.ts',
    "sent.kind === 'delivered' ? sent.named : claimed.accessKeyIds",
    'claimed.accessKeyIds',
  ),
  mutant(
    'warning: enforcement needs a warning of the same action',
    decide,
    'if (entry.warned?.of !== enforce.kind || entry.nagCount < enforce.afterNags) return undefined',
    '',
  ),
  mutant(
    'warning: enforcement waits for the grace, and for the date that the message shows',
    decide,
    'later(plusDays(entry.warned.at, grace), entry.warned.notBefore ?? old)',
    'entry.warned.at',
  ),
  mutant(
    'warning: a new owner is warned again',
    evolve,
    'if (owner.id === entry.owner.id) return entry',
    'if (owner.id !== undefined) return entry',
  ),
  mutant(
    'warning: a new owner is told of the replacement again',
    evolve,
    '...rest } = unannounced(entry)',
    '...rest } = unwarned(entry)',
  ),
  mutant(
    'warning: an exemption takes back what was announced',
    evolve,
    'return { ...unannounced(entry), exemption }',
    'return { ...entry, exemption }',
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
    'return fresh?.audience === audience ? [fresh] : []',
    'return fresh === undefined || audience === undefined ? [] : [fresh]',
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
