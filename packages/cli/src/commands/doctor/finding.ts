/** Every finding of doctor. Each code is a heading in docs/runbook.md; the text says what to do. */
export const doctorCatalog = {
  'role-unreachable':
    'Deploy the member roles in that account, or correct their trust policy and external ID.',
  'role-drifted': 'Deploy the member roles in that account again, and find out who changed them.',
  'read-denied': 'Update the member roles in that account to the template of this release.',
  'table-missing': 'Deploy the stage or run `keynag setup`; or correct the name of the table.',
  'index-missing': 'Deploy the stage again: without this index keynag does not find what is due.',
  'recovery-off': 'Switch point-in-time recovery on, or deploy the stage again.',
  'queue-missing': 'Deploy the stage, or run `keynag setup`.',
  'redrive-missing':
    'Deploy the stage, or run `keynag setup`: until then SQS delivers a failed message for ever.',
  'visibility-short':
    'Deploy the stage, or run `keynag setup`: until then two consumers may handle one message.',
  'dead-letters-waiting': 'Look at the dead letters: npx pnpm keynag dlq list.',
  'sender-unverified': 'Verify the sender address or its domain in SES.',
  'mail-sandbox': 'Ask AWS to move the account out of the SES sandbox.',
  'scan-missing': 'Check whether the planner ran; if it did not, find out why.',
  'scan-incomplete': 'Check whether the scanner runs, and look at its dead letters.',
  'account-failed':
    'Remove the cause: keynag does nothing for the keys of an account that it cannot read.',
  'account-unread':
    'Remove the cause: the keys wait until a scan has read the account, and are then warned anew.',
  'backlog-old': 'Check whether the sweeper and the consumers run.',
  'hold-old': 'Decide about each key, then release its hold: npx pnpm keynag hold release.',
  'intent-old':
    'Check whether the rotator runs, and look at its dead letters; keynag then goes on by itself.',
  frozen: 'End the freeze when its reason is gone.',
  'item-unreadable': 'Upgrade to the release that wrote the item, or restore the item.',
  'invariant-broken': 'Start a freeze, keep the evidence, and report it to us.',
} as const

export type DoctorCode = keyof typeof doctorCatalog

/** `wrong`: somebody has to act. `unknown`: doctor could not check it. */
export interface Finding {
  readonly severity: 'wrong' | 'unknown'
  readonly code: DoctorCode
  /** The account, queue or key that the finding is about. */
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
