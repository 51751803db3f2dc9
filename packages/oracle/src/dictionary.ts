import { anchorOf, patternOf, type Gaps, type Phrase } from './phrase.ts'
import { whenIn } from './shown-date.ts'
import type { Deed, Said } from './statement.ts'

/*
 * Every sentence of keynag's letters that names a key, shows a date, or says what keynag does or did, and
 * what a person understands by it. It is written by hand from the letters, and shares nothing with the
 * code that writes them. A sentence that is not here is a fault that the oracle reports.
 */

const named: Said = { kind: 'named' }
const off: Said = { kind: 'off' }
const leftAlone: Said = { kind: 'left alone' }

const will =
  (deed: Deed, gap: string) =>
  (gaps: Gaps): readonly Said[] => {
    const when = whenIn(gaps[gap] ?? '')
    return when === undefined ? [] : [{ kind: 'will', deed, when }]
  }

const later = (deed: Deed): Said => ({ kind: 'will', deed, when: { kind: 'open' } })

const deeds: Readonly<Record<string, Deed>> = {
  replacement: 'replace',
  deactivation: 'deactivate',
  deletion: 'delete',
}

const deedIn = ({ deed = '' }: Gaps): Deed => {
  const known = deeds[deed]
  if (known === undefined) throw new Error(`"${deed}" is no deed`)
  return known
}

const first =
  (gap: string) =>
  (gaps: Gaps): readonly Said[] => {
    const when = whenIn(gaps[gap] ?? '')
    return when === undefined ? [] : [{ kind: 'first', deed: deedIn(gaps), when }]
  }

const replacedBy =
  (isKeynags: boolean) =>
  ({ new: newKeyId = '' }: Gaps): readonly Said[] => [{ kind: 'replaced by', newKeyId, isKeynags }]

const aged = ({ n }: Gaps): readonly Said[] => [{ kind: 'age', days: Number(n) }]

const says = (sentence: string, means: Phrase['means'] | readonly Said[]): Phrase => ({
  pattern: patternOf(sentence),
  anchor: anchorOf(sentence),
  means: typeof means === 'function' ? means : () => means,
})

/** A sentence that says nothing about what becomes of a key. */
const beside = (sentence: string): Phrase => says(sentence, [])

const theKey = 'access key {key} of IAM user {user} in account {account}'

/** What keynag does next, within a sentence. */
const ahead: readonly (readonly [string, Phrase['means']])[] = [
  ['keynag does nothing to the key by itself', () => [leftAlone]],
  ['keynag leaves the key alone until {moment}', () => [leftAlone]],
  ['keynag deactivates it {when}', will('deactivate', 'when')],
  ['keynag deactivates it; the date is not fixed yet', () => [later('deactivate')]],
  [
    'keynag issues a replacement {when}, and later deactivates this key',
    (gaps) => [...will('replace', 'when')(gaps), later('deactivate')],
  ],
  [
    'keynag issues a replacement, and later deactivates this key; the date is not fixed yet',
    () => [later('replace'), later('deactivate')],
  ],
  [
    'keynag deactivates it {when}, and later deletes it',
    (gaps) => [...will('deactivate', 'when')(gaps), later('delete')],
  ],
  [
    'keynag deactivates it, and later deletes it; the date is not fixed yet',
    () => [later('deactivate'), later('delete')],
  ],
  [
    'keynag deactivates and deletes it {when}',
    (gaps) => [...will('deactivate', 'when')(gaps), ...will('delete', 'when')(gaps)],
  ],
  [
    'keynag deactivates and deletes it; the date is not fixed yet',
    () => [later('deactivate'), later('delete')],
  ],
]

const announcements: readonly Phrase[] = ahead.flatMap(([clause, means]) => [
  says(`If nobody acts, ${clause}.`, means),
  says(`Next: ${clause}. Last used: {words}. Owner found by: {words:evidence}.`, means),
])

