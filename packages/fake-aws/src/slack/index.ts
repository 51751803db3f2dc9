export type { SlackChannel, SlackMessage, SlackUser } from './message.ts'
export { startSlack, type Slack, type SlackFault, type SlackOptions } from './start.ts'
