import {
  firstItems,
  type Block,
  type Document,
  type Item,
  type Run,
  type Step,
  type Text,
} from '../document.ts'
import { escapeHtml, oneLine } from '../sanitize.ts'

const style = `
body { margin: 0; padding: 24px; background: #f4f5f7; color: #1c2430; font: 15px/1.5 -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
main { max-width: 680px; margin: 0 auto; padding: 24px 32px; background: #ffffff; border: 1px solid #dfe3e8; border-radius: 8px; }
h1 { margin: 0 0 12px; font-size: 21px; line-height: 1.3; }
h2 { margin: 28px 0 8px; font-size: 16px; }
p { margin: 0 0 10px; }
table { border-collapse: collapse; margin: 16px 0; }
th { padding: 3px 16px 3px 0; text-align: left; vertical-align: top; font-weight: normal; color: #5b6675; white-space: nowrap; }
td { padding: 3px 0; vertical-align: top; }
ul, ol { margin: 0 0 10px; padding-left: 24px; }
li { margin-bottom: 8px; }
code { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { margin: 6px 0; padding: 10px 12px; background: #f4f5f7; border-radius: 6px; white-space: pre-wrap; }
.detail, footer { color: #5b6675; font-size: 13px; }
footer { margin-top: 28px; padding-top: 12px; border-top: 1px solid #dfe3e8; }
`.trim()

/** One self-contained page without images, links or scripts. It stays readable without styles. */
export const renderHtml = (document: Document, itemLimit: number): string =>
  [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<title>${escapeHtml(oneLine(document.title))}</title>`,
    `<style>\n${style}\n</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${escapeHtml(oneLine(document.title))}</h1>`,
    ...document.summary.map((text) => `<p>${prose(text)}</p>`),
    ...document.blocks.map((block) => render(block, itemLimit)),
    `<footer>${prose(document.footer)}</footer>`,
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n')

function render(block: Block, itemLimit: number): string {
  switch (block.kind) {
    case 'heading':
      return `<h2>${escapeHtml(oneLine(block.text))}</h2>`
    case 'paragraph':
      return `<p>${prose(block.text)}</p>`
    case 'facts':
      return element(
        'table',
        block.facts.map(
          ({ label, text }) =>
            `<tr><th scope="row">${escapeHtml(oneLine(label))}</th><td>${prose(text)}</td></tr>`,
        ),
      )
    case 'points':
      return element(
        'ul',
        block.points.map((point) => `<li>${prose(point)}</li>`),
      )
    case 'steps':
      return element('ol', block.steps.map(step))
    case 'list': {
      const { shown, rest } = firstItems(block, itemLimit)
      return [
        ...(shown.length === 0 ? [] : [element('ul', shown.map(item))]),
        ...(rest === undefined ? [] : [`<p>${prose(rest)}</p>`]),
      ].join('\n')
    }
    default:
      return block satisfies never
  }
}

const element = (name: string, children: readonly string[]): string =>
  [`<${name}>`, ...children, `</${name}>`].join('\n')

const step = ({ text, commands = [] }: Step): string =>
  `<li>${prose(text)}${commands.map((line) => `<pre><code>${escapeHtml(oneLine(line, 4_096))}</code></pre>`).join('')}</li>`

const item = ({ text, detail }: Item): string =>
  `<li>${prose(text)}${detail === undefined ? '' : `<br><span class="detail">${prose(detail)}</span>`}</li>`

const prose = (text: Text): string => text.map(run).join('')

function run(part: Run): string {
  if (typeof part === 'string') return escapeHtml(part)
  return 'strong' in part
    ? `<strong>${escapeHtml(oneLine(part.strong))}</strong>`
    : `<code>${escapeHtml(oneLine(part.code) || '(empty)')}</code>`
}