/** Reminders and escalations. */
const reminders: readonly Phrase[] = [
  says(
    'Please {replace|stop using} access key {key} ({user}), {n} {day|days} old; {replacement|deactivation|deletion:deed} {brief}',
    (gaps) => will(deedIn(gaps), 'brief')(gaps),
  ),
  says('Please {replace|stop using} access key {key} ({user}), {n} {day|days} old', [named]),
  says(`Please replace the ${theKey}, or stop using a key at all, which is better.`, [named]),
  says(`Please stop using the ${theKey}. The reason: {words}, whatever their age.`, [named]),
  says(
    'Please {replace|stop using|see to|install} {n} access keys, the oldest {n:oldest} {day|days} old; first {replacement|deactivation|deletion:deed} {brief}',
    first('brief'),
  ),
  says(
    'If nobody acts, the first {replacement|deactivation|deletion:deed} is {first}.',
    first('first'),
  ),
  says('Please {replace|stop using|see to|install} the {n} access keys below', ({ n }) => [
    { kind: 'names', keys: Number(n) },
  ]),
  beside('The list below says what keynag does next with each of them.'),
  says('{key}, user {user}, account {account}: {n} {day|days} old', [named]),
  says('keynag does not touch the key by itself. It goes on reminding you.', [leftAlone]),
  says('Please install access key {key} ({user}), which replaces {old}', [named]),
  says(
    `Please install the ${theKey}: keynag made it to replace {old}, and {AWS shows no use of it since|cannot tell whether a program uses it}. The new key is {n} {day|days} old (created {day} UTC).`,
    [named],
  ),
  beside(
    'Please install it: keynag made it to replace {old}, and {AWS shows no use of it since|cannot tell whether a program uses it}.[ Its secret: {words}.]',
  ),
  says('Please help: access key {key} ({user}) is {n} {day|days} old', aged),
  says(`Please help to replace the ${theKey}. It is {n} {day|days} old (created {day} UTC).`, aged),
  says('Why you are asked: the key is {n} {day|days} old (escalation level', aged),
  { ...beside('Your other keys, no reminder due yet'), isAside: true },
  beside(
    'This message names the oldest keys. Further messages name {n} more access {key|keys} of yours.',
  ),
  beside(
    'The commands below are for the oldest key to replace, {old}. Repeat them for each other one, with its key ID and its user.',
  ),
  beside('The key is {n} {day|days} old (created {day} UTC).'),
  beside('If it has to be a key, use {new}, which replaces this one already.'),
  beside('How to install {new}'),
  beside('Fetch the new key with this command, signed in with the old key, {old}.'),
  beside(
    'Only {user} can read it, and the old key, {old}, is {gone|Inactive|Expired}: sign in as this user in another way',
  ),
  beside('Put {new} everywhere {old} {is|was} used, and check that everything works.'),
  beside('Then deactivate the old key, {old}.'),
  beside('The secret of {new} cannot be fetched any more.'),
  beside('The old key stays Inactive.'),
]

/** The replacement, and the end of the old key. */
const replacements: readonly Phrase[] = [
  says(`keynag created {new} to replace the ${theKey}.`, replacedBy(true)),
  says(
    'The old key stops working on {moment}. Please fetch the new key before {words}. You need one command, and the old key to sign in with.',
    (gaps) => will('deactivate', 'moment')({ moment: `on ${gaps.moment ?? ''}` }),
  ),
  says(
    'Deactivate the old key. If you do not, keynag does so on {moment}.',
    will('deactivate', 'moment'),
  ),
  says('Old key works until: {moment}', will('deactivate', 'moment')),
  says('Access key {key} ({user}) is replaced; deactivation {brief}', will('deactivate', 'brief')),
  says('The IAM user has a newer key, {new}, so keynag issues no replacement.', replacedBy(false)),
  says(
    `Please move everything to the newer key in time: the old ${theKey} stops working on {moment}.`,
    will('deactivate', 'moment'),
  ),
  says(
    'keynag also deletes the old key on {moment}. After that it cannot be switched on again.',
    (gaps) => will('delete', 'moment')({ moment: `on ${gaps.moment ?? ''}` }),
  ),
  beside('Please fetch the new access key for {user} before {day}'),
  beside('If the old key has stopped working already, or if you need more time'),
  beside('An access key is replaced, and the old one will be deactivated'),
  beside('Move everything that still uses {old} to {new}.'),
  beside('New key: {new}'),
  beside('Old key: {old}'),
  beside('New key can be fetched until: {moment}'),
  beside('Old key last used: {words} What to do'),
]

