export { renderInboxFile, writeInboxFile } from './inbox-file.ts'
export { startInboxPage } from './start.ts'
