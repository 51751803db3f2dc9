export type { Mail } from './mail.ts'
export type { SendQuota } from './mailbox.ts'
export { startSes, type Ses, type SesFault, type SesOptions } from './start.ts'