/** What keynag has done, and what follows from it. */
const deedsDone: readonly Phrase[] = [
  says('Access key {key} ({user}) is deactivated; deletion {brief}', (gaps) => [
    { kind: 'did', deed: 'deactivate' },
    ...will('delete', 'brief')(gaps),
  ]),
  says('Access key {key} ({user}) is deactivated', [{ kind: 'did', deed: 'deactivate' }]),
  says(`keynag deactivated the ${theKey}.`, [{ kind: 'did', deed: 'deactivate' }]),
  says(
    'The key can be switched on again until keynag deletes it. That is on {moment} at the earliest.',
    will('delete', 'moment'),
  ),
  says('keynag deletes the key at its next run. That cannot be undone', [
    { kind: 'will', deed: 'delete', when: { kind: 'next run' } },
  ]),
  says('The key stays Inactive. keynag does not delete it without another message to you.', [
    leftAlone,
  ]),
  says('Access key {key} ({user}) is deleted', [{ kind: 'did', deed: 'delete' }]),
  says(`keynag deleted the ${theKey}. A deleted key cannot be brought back.`, [
    { kind: 'did', deed: 'delete' },
  ]),
  beside('An access key was {deactivated|deleted}'),
  beside('Did something stop working?'),
  beside('{Tell|tell} the people who run keynag, and name the key ID {old}.'),
  beside('If you want to delete the key today, run this.'),
]

/** Dates that do not stand, and holds. */
const datesOff: readonly Phrase[] = [
  says(
    'Access key {key} ({user}): no {replacement|deactivation|deletion:deed} on {day}; new date {day:to}',
    (gaps) => [off, ...will(deedIn(gaps), 'to')(gaps)],
  ),
  says('Access key {key} ({user}): no {replacement|deactivation|deletion} on {day}', [off]),
  says(
    `keynag told you that the {replacement|deactivation|deletion} of the ${theKey} comes on {moment}. That date does not stand any more.`,
    [off],
  ),
  says(
    'keynag could not act on that date. The {replacement|deactivation|deletion:deed} comes on {moment} at the earliest.',
    (gaps) => will(deedIn(gaps), 'moment')(gaps),
  ),
  says(
    'keynag could not act on that date. The deactivation comes on {moment} at the earliest, and keynag then deletes the key at once.',
    (gaps) => [...will('deactivate', 'moment')(gaps), ...will('delete', 'moment')(gaps)],
  ),
  says('The key is on hold ({words}): {words:why}. keynag does nothing more to the key until', [
    leftAlone,
  ]),
  says('An operator exempted the key: keynag leaves it alone until {moment}.', [leftAlone]),
  says(
    'The policy of the key was changed, and keynag does not do that by itself any more. If this changes, it tells you a new date first.',
    [leftAlone],
  ),
  says('keynag has nothing more to do with it.', [leftAlone]),
  says(
    'keynag has found another owner of the key since then, so what it told you does not count any more. Whenever the key is yours, it tells you a new date before it does anything to the key, with the full time to prepare.',
    [leftAlone],
  ),
  beside('If the key is yours all the same, tell the people who run keynag.'),
  beside('The key is {deleted|deactivated}. Thank you, if that was you.'),
  beside('The {IAM user|AWS account} of the key is {deleted|closed}.'),
  says(`keynag did not deactivate the ${theKey}: it is in use, or may be, and AWS`, [off]),
  says(`keynag stopped the replacement of the ${theKey}: the secret with the new key was deleted`, [
    off,
  ]),
  says('The old key goes on working. A date in an earlier message is off.', [leftAlone]),
  says('The old key stays Inactive, and keynag does not delete it for now.', [leftAlone]),
  beside('keynag stopped: the new access key for {user} cannot be fetched'),
  beside('Before keynag changes the old key after that, it tells you again, with a new date.'),
  beside('If you deleted or changed the secret, tell the security contact why.'),
  beside('If you need neither key, you can delete both: {new} is the new one.'),
  says('Please decide: access key {key} ({user}) is on hold ({words})', [leftAlone]),
  says(`keynag put the ${theKey} on hold: {words}. Please decide what happens to the key.`, [
    leftAlone,
  ]),
  says('Until an operator releases the hold, keynag does nothing more to this key.', [leftAlone]),
  beside('Hold: {words} Reason: {words:why} Owner: {words:owner} Key: {old}'),
  beside(
    'What to do 1. {words} 2. See everything that happened to the key, and why. NAME is the stage that keynag is deployed as.',
  ),
  beside('release the hold. keynag then goes on where it stopped.'),
]

