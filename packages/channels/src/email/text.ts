import { firstItems, type Block, type Document, type Run, type Text } from '../document.ts'
import { oneLine } from '../sanitize.ts'

const width = 76

/** Plain text. Prose is wrapped; commands are not, so that people can copy them. */
export function renderText(document: Document, itemLimit: number): string {
  const title = oneLine(document.title)
  const paragraphs = [
    `${title}\n${'='.repeat(title.length)}`,
    ...document.summary.map((text) => wrap(prose(text))),
    ...document.blocks.map((block) => render(block, itemLimit)),
    `-- \n${wrap(prose(document.footer))}`,
  ]
  return `${paragraphs.filter((text) => text !== '').join('\n\n')}\n`
}

function render(block: Block, itemLimit: number): string {
  switch (block.kind) {
    case 'heading': {
      const text = oneLine(block.text)
      return `${text}\n${'-'.repeat(text.length)}`
    }
    case 'paragraph':
      return wrap(prose(block.text))
    case 'facts':
      return block.facts
        .map(({ label, text }) => wrap(`${oneLine(label)}: ${prose(text)}`, '', '  '))
        .join('\n')
    case 'points':
      return block.points.map((point) => wrap(prose(point), '- ', '  ')).join('\n')
    case 'steps':
      return block.steps
        .map(({ text, commands = [] }, index) =>
          [
            wrap(prose(text), `${index + 1}. `, '   '),
            ...commands.map((command) => `\n     ${oneLine(command, 4_096)}`),
          ].join('\n'),
        )
        .join('\n\n')
    case 'list': {
      const { shown, rest } = firstItems(block, itemLimit)
      return [
        ...shown.map(({ text, detail }) =>
          [
            wrap(prose(text), '- ', '  '),
            ...(detail === undefined ? [] : [wrap(prose(detail), '  ', '  ')]),
          ].join('\n'),
        ),
        ...(rest === undefined ? [] : [wrap(prose(rest))]),
      ].join('\n')
    }
    default:
      return block satisfies never
  }
}

const prose = (text: Text): string => text.map(run).join('')

function run(part: Run): string {
  if (typeof part === 'string') return part
  return oneLine('strong' in part ? part.strong : part.code) || '(empty)'
}

function wrap(text: string, first = '', others = ''): string {
  const lines: string[] = []
  let line = first
  for (const word of text.split(' ')) {
    const fits = line.length + word.length <= width
    if (!fits && line.trim() !== '' && line !== first) {
      lines.push(line.trimEnd())
      line = others
    }
    line += `${word} `
  }
  return [...lines, line.trimEnd()].join('\n')
}
