import type { AccessKeyId, Message } from '@keynag/core'
import { fitted } from '../fitting.ts'
import { keysNamed } from '../named.ts'
import { firstItems, type Block, type Run, type Step, type Text } from '../document.ts'
import { escapeMrkdwn, escapeSlackCode, oneLine } from '../sanitize.ts'
import { compose } from '../templates/compose.ts'
import { slackLimits, type Mrkdwn, type SlackBlock } from './blocks.ts'

/** The arguments of chat.postMessage that carry the content. */
export interface SlackMessage {
  /** For notifications and screen readers. */
  readonly text: string
  readonly blocks: readonly SlackBlock[]
  /** The keys that a reader finds by their ID in the blocks. */
  readonly named: readonly AccessKeyId[]
}

/** People read Slack at a glance; only mails carry longer lists. */
const itemsShown = 12

/** Below Slack's limit, so that a cut line has room for its ending. */
const sectionRoom = slackLimits.sectionText - 100

/** Pure: the message in Slack's blocks, within Slack's limits. */
export function renderSlack(message: Message): SlackMessage {
  const limits = { most: itemsShown, room: slackLimits.allBlocks }
  const { size: _, ...rendered } = fitted(message, limits, renderBlocks)
  return rendered
}

function renderBlocks(message: Message, items: number): SlackMessage & { readonly size: number } {
  const document = compose(message)
  const blocks: readonly SlackBlock[] = [
    {
      type: 'header',
      text: {
        type: 'plain_text',
        text: oneLine(document.title, slackLimits.headerText),
        emoji: false,
      },
    },
    ...sections(document.summary.map(prose)),
    ...document.blocks.flatMap((block) => render(block, items)),
  ]
  const footer: SlackBlock = { type: 'context', elements: [mrkdwn(cut(prose(document.footer)))] }
  const shown = items === 1 ? leading(blocks, footer) : [...blocks, footer]
  return {
    size: sizeOf(shown),
    text: cut([escapeMrkdwn(oneLine(document.subject)), ...document.summary.map(prose)].join('\n')),
    blocks: shown,
    named: keysNamed(message, JSON.stringify(shown)),
  }
}

/** In characters. Too many blocks are too long as well. */
const sizeOf = (blocks: readonly SlackBlock[]): number =>
  Math.max(
    JSON.stringify(blocks).length,
    (blocks.length / slackLimits.blocks) * slackLimits.allBlocks,
  )

/** As many of the blocks as fit before the footer: a message begins with what matters most. */
function leading(blocks: readonly SlackBlock[], footer: SlackBlock): readonly SlackBlock[] {
  let shown = [...blocks, footer]
  while (sizeOf(shown) > slackLimits.allBlocks) shown = [...shown.slice(0, -2), footer]
  return shown
}

function render(block: Block, items: number): readonly SlackBlock[] {
  switch (block.kind) {
    case 'heading':
      return sections([`*${escapeMrkdwn(oneLine(block.text))}*`])
    case 'paragraph':
      return sections([prose(block.text)])
    case 'facts':
      return sections(
        block.facts.map(({ label, text }) => `*${escapeMrkdwn(oneLine(label))}:* ${prose(text)}`),
      )
    case 'points':
      return sections(block.points.map((point) => `• ${prose(point)}`))
    case 'steps':
      return sections(block.steps.map(step))
    case 'list': {
      const { shown, rest } = firstItems(block, items)
      return sections([
        ...shown.map(({ text, detail }) =>
          [`• ${prose(text)}`, ...(detail === undefined ? [] : [prose(detail)])].join('\n    '),
        ),
        ...(rest === undefined ? [] : [prose(rest)]),
      ])
    }
    default:
      return block satisfies never
  }
}

const step = ({ text, commands = [] }: Step, index: number): string =>
  [`${index + 1}. ${prose(text)}`, ...commands.map(fence)].join('\n')

const fence = (command: string): string => `\`\`\`\n${escapeSlackCode(command)}\n\`\`\``

const prose = (text: Text): string => text.map(run).join('')

function run(part: Run): string {
  if (typeof part === 'string') return escapeMrkdwn(part)
  return 'strong' in part
    ? `*${escapeMrkdwn(oneLine(part.strong))}*`
    : `\`${escapeSlackCode(oneLine(part.code) || '(empty)')}\``
}

/** As few sections as the limit allows, in order. */
function sections(lines: readonly string[]): readonly SlackBlock[] {
  const texts: string[] = []
  for (const line of lines.map(cut)) {
    const last = texts.at(-1)
    if (last !== undefined && last.length + 1 + line.length <= slackLimits.sectionText) {
      texts[texts.length - 1] = `${last}\n${line}`
    } else {
      texts.push(line)
    }
  }
  return texts.map((text) => ({ type: 'section', text: mrkdwn(text) }))
}

const mrkdwn = (text: string): Mrkdwn => ({ type: 'mrkdwn', text, verbatim: true })

/** Shortens without leaving half an entity, half a character or an open code span behind. */
function cut(text: string): string {
  if (text.length <= sectionRoom) return text
  const head = text
    .slice(0, sectionRoom)
    .replace(/&[a-z]{0,3}$/, '')
    .replace(/[\uD800-\uDBFF]$/, '')
  const fences = head.split('```').length - 1
  const ticks = head.replaceAll('```', '').split('`').length - 1
  return `${head}…${ticks % 2 === 1 ? '`' : ''}${fences % 2 === 1 ? '\n```' : ''}`
}
