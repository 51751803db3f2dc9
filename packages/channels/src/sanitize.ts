/** A high surrogate at the end: the first half of a character that a cut split. */
const halfPair = /[\uD800-\uDBFF]$/

/**
 * Text from outside (user names, tags, error messages) as one harmless line: without terminal
 * escapes, control and format characters (also the ones that reorder text), line breaks and lone
 * surrogates, and no longer than `limit` UTF-16 units, the strictest way to count characters.
 */
export function oneLine(text: string, limit = 300): string {
  const line = text
    .replace(/\p{Cc}\[[0-9;?]*[A-Za-z]/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
  return line.length <= limit ? line : `${line.slice(0, limit - 1).replace(halfPair, '')}…`
}

const htmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Safe as HTML text and inside a quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => htmlEntities[character] ?? '')

const mrkdwnStandIns: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '`': 'ˋ',
}

/**
 * Safe inside a Slack code span or fence. Slack knows only three escapes (`& < >`). It has none for a
 * backtick, so a look-alike replaces the backtick.
 */
export const escapeSlackCode = (text: string): string =>
  text.replace(/[&<>`]/g, (character) => mrkdwnStandIns[character] ?? '')

/** Safe as Slack mrkdwn prose: also without bold and strike-through. */
export const escapeMrkdwn = (text: string): string =>
  escapeSlackCode(text).replaceAll('*', '∗').replaceAll('~', '∼')

/** One word for a POSIX shell; quoted unless plainly harmless. */
export function shellWord(text: string): string {
  const word = oneLine(text, 2_048)
  return /^[\w+=,.@:/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
