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
  subject: string
  text: string
  html: string
  /** The set that publishes what becomes of the mail; without one nobody is told. */
  configurationSet?: string | undefined
  /** The recipients it will never reach. */
  bounced: string[]
}

export type MailContent = Omit<Mail, 'messageId' | 'at' | 'bounced'>

/** `ann@example.com` of `Ann <Ann@Example.com>`, in lower case. */
export const bareAddress = (address: string): string =>
  (/<([^<>]*)>\s*$/.exec(address)?.[1] ?? address).trim().toLowerCase()
