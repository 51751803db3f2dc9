/** Messages as text, without the clients of Slack and SES. */
export { renderMail } from './email/render.ts'
export { renderSlack } from './slack/render.ts'
