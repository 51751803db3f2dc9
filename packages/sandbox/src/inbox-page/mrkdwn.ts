import { escapeHtml, Html } from './html.ts'

const emoji: Record<string, string> = {
  alarm_clock: '⏰',
  arrows_counterclockwise: '🔄',
  bar_chart: '📊',
  bell: '🔔',
  calendar: '📅',
  exclamation: '❗',
  fire: '🔥',
  hourglass: '⌛',
  hourglass_flowing_sand: '⏳',
  key: '🔑',
  lock: '🔒',
  mag: '🔍',
  no_entry: '⛔',
  rotating_light: '🚨',
  shield: '🛡️',
  tada: '🎉',
  wastebasket: '🗑️',
  wave: '👋',
  white_check_mark: '✅',
  warning: '⚠️',
  x: '❌',
}

/** Undoes the escapes of the three characters that senders must escape. */
const unescapeSlack = (text: string): string =>
  text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&')

const show = (text: string): string => escapeHtml(unescapeSlack(text))

const withEmoji = (markup: string): string =>
  markup.replace(/:([a-z_]+):/g, (given, name: string) => emoji[name] ?? given)

const webAddress = /^(https?:\/\/|mailto:)[^\s]+$/i

export type NameOf = (userId: string) => string | undefined

/** Renders the text between `<` and `>`: a link, a person, a channel or a special mention. */
const reference = (inner: string, nameOf: NameOf): string => {
  const [target = '', label] = inner.split(/\|(.*)/s)
  if (target.startsWith('@')) {
    return `<span class="mention">@${show(nameOf(target.slice(1)) ?? label ?? target.slice(1))}</span>`
  }
  if (target.startsWith('#'))
    return `<span class="mention">#${show(label ?? target.slice(1))}</span>`
  if (target.startsWith('!date')) return show(label ?? target)
  if (target.startsWith('!')) return `<span class="mention">@${show(target.slice(1))}</span>`
  const address = unescapeSlack(target)
  if (!webAddress.test(address)) return show(`<${inner}>`)
  return `<a href="${escapeHtml(address)}" rel="noreferrer noopener">${show(label ?? target)}</a>`
}

const style = (markup: string, mark: string, tag: string): string => {
  const character = `\\${mark}`
  const styled = new RegExp(
    `(^|[\\s(>"'])${character}(?=\\S)([^${character}\\n]*[^${character}\\s])${character}(?=$|[\\s).,;:!?<"'&])`,
    'g',
  )
  return markup.replace(styled, `$1<${tag}>$2</${tag}>`)
}

const styles = (markup: string): string =>
  style(style(style(markup, '*', 'strong'), '_', 'em'), '~', 's')

/** Code and references are replaced by placeholders first, so that their text is not styled. */
const inline = (text: string, nameOf: NameOf): string => {
  const kept: string[] = []
  const keep = (markup: string) => `\uE000${kept.push(markup) - 1}\uE000`
  const cut = text
    .replaceAll('\uE000', '')
    .replace(/`([^`\n]+)`/g, (_match, code: string) => keep(`<code>${show(code)}</code>`))
    .replace(/<([^<>\n]+)>/g, (_match, inner: string) => keep(reference(inner, nameOf)))
  return withEmoji(styles(show(cut))).replace(
    /\uE000(\d+)\uE000/g,
    (_match, index: string) => kept[Number(index)] ?? '',
  )
}

const lines = (text: string, nameOf: NameOf): string =>
  text
    .split('\n')
    .map((line) => {
      const quoted = /^(?:>|&gt;) ?(.*)$/.exec(line)?.[1]
      return quoted === undefined
        ? `${inline(line, nameOf)}<br>`
        : `<blockquote>${inline(quoted, nameOf)}</blockquote>`
    })
    .join('')
    .replace(/<br>(?=<blockquote>|$)/g, '')

/**
 * Renders Slack's mrkdwn as Slack does (https://docs.slack.dev/messaging/formatting-message-text/).
 * Only http, https and mailto links become links; all others stay text.
 */
export const mrkdwn = (text: string, nameOf: NameOf = () => undefined): Html => {
  const pieces = text.split('```')
  const closed = pieces.length % 2 === 1
  return new Html(
    pieces
      .map((piece, index) => {
        const isCode = index % 2 === 1 && (closed || index < pieces.length - 1)
        if (isCode) return `<pre>${show(piece.replace(/^\n|\n$/g, ''))}</pre>`
        const unclosed = !closed && index === pieces.length - 1 && index % 2 === 1
        return lines(unclosed ? `\`\`\`${piece}` : piece.replace(/^\n/, ''), nameOf)
      })
      .join(''),
  )
}
