import { Agent } from 'node:https'
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2'
import type { Message, Route } from '@keynag/core'
import { refused, type Attempt } from '../attempt.ts'
import { classifyMail, unavailable } from './classify.ts'
import { renderMail } from './render.ts'

export interface EmailOptions {
  /** An address or domain that SES has verified. */
  readonly from: string
  readonly replyTo?: string | undefined
  /** Publishes bounces and complaints with the notice's tag. */
  readonly configurationSet?: string | undefined
  /** The SES client to use. Without it, one is made from the environment. */
  readonly client?: SESv2Client
}

type MailRoute = Extract<Route, { via: 'email' }>

/**
 * Sends one mail. SES has no idempotency token. The client tries once and the queue tries again, so
 * after a lost answer the mail may arrive twice.
 *
 * It fails with a transient `KEYNAG_THROTTLED` or `KEYNAG_UNAVAILABLE`, or a permanent
 * `KEYNAG_MAIL_REJECTED`, `KEYNAG_ACCESS_DENIED` or, for credentials, `KEYNAG_CREDENTIALS_…`.
 */
export function emailDelivery(options: EmailOptions) {
  const client = options.client ?? new SESv2Client({ maxAttempts: 1, requestHandler: patience })
  return async (message: Message, { email }: MailRoute): Promise<Attempt> => {
    if (!oneAddress.test(email)) return refused('the route does not hold exactly one mail address')
    const { subject, text, html, named } = renderMail(message)
    try {
      const { MessageId: messageId } = await client.send(
        new SendEmailCommand({
          FromEmailAddress: options.from,
          Destination: { ToAddresses: [email] },
          ...(options.replyTo === undefined ? {} : { ReplyToAddresses: [options.replyTo] }),
          ...(options.configurationSet === undefined
            ? {}
            : { ConfigurationSetName: options.configurationSet }),
          Content: {
            Simple: {
              Subject: { Data: subject, Charset: 'UTF-8' },
              Body: {
                Text: { Data: text, Charset: 'UTF-8' },
                Html: { Data: html, Charset: 'UTF-8' },
              },
              Headers: [...quietHeaders],
            },
          },
          EmailTags: [{ Name: 'keynag-notice', Value: tagValue(message.noticeId) }],
        }),
      )
      // A proxy may answer in place of SES.
      if (messageId === undefined || messageId === '') {
        return { kind: 'failed', error: unavailable('named no mail'), concerns: 'provider' }
      }
      return { kind: 'delivered', delivery: { channel: 'email', to: email, messageId }, named }
    } catch (error) {
      const failure = classifyMail(error)
      return failure.kind === 'refused' ? refused(failure.why) : failure
    }
  }
}

/**
 * They keep programs from answering: `Auto-Submitted` for those that keep to RFC 3834, the other one for
 * Exchange ([MS-OXCMAIL] 2.1.3.2.20), but for non-delivery reports (NDR), which keynag needs. `Precedence`
 * is missing because RFC 2076 discourages it, and some servers treat `bulk` as junk.
 */
const quietHeaders = [
  { Name: 'Auto-Submitted', Value: 'auto-generated' },
  { Name: 'X-Auto-Response-Suppress', Value: 'DR, RN, NRN, OOF, AutoReply' },
] as const

/** In milliseconds. */
/** Node reads HTTPS_PROXY and NO_PROXY (Node.js, http.Agent, `proxyEnv`). */
const patience = {
  httpsAgent: new Agent({ keepAlive: true, proxyEnv: process.env }),
  connectionTimeout: 3_000,
  requestTimeout: 10_000,
  throwOnRequestTimeout: true,
} as const

const oneAddress = /^[^\s@,;<>"()\\]+@[^\s@,;<>"()\\]+$/

/** SES takes 256 of `A–Z a–z 0–9 _ -` only (SES API v2 Reference, MessageTag). */
const tagValue = (noticeId: string): string => noticeId.replace(/[^\w-]/g, '_').slice(0, 256)
