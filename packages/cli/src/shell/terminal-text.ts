import { randomUUID } from 'node:crypto'
import { inspect, styleText } from 'node:util'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

const controls = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/**
 * Writes every control character as its escape in JSON, such as `\u001b`, also the ones that change the
 * direction of text. Strangers choose user names, tags and messages, and a terminal obeys such
 * characters. In JSON, where they occur only inside strings, the text means the same as before.
 */
export const escaped = (text: string): string => text.replaceAll(controls, escapeOf)

const escapeOf = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')

/**
 * Text for terminals. `styled` marks text with a word that nobody else knows; `written` turns these
 * marks into the stream's styles, keeps line breaks, and escapes every other control character.
 */
export function terminalText() {
  const secret = randomUUID()
  const mark = (code: number): string => `\u001b${secret}[${code}m`
  const marks = new RegExp(`\\u001b${secret}\\[(\\d+)m|\\n|[\\p{Cc}\\p{Cf}\\u2028\\u2029]`, 'gu')
  return {
    styled: (style: Style, text: string): string => {
      const [begin, end] = inspect.colors[style] ?? [0, 0]
      return `${mark(begin)}${text}${mark(end)}`
    },
    written: (text: string, stream: NodeJS.WritableStream): string => {
      const wantsStyles = styleText('bold', 'x', { stream }) !== 'x'
      return text.replaceAll(marks, (found: string, code: string | undefined) => {
        if (found === '\n') return found
        if (code === undefined) return escapeOf(found)
        return wantsStyles ? `\u001b[${code}m` : ''
      })
    },
  }
}
