import { z } from 'zod'
import { html, nothing, type Html } from './html.ts'
import { mrkdwn, type NameOf } from './mrkdwn.ts'

const text = z.object({ type: z.string(), text: z.string() })
const button = z.object({
  type: z.literal('button'),
  text,
  style: z.string().optional(),
  url: z.string().optional(),
})
const block = z.looseObject({
  type: z.string(),
  text: text.optional().catch(undefined),
  fields: z.array(text).optional().catch(undefined),
  elements: z.array(z.unknown()).optional().catch(undefined),
  accessory: z.unknown().optional(),
  alt_text: z.string().optional().catch(undefined),
})
type Block = z.infer<typeof block>

const shown = (given: z.infer<typeof text>, nameOf: NameOf): Html =>
  given.type === 'mrkdwn' ? mrkdwn(given.text, nameOf) : html`${given.text}`

/** Buttons look like buttons but do nothing. */
const element = (given: unknown, nameOf: NameOf): Html => {
  const asButton = button.safeParse(given)
  if (asButton.success) {
    const kind = /^(primary|danger)$/.test(asButton.data.style ?? '') ? asButton.data.style : ''
    return html`<span class="button ${kind ?? ''}">${asButton.data.text.text}</span>`
  }
  const asText = text.safeParse(given)
  if (asText.success) return html`<span>${shown(asText.data, nameOf)}</span>`
  const alternative = z.object({ alt_text: z.string() }).safeParse(given)
  return alternative.success
    ? html`<span class="image">${alternative.data.alt_text}</span>`
    : nothing
}

/** The words of a rich text, without their styles. */
const words = (given: unknown): string => {
  const node = z.looseObject({
    text: z.string().optional(),
    elements: z.array(z.unknown()).optional(),
  })
  const { data } = node.safeParse(given)
  return (data?.text ?? '') + (data?.elements ?? []).map(words).join('')
}

const section = (given: Block, nameOf: NameOf): Html => {
  const fields = (given.fields ?? []).map((field) => html`<div>${shown(field, nameOf)}</div>`)
  return html`<div class="section">
    <div>
      ${given.text ? html`<div>${shown(given.text, nameOf)}</div>` : nothing}
      ${fields.length > 0 ? html`<div class="fields">${fields}</div>` : nothing}
    </div>
    ${element(given.accessory, nameOf)}
  </div>`
}

const oneBlock = (given: unknown, nameOf: NameOf): Html => {
  const parsed = block.safeParse(given)
  if (!parsed.success) return html`<div class="unknown">a block without a type</div>`
  const { data } = parsed
  const elements = (data.elements ?? []).map((each) => element(each, nameOf))
  switch (data.type) {
    case 'header':
      return html`<h3>${data.text?.text ?? ''}</h3>`
    case 'section':
      return section(data, nameOf)
    case 'context':
      return html`<div class="context">${elements}</div>`
    case 'actions':
      return html`<div class="actions">${elements}</div>`
    case 'divider':
      return html`<hr />`
    case 'image':
      return html`<div class="image">${data.alt_text ?? 'image'}</div>`
    case 'rich_text':
      return html`<p>${words(data)}</p>`
    default:
      return html`<div class="unknown">a block of type ${data.type}</div>`
  }
}

/** A message's blocks as Slack shows them, or its text if it has no blocks. */
export const slackBody = (
  message: { text: string; blocks: readonly unknown[] },
  nameOf: NameOf,
): Html =>
  message.blocks.length === 0
    ? html`<div>${mrkdwn(message.text, nameOf)}</div>`
    : html`${message.blocks.map((each) => oneBlock(each, nameOf))}`
