import { SendEmailCommand, SESClient } from '@aws-sdk/client-ses'
import type { Message, Route } from '@keynag/core'
import { refused, type Attempt } from '../attempt.ts'
import { classifyMail } from './classify.ts'
import { renderMail } from './render.ts'

export interface EmailOptions {
  /** An address or domain that SES has verified. */
  readonly from: string
  readonly replyTo?: string | undefined
  /** Publishes bounces and complaints with the notice's tag. */
  readonly configurationSet?: string | undefined
  /** The SES client to use. Without it, one is made from the environment. */
  readonly client?: SESClient
}

type MailRoute = Extract<Route, { via: 'email' }>

/**
 * Sends one mail. SES has no idempotency token. The client tries once and the queue tries again, so
 * after a lost answer the mail may arrive twice.
 *
 * It fails with a transient `KEYNAG_THROTTLED` or `KEYNAG_UNAVAILABLE`, or a permanent
 * `KEYNAG_MAIL_REJECTED` or `KEYNAG_ACCESS_DENIED`.
 */
export function emailDelivery(options: EmailOptions) {
  const client = options.client ?? new SESClient({ maxAttempts: 1, requestHandler: patience })
  return async (message: Message, { email }: MailRoute): Promise<Attempt> => {
    if (!oneAddress.test(email)) return refused('the route does not hold exactly one mail address')
    const { subject, text, html, named } = renderMail(message)
    try {
      const { MessageId: messageId } = await client.send(
        new SendEmailCommand({
          Source: options.from,
          Destination: { ToAddresses: [email] },
          ...(options.replyTo === undefined ? {} : { ReplyToAddresses: [options.replyTo] }),
          ...(options.configurationSet === undefined
            ? {}
            : { ConfigurationSetName: options.configurationSet }),
          Message: {
            Subject: { Data: subject, Charset: 'UTF-8' },
            Body: {
              Text: { Data: text, Charset: 'UTF-8' },
              Html: { Data: html, Charset: 'UTF-8' },
            },
          },
          Tags: [{ Name: 'keynag-notice', Value: tagValue(message.noticeId) }],
        }),
      )
      const delivery = { channel: 'email', to: email, messageId: messageId ?? '' }
      return { kind: 'delivered', delivery, named }
    } catch (error) {
      const failure = classifyMail(error)
      if (failure.kind === 'refused') return refused(failure.why)
      return { kind: 'failed', error: failure.error, pauseMs: failure.pauseMs }
    }
  }
}

/** In milliseconds. */
const patience = {
  connectionTimeout: 3_000,
  requestTimeout: 10_000,
  throwOnRequestTimeout: true,
} as const

const oneAddress = /^[^\s@,;<>"()\\]+@[^\s@,;<>"()\\]+$/

/** SES takes 256 of `A–Z a–z 0–9 _ -` only (SES API Reference, MessageTag). */
const tagValue = (noticeId: string): string => noticeId.replace(/[^\w-]/g, '_').slice(0, 256)
