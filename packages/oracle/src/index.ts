export { announcementsOf, momentOf, saidOf, type ReadLetter } from './announcement.ts'
export { mailAsSeen, slackAsSeen } from './as-seen.ts'
export { read, type Reading } from './read.ts'
export type { Statement } from './statement.ts'