/** The facts about a key, and commands to copy. */
const facts: readonly Phrase[] = [
  beside(
    'Key: {old} ({Active|Inactive|Expired|deleted}) IAM user: {user} in account {account} Age: {n} {day|days} old (created {day} UTC) Last used: {words} Reminders delivered: {n:nags} Owner found by: {words:evidence} {What to do|How to install|If something still needed the key|New key}',
  ),
  beside(
    'aws iam update-access-key --status {Active|Inactive} --access-key-id {old} --user-name {name}',
  ),
  beside('aws iam delete-access-key --access-key-id {old} --user-name {name}'),
  beside('aws iam create-access-key --user-name {name}'),
  beside('aws iam get-access-key-last-used --access-key-id {old}'),
  beside('aws secretsmanager get-secret-value {words} --query SecretString'),
  beside('npx pnpm keynag {ledger show|hold release} {old} --stage NAME'),
]

/** Advice, questions and the footer. */
const courtesies: readonly Phrase[] = [
  beside('How keynag found the owner: {words}. If this is not your key, or if you need more time'),
  beside('{Tell|tell|ask} the people who run keynag'),
  beside('Deactivate the old key, and check that everything still works.'),
  beside('When everything has worked for a few days, delete the old key.'),
  beside('The key is already {Inactive|Expired}. If nothing needs it, delete it.'),
  beside('When the key is deleted, you need not report it: keynag sees that at its next scan.'),
  beside('keynag reminds you again while a key is still due.'),
  beside('keynag never sends the secret itself in a message.'),
  beside('keynag would then stop and ask an operator to decide.'),
  beside(
    'You are told because keynag {had told you the earlier date|has you as the contact for this key}.',
  ),
  beside(
    'Sent by keynag at {moment:sent}. If you ask about this message, please quote its notice: {rest}',
  ),
]

/** The administrators' report. It announces nothing to an owner. */
const digest: readonly Phrase[] = [
  beside('keynag {day}: {words}, {words:roots}, {n} {hold|holds}'),
  beside('Access keys on {day}'),
  beside('keynag does not know which keys the other {words}. Unknown does not mean none.'),
  beside('{Not scanned|Scanned in part} {section} Root access keys'),
  beside('Unread accounts {section} Root access keys'),
  beside('Accounts that are over {section} Root access keys'),
  beside('{n} in {n:accounts} {account|accounts} scanned'),
  beside('please delete the key, as the root user or with centralized root access.'),
  beside('Keys by state {section} What keynag does next'),
  beside('{moment}: {what} {old}[, if its policy were armed]'),
]

export const dictionary: readonly Phrase[] = [
  ...announcements,
  ...reminders,
  ...replacements,
  ...deedsDone,
  ...datesOff,
  ...facts,
  ...courtesies,
  ...digest,
]
