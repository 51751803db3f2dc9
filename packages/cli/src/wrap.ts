/**
 * Breaks text at spaces so that no line is wider than the terminal; lines after the first are
 * indented. Without a terminal nothing is broken.
 */
export function wrap(text: string, width: number | undefined, indent = ''): string {
  if (width === undefined) return text
  const [first = '', ...words] = text.trimStart().split(' ')
  const lines: string[] = []
  let line = text.slice(0, text.length - text.trimStart().length) + first
  for (const word of words) {
    const longer = `${line} ${word}`
    if (longer.length > width) {
      lines.push(line)
      line = indent + word
    } else {
      line = longer
    }
  }
  return [...lines, line].join('\n')
}
