import { z } from 'zod'

/**
 * Block Kit's limits for the types of blocks that keynag sends. Other types are refused, so that a
 * new type cannot be used before its limits are added here.
 * https://docs.slack.dev/reference/block-kit/blocks/
 */
const mostBlocks = 50

const plainText = (mostCharacters: number) =>
  z.looseObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(mostCharacters),
  })
const text = (mostCharacters: number) =>
  z.looseObject({
    type: z.enum(['plain_text', 'mrkdwn']),
    text: z.string().min(1).max(mostCharacters),
  })
const image = z.looseObject({
  type: z.literal('image'),
  image_url: z.string().min(1).max(3000),
  alt_text: z.string().max(2000),
})
const button = z.looseObject({
  type: z.literal('button'),
  text: plainText(75),
  action_id: z.string().max(255).optional(),
  value: z.string().max(2000).optional(),
  url: z.string().max(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
})
const otherElement = z.looseObject({
  type: z.string().refine((type) => type !== 'button', 'is not a valid button'),
})
const element = z.union([button, otherElement])
const blockId = { block_id: z.string().max(255).optional() }

const block = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('header'), ...blockId, text: plainText(150) }),
  z
    .looseObject({
      type: z.literal('section'),
      ...blockId,
      text: text(3000).optional(),
      fields: z.array(text(2000)).min(1).max(10).optional(),
      accessory: z.looseObject({ type: z.string() }).optional(),
    })
    .refine((section) => section.text ?? section.fields, 'missing required field: text or fields'),
  z.looseObject({
    type: z.literal('context'),
    ...blockId,
    elements: z
      .array(z.union([text(3000), image]))
      .min(1)
      .max(10),
  }),
  z.looseObject({ type: z.literal('divider'), ...blockId }),
  z.looseObject({ ...image.shape, ...blockId }),
  z.looseObject({
    type: z.literal('actions'),
    ...blockId,
    elements: z.array(element).min(1).max(25),
  }),
  z.looseObject({ type: z.literal('rich_text'), ...blockId, elements: z.array(z.unknown()) }),
])

/** The errors in the blocks, in Slack's format; empty when the blocks are valid. */
export const blockErrors = (blocks: readonly unknown[]): string[] => {
  if (blocks.length > mostBlocks) {
    return [`[ERROR] no more than ${mostBlocks} items allowed [json-pointer:/blocks]`]
  }
  const parsed = z.array(block).safeParse(blocks)
  if (!parsed.success) {
    return parsed.error.issues.map(
      (issue) => `[ERROR] ${issue.message} [json-pointer:/blocks/${issue.path.join('/')}]`,
    )
  }
  const ids = parsed.data.flatMap((each) => each.block_id ?? [])
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  return twice === undefined ? [] : [`[ERROR] \`block_id\` ${twice} already exists`]
}
