import { GetSendQuotaCommand, type SESClient } from '@aws-sdk/client-ses'
import { z } from 'zod'

/** A mail that SES accepted. moto stores only one body: the HTML, if the mail has it. */
export interface MotoMail {
  readonly to: readonly string[]
  readonly subject: string
  readonly html: string
}

/** The mails in moto's list of all its stored objects. */
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

/** Reads all mails. The list is long, so it is read again only after more mails were sent. */
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
