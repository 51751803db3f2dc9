import { z } from 'zod'
import { failure, success, type SesAnswer } from './answer.ts'
import { isMail, type Mailbox, type SendQuota } from './mailbox.ts'

type Action = (input: unknown, identity: string) => SesAnswer

const content = z.object({ Data: z.string(), Charset: z.string().optional() })
const addresses = z.array(z.string()).default([])

/** What keynag sends: SES makes the MIME message of the parts and the headers. */
const SendEmail = z.object({
  FromEmailAddress: z.string(),
  Destination: z
    .object({ ToAddresses: addresses, CcAddresses: addresses, BccAddresses: addresses })
    .prefault({}),
  ReplyToAddresses: addresses,
  Content: z.object({
    Simple: z.object({
      Subject: content,
      Body: z.object({ Text: content.optional(), Html: content.optional() }),
      Headers: z
        .array(
          z.object({
            Name: z.string().regex(/^[!-9;-~]{1,126}$/),
            Value: z.string().regex(/^[ -~]{1,870}$/),
          }),
        )
        .max(15)
        .default([]),
    }),
  }),
  EmailTags: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  ConfigurationSetName: z.string().optional(),
})

/** The characters of a tag's name or value (SES API v2 Reference, MessageTag). */
const tagPart = /^[\w-]{1,256}$/

/** The modelled operations of SES v2, by name. */
export const sesActions = (
  mailbox: Mailbox,
  quota: SendQuota,
  configurationSets: readonly string[],
): Record<string, Action> => {
  const send = (input: unknown): SesAnswer => {
    const request = SendEmail.safeParse(input)
    if (!request.success) return failure(400, 'BadRequestException', request.error.message)
    const { data } = request
    const { ConfigurationSetName: set } = data
    if (set !== undefined && !configurationSets.includes(set)) {
      return failure(404, 'NotFoundException', `Configuration set <${set}> does not exist.`)
    }
    const bad = data.EmailTags.find(
      ({ Name, Value }) => ![Name, Value].every((part) => tagPart.test(part)),
    )
    if (bad !== undefined) {
      return failure(400, 'BadRequestException', `Invalid tag value <${bad.Value}>.`)
    }
    const { Subject, Body, Headers } = data.Content.Simple
    const accepted = mailbox.accept({
      from: data.FromEmailAddress,
      to: data.Destination.ToAddresses,
      cc: data.Destination.CcAddresses,
      bcc: data.Destination.BccAddresses,
      replyTo: data.ReplyToAddresses,
      headers: Object.fromEntries(Headers.map(({ Name, Value }) => [Name, Value])),
      subject: Subject.Data,
      text: Body.Text?.Data ?? '',
      html: Body.Html?.Data ?? '',
      configurationSet: set,
    })
    return isMail(accepted) ? success({ MessageId: accepted.messageId }) : accepted
  }

  return {
    SendEmail: send,
    GetAccount: () =>
      success({
        ProductionAccessEnabled: quota.max24HourSend > sandboxQuota,
        SendingEnabled: true,
        SendQuota: {
          Max24HourSend: quota.max24HourSend,
          MaxSendRate: quota.maxSendRate,
          SentLast24Hours: mailbox.sentLast24Hours(),
        },
      }),
    // AWS waits until the recipient opens the link in its mail; here the address is verified at once.
    CreateEmailIdentity: (input) => {
      const { EmailIdentity } = z.object({ EmailIdentity: z.string() }).parse(input)
      mailbox.identities.add(EmailIdentity.toLowerCase())
      return success({ IdentityType: typeOf(EmailIdentity), VerifiedForSendingStatus: true })
    },
    GetEmailIdentity: (_, identity) =>
      mailbox.identities.has(identity.toLowerCase())
        ? success({
            IdentityType: typeOf(identity),
            VerifiedForSendingStatus: true,
            VerificationStatus: 'SUCCESS',
          })
        : failure(404, 'NotFoundException', `Email identity ${identity} does not exist.`),
  }
}

/** In SES's own sandbox an account may send to 200 recipients a day (SES Developer Guide). */
const sandboxQuota = 200

const typeOf = (identity: string) => (identity.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN')

/** The operation of a request, and the identity in its path. */
export function operationOf(
  method: string,
  path: string,
): { readonly name: string; readonly identity: string } {
  const [, resource = '', identity = ''] = /^\/v2\/email\/([\w-]+)(?:\/([^/?]+))?/.exec(path) ?? []
  const name = operations[`${method} ${resource}${identity === '' ? '' : '/'}`]
  return { name: name ?? `${method} ${path}`, identity: decodeURIComponent(identity) }
}

const operations: Readonly<Record<string, string>> = {
  'POST outbound-emails': 'SendEmail',
  'GET account': 'GetAccount',
  'POST identities': 'CreateEmailIdentity',
  'GET identities/': 'GetEmailIdentity',
}
