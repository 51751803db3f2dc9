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

/** Reads all mails. */
export const readMails = (url: string) => async (): Promise<readonly MotoMail[]> => {
  const answer = await fetch(`${url}/moto-api/data.json`)
  const { Message } = Held.parse(await answer.json()).ses
  return Message.map(({ subject, body, destinations }) => ({
    to: destinations.ToAddresses,
    subject,
    html: body,
  }))
}
