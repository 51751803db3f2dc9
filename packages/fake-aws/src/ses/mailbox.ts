import { randomUUID } from 'node:crypto'
import type { Clock } from '../loopback/index.ts'
import { failure, type SesAnswer } from './answer.ts'
import { bareAddress, type Mail, type MailContent } from './mail.ts'
import { mailReturn, type MailReturn, type Returning } from './returns.ts'

const dayMs = 24 * 3600 * 1000

/** How much an account may send. SES counts recipients, not mails. */
export type SendQuota = { max24HourSend: number; maxSendRate: number }

export type Mailbox = {
  readonly mails: Mail[]
  /** Verified addresses and domains. */
  readonly identities: Set<string>
  /** Addresses, in lower case, whose mails bounce or cause a complaint. */
  readonly returning: Map<string, Returning>
  /** The bounce and complaint events up to now, oldest first. Each is returned only once. */
  takeReturns(): MailReturn[]
  /** Recipients in the last 24 hours of the clock. */
  sentLast24Hours(): number
  /** Accepts a mail, or returns the error answer. */
  accept(content: MailContent): Mail | SesAnswer
}

export const isMail = (accepted: Mail | SesAnswer): accepted is Mail => 'messageId' in accepted

/** https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html */
const notVerified = (region: string, address: string) =>
  failure(
    400,
    'MessageRejected',
    'Email address is not verified. The following identities failed the check in region ' +
      `${region.toUpperCase()}: ${address}`,
  )

const recipients = (mail: MailContent) => [...mail.to, ...mail.cc, ...mail.bcc]

export const mailbox = (
  clock: Clock,
  region: string,
  verified: readonly string[],
  quota: SendQuota,
): Mailbox => {
  const mails: Mail[] = []
  const identities = new Set(verified.map((identity) => identity.toLowerCase()))
  const returning = new Map<string, Returning>()
  let returns: MailReturn[] = []

  const isVerified = (address: string) => {
    const bare = bareAddress(address)
    return identities.has(bare) || identities.has(bare.replace(/^.*@/, ''))
  }
  const sentLast24Hours = () => {
    const since = clock.now() - dayMs
    let sent = 0
    for (let index = mails.length - 1; index >= 0; index -= 1) {
      const mail = mails[index]
      if (!mail || mail.at <= since) break
      sent += recipients(mail).length
    }
    return sent
  }

  return {
    mails,
    identities,
    returning,
    sentLast24Hours,
    takeReturns: () => {
      const now = clock.now()
      const taken = returns.filter(({ at }) => at <= now)
      returns = returns.filter(({ at }) => at > now)
      return taken.sort((one, other) => one.at - other.at)
    },
    accept: (content) => {
      const given = recipients(content)
      const wrong = [content.from, ...given].find((address) => !bareAddress(address).includes('@'))
      if (wrong !== undefined) {
        return failure(400, 'BadRequestException', "Missing final '@domain'")
      }
      if (given.length === 0) {
        return failure(400, 'BadRequestException', 'No recipients specified')
      }
      if (!isVerified(content.from)) return notVerified(region, bareAddress(content.from))
      if (sentLast24Hours() + given.length > quota.max24HourSend) {
        return failure(429, 'TooManyRequestsException', 'Daily message quota exceeded.')
      }
      const mail: Mail = {
        ...content,
        messageId: randomUUID(),
        at: clock.now(),
        bounced: given.filter((address) => returning.get(bareAddress(address))?.how === 'bounce'),
      }
      mails.push(mail)
      for (const address of given) {
        const comes = returning.get(bareAddress(address))
        if (comes && mail.configurationSet !== undefined) {
          returns.push(mailReturn(mail, address, comes))
        }
      }
      return mail
    },
  }
}
