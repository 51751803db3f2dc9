import { GetSendQuotaCommand, type SESClient } from '@aws-sdk/client-ses'
import { z } from 'zod'

/** A message that SES took. moto keeps one body, the HTML where there is one. */
export interface MotoMail {
  readonly to: readonly string[]
  readonly subject: string
  readonly html: string
}

/** The part of moto's own list of everything it holds that is about mail. */
const Held = z.object({
  ses: z.object({
    Message: z.array(
      z.object({
        subject: z.string(),
        body: z.string(),
        destinations: z.object({ ToAddresses: z.array(z.string()) }),
      }),
    ),
  }),
})

/** Reads all mail; the list is long, so that it is read again only when more was sent. */
export function readMails(url: string, ses: SESClient): () => Promise<readonly MotoMail[]> {
  let read: readonly MotoMail[] = []
  return async () => {
    const { SentLast24Hours } = await ses.send(new GetSendQuotaCommand({}))
    if (SentLast24Hours === read.length) return read
    const answer = await fetch(`${url}/moto-api/data.json`)
    const { Message } = Held.parse(await answer.json()).ses
    read = Message.map(({ subject, body, destinations }) => ({
      to: destinations.ToAddresses,
      subject,
      html: body,
    }))
    return read
  }
}
