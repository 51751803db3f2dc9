import type { MailContent } from './mail.ts'
import { isMail, type Mailbox, type SendQuota } from './mailbox.ts'
import { parseMime } from './mime.ts'
import { failure, listMembers, listOfTags, success, xmlText, type SesAnswer } from './query-xml.ts'

type Action = (form: URLSearchParams) => SesAnswer

const members = (values: readonly string[]) =>
  values.map((value) => `<member>${xmlText(value)}</member>`).join('')

/** The characters of a tag's name or value (SES API Reference, MessageTag). */
const tagPart = /^[\w-]{1,256}$/

/** The modelled actions of SES v1, by name. */
export const sesActions = (
  mailbox: Mailbox,
  quota: SendQuota,
  configurationSets: readonly string[],
): Record<string, Action> => {
  /** An error answer if the configuration set does not exist or a tag is invalid. */
  const refusal = (form: URLSearchParams): SesAnswer | undefined => {
    const set = form.get('ConfigurationSetName')
    if (set !== null && !configurationSets.includes(set)) {
      const message = `Configuration set <${set}> does not exist.`
      return failure(400, 'ConfigurationSetDoesNotExist', message)
    }
    const bad = listOfTags(form).find((tag) => !tag.every((part) => tagPart.test(part)))
    return bad === undefined
      ? undefined
      : failure(400, 'InvalidParameterValue', `Invalid tag <${bad.join('=')}>.`)
  }
  const send = (action: string, content: MailContent): SesAnswer => {
    const accepted = mailbox.accept(content)
    return isMail(accepted)
      ? success(action, `<MessageId>${accepted.messageId}</MessageId>`)
      : accepted
  }

  return {
    SendEmail: (form) =>
      refusal(form) ??
      send('SendEmail', {
        from: form.get('Source') ?? '',
        to: listMembers(form, 'Destination.ToAddresses'),
        cc: listMembers(form, 'Destination.CcAddresses'),
        bcc: listMembers(form, 'Destination.BccAddresses'),
        replyTo: listMembers(form, 'ReplyToAddresses'),
        subject: form.get('Message.Subject.Data') ?? '',
        text: form.get('Message.Body.Text.Data') ?? '',
        html: form.get('Message.Body.Html.Data') ?? '',
        configurationSet: form.get('ConfigurationSetName') ?? undefined,
      }),
    SendRawEmail: (form) => {
      const raw = Buffer.from(form.get('RawMessage.Data') ?? '', 'base64').toString('utf8')
      const content = parseMime(raw)
      const destinations = listMembers(form, 'Destinations')
      const from = form.get('Source') ?? content.from
      if (destinations.length === 0) return send('SendRawEmail', { ...content, from })
      // Destinations decide who gets the mail. Addresses that no header shows get blind copies.
      const shown = (listed: string[]) => listed.filter((address) => destinations.includes(address))
      const to = shown(content.to)
      const cc = shown(content.cc)
      const bcc = destinations.filter((address) => !to.includes(address) && !cc.includes(address))
      return send('SendRawEmail', { ...content, from, to, cc, bcc })
    },
    GetSendQuota: () =>
      success(
        'GetSendQuota',
        `<Max24HourSend>${quota.max24HourSend}</Max24HourSend>` +
          `<MaxSendRate>${quota.maxSendRate}</MaxSendRate>` +
          `<SentLast24Hours>${mailbox.sentLast24Hours()}</SentLast24Hours>`,
      ),
    // AWS waits until the recipient opens the link in its mail; here the address is verified at once.
    VerifyEmailIdentity: (form) => {
      const address = form.get('EmailAddress') ?? ''
      if (!address.includes('@')) {
        return failure(400, 'InvalidParameterValue', `Invalid email address<${address}>.`)
      }
      mailbox.identities.add(address.toLowerCase())
      return success('VerifyEmailIdentity', '')
    },
    GetIdentityVerificationAttributes: (form) => {
      const entries = listMembers(form, 'Identities')
        .filter((identity) => mailbox.identities.has(identity.toLowerCase()))
        .map(
          (identity) =>
            `<entry><key>${xmlText(identity)}</key>` +
            '<value><VerificationStatus>Success</VerificationStatus></value></entry>',
        )
      return success(
        'GetIdentityVerificationAttributes',
        `<VerificationAttributes>${entries.join('')}</VerificationAttributes>`,
      )
    },
    ListIdentities: (form) => {
      const type = form.get('IdentityType')
      const listed = [...mailbox.identities].filter(
        (identity) => type === null || identity.includes('@') === (type === 'EmailAddress'),
      )
      return success('ListIdentities', `<Identities>${members(listed)}</Identities>`)
    },
  }
}
