/** A mail, as its reader sees it: the subject above the text, without the line breaks of its layout. */
export const mailAsSeen = ({ subject, text }: { subject: string; text: string }): string =>
  inOneLine(`${subject}\n${text.replaceAll(/^[=-]{2,}\s*$/gm, '')}`)

/** A post on Slack, as its reader sees it: the notification, then the blocks without their markup. */
export const slackAsSeen = ({
  text,
  blocks,
}: {
  text: string
  blocks: readonly unknown[]
}): string => inOneLine([withoutMarks(text), ...blocks.map(wordsOf)].join('\n'))

const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

function wordsOf(block: unknown): string {
  if (typeof block !== 'object' || block === null) return ''
  if ('elements' in block && Array.isArray(block.elements)) {
    return block.elements.map(wordsOf).join('\n')
  }
  if (!('text' in block)) return ''
  if (typeof block.text !== 'string') return wordsOf(block.text)
  return 'type' in block && block.type === 'mrkdwn' ? withoutMarks(block.text) : block.text
}

/** Slack shows code as it is, and takes the stars of bold away from everything else. */
const withoutMarks = (mrkdwn: string): string =>
  mrkdwn
    .split(/```|`/)
    .map((piece, index) => (index % 2 === 1 ? piece : piece.replaceAll('*', '')))
    .join('')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
