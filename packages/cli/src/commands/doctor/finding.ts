/** What the doctor can find. Each is a heading in docs/runbook.md; the text says what to do. */
export const doctorCatalog = {
  'role-unreachable': 'Deploy the member roles there, or correct their trust and external ID.',
  'role-drifted': 'Deploy the member roles there again, and find out who changed them.',
  'read-denied': 'Update the member roles in that account to the template of this release.',
  'table-missing': 'Deploy the stage, or `keynag setup`; correct the name if it is another.',
  'index-missing': 'Deploy the stage again: without its indexes nothing comes due.',
  'recovery-off': 'Switch point-in-time recovery on, or deploy the stage again.',
  'queue-missing': 'Deploy the stage, or `keynag setup`.',
  'redrive-missing': 'Deploy the stage, or `keynag setup`: failed messages come again for ever.',
  'visibility-short':
    'Deploy the stage, or `keynag setup`: a message may be handled twice at once.',
  'dead-letters-waiting': 'Look at them: npx pnpm keynag dlq list.',
  'sender-unverified': 'Verify the sender or its domain in SES.',
  'mail-sandbox': 'Ask AWS to move the account out of the SES sandbox.',
  'scan-missing': 'See whether the planner ran, and why not.',
  'scan-incomplete': 'See whether the scanner runs, and its dead letters.',
  'account-failed': 'See the reason; an account that is not read is not looked after.',
  'backlog-old': 'See whether the sweeper and the consumers run.',
  'hold-old': 'Decide: release the hold, or exempt the key.',
  'intent-old': 'See whether the rotator runs, and its dead letters; keynag goes on by itself.',
  frozen: 'Lift the freeze when its reason is gone.',
  'item-unreadable': 'Upgrade to the release that wrote it, or restore it.',
  'invariant-broken': 'Freeze, keep the evidence, and report it to us.',
} as const

export type DoctorCode = keyof typeof doctorCatalog

/** `wrong` needs somebody; `unknown` could not be checked. */
export interface Finding {
  readonly severity: 'wrong' | 'unknown'
  readonly code: DoctorCode
  /** What it is about: an account, a queue, a key. */
  readonly subject: string
  readonly sentence: string
}

export const wrong = (code: DoctorCode, subject: string, sentence: string): Finding => ({
  severity: 'wrong',
  code,
  subject,
  sentence,
})

export const unknown = (code: DoctorCode, subject: string, sentence: string): Finding => ({
  severity: 'unknown',
  code,
  subject,
  sentence,
})
