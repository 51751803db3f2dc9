import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const root = fileURLToPath(new URL('../../../../', import.meta.url))

export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const isSkipped = (name: string): boolean => name === 'node_modules' || name.startsWith('.')

function below(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((each) => {
    if (isSkipped(each.name)) return []
    const path = join(folder, each.name)
    if (each.isDirectory()) return below(path)
    return each.name.endsWith('.md') ? [relative(root, path)] : []
  })
}

/** Every page of the project, as paths from its root. */
export const pages: readonly string[] = below(root)

const withoutFences = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, '')

/** A page's headings below its title, without their marks. */
export const headingsOf = (path: string): readonly string[] =>
  [...withoutFences(read(path)).matchAll(/^#{2,6} (.+)$/gm)].map(([, text = '']) =>
    text.replaceAll('`', ''),
  )

/** The page's first line, without its mark. */
export const titleOf = (path: string): string => read(path).split('\n')[0]?.replace(/^# /, '') ?? ''

/** The anchor that GitHub gives a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

/** Targets of a page's links that are not addresses on the web. */
export const linksOf = (path: string): readonly string[] =>
  [...withoutFences(read(path)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))

/** A table with the columns padded, as the formatter leaves it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}
