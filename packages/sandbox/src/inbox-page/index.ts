export { renderInboxFile, writeInboxFile, type InboxFileOptions } from './inbox-file.ts'
export type { InboxSources } from './letters.ts'
export { startInboxPage, type InboxPageOptions } from './start.ts'
