/** The Block Kit blocks that keynag sends. */
export type SlackBlock =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'section'; readonly text: Mrkdwn }
  | { readonly type: 'context'; readonly elements: readonly Mrkdwn[] }

interface PlainText {
  readonly type: 'plain_text'
  readonly text: string
  readonly emoji: false
}

/** `verbatim` keeps Slack from turning bare words into links and mentions. */
export interface Mrkdwn {
  readonly type: 'mrkdwn'
  readonly text: string
  readonly verbatim: true
}

/**
 * docs.slack.dev, Block Kit reference: message, header and section blocks. `allBlocks` is not documented:
 * Slack refused messages of 11,341 and of 13,297 characters (slackapi/bolt-js, issues 2867 and 2509).
 * keynag counts the blocks as JSON, which is more than their texts.
 */
export const slackLimits = {
  blocks: 50,
  headerText: 150,
  sectionText: 3_000,
  allBlocks: 10_000,
} as const
