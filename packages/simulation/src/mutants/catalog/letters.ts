import { mutant, type Mutant } from '../mutant.ts'

const compose = 'channels/src/templates/compose.ts'
const keyWords = 'channels/src/templates/key-words.ts'

/** The messages are right, and what people read is not. Only the letter oracle notices that. */
export const letterMutants: readonly Mutant[] = [
  mutant(
    'letter: a reminder says what keynag does to the key',
    keyWords,
    "if (ahead.kind === 'nothing') {",
    "if (ahead.kind !== 'nothing') return plain('keynag does nothing to the key by itself')\n  if (ahead.kind === 'nothing') {",
  ),
  mutant(
    'letter: a reminder shows its date',
    keyWords,
    'say`on ${strong(utcFrom(ahead.at, now))}`',
    "plain('soon')",
  ),
  mutant(
    'letter: a reminder shows the date on which keynag acts',
    compose,
    'return nag(message)',
    `return nag({
        ...message,
        keys: message.keys.map((key) =>
          key.ahead.kind === 'nothing' || key.ahead.at === undefined
            ? key
            : { ...key, ahead: { ...key.ahead, at: (key.ahead.at + 9e8) as typeof message.now } },
        ),
      })`,
  ),
  mutant(
    'letter: the news of a replacement shows the date of the deactivation',
    compose,
    'return replacementIssued(message)',
    'return replacementIssued({ ...message, deactivatesAt: (message.deactivatesAt + 9e8) as typeof message.deactivatesAt })',
  ),
  mutant(
    'letter: the news of a replacement says that the old key is deleted at once',
    'channels/src/templates/advice.ts',
    'isFinal === undefined\n    ? []',
    'isFinal !== false\n    ? []',
  ),
  mutant(
    'letter: a deletion that this window has no time for has a date in the next one',
    'core/src/key/next-deed.ts',
    'nextOpening(window, provenAt) === provenAt ? undefined : provenAt',
    'nextOpening(window, provenAt) === provenAt ? undefined : deactivatedAt',
  ),
  mutant(
    'letter: a new owner is not told that somebody else made the replacement of keynag',
    'engine/src/notifier/compose-notice.ts',
    '{ isKeynags: true as const }',
    '{}',
  ),
  mutant(
    'letter: a new date of a deactivation is one of the deletion at once too',
    'channels/src/templates/called-off.ts',
    'because.isFinal === true',
    'because.isFinal !== undefined && because.to < 0',
  ),
  mutant(
    'letter: the news of a deactivation says that the key will be deleted',
    compose,
    'return deactivated(message)',
    'return deactivated({ ...message, deletesAt: undefined })',
  ),
  mutant(
    'letter: it names each key that it is about',
    'channels/src/fitting.ts',
    'render(aboutFirst(message, items), items)',
    'render(message, items)',
  ),
  mutant(
    'letter: its heading counts the keys that it names',
    'channels/src/templates/nag.ts',
    'Please ${plain(verb(due))} the ${plain(count(due.length, keys))} below',
    'Please ${plain(verb(due))} the ${plain(count(due.length + 1, keys))} below',
  ),
]
