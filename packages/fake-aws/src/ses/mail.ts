/** A mail that SES accepted. */
export type Mail = {
  messageId: string
  /** When it was accepted, milliseconds since the epoch, by the sandbox's clock. */
  at: number
  from: string
  to: string[]
  cc: string[]
  bcc: string[]
  replyTo: string[]
  /** The headers that the caller added, by their name. */
  headers: Readonly<Record<string, string>>
  subject: string
  text: string
  html: string
  /** The set that publishes events about the mail. Without one, no events are published. */
  configurationSet?: string | undefined
  /** The recipients for whom the mail bounces. */
  bounced: string[]
}

export type MailContent = Omit<Mail, 'messageId' | 'at' | 'bounced'>

/** `ann@example.com` of `Ann <Ann@Example.com>`, in lower case. */
export const bareAddress = (address: string): string =>
  (/<([^<>]*)>\s*$/.exec(address)?.[1] ?? address).trim().toLowerCase()
