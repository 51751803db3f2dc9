/** Some lines of an output, from a line on: by its number, from the end if negative, or by a text in it. */
export interface Part {
  readonly from: number | string
  /** To the end if left out. */
  readonly lines?: number
}

/** The parts of an output in their order, with `…` where lines are left out. */
export function excerptOf(output: string, parts: readonly Part[]): string {
  const lines = output.trimEnd().split('\n')
  const excerpt: string[] = []
  let next = 0
  for (const part of parts) {
    const from = startOf(part, lines)
    if (from > next) excerpt.push('…')
    next = Math.min(lines.length, from + (part.lines ?? lines.length))
    excerpt.push(...lines.slice(from, next))
  }
  if (next < lines.length) excerpt.push('…')
  return excerpt.join('\n')
}

function startOf({ from }: Part, lines: readonly string[]): number {
  if (typeof from === 'number') return from < 0 ? Math.max(0, lines.length + from) : from
  const found = lines.findIndex((line) => line.includes(from))
  if (found === -1) throw new Error(`no line of the output contains "${from}"`)
  return found
}
