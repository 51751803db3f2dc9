import { bareAddress, type Mail } from './mail.ts'

/**
 * Whether mails to an address bounce, cause a complaint or are answered by an out-of-office reply, and
 * how long after SES accepted them.
 */
export type Returning = { how: 'bounce' | 'complaint' | 'automatic-reply'; afterMs: number }

/** A bounce or complaint event of SES, in the form of SNS's raw message delivery. */
export type MailReturn = { at: number; body: string }

/** https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html */
export const mailReturn = (
  mail: Mail,
  address: string,
  { how, afterMs }: Returning,
): MailReturn => {
  const at = mail.at + afterMs
  const timestamp = new Date(at).toISOString()
  const emailAddress = bareAddress(address)
  const feedback = { timestamp, feedbackId: `${mail.messageId}-feedback` }
  const said = {
    bounce: {
      eventType: 'Bounce',
      bounce: {
        bounceType: 'Permanent',
        bounceSubType: 'NoEmail',
        bouncedRecipients: [
          {
            emailAddress,
            action: 'failed',
            status: '5.1.1',
            diagnosticCode: 'smtp; 550 5.1.1 user unknown',
          },
        ],
        ...feedback,
        reportingMTA: 'dsn; sandbox.example.com',
      },
    },
    // SES publishes it as a bounce, although the mailbox took the mail.
    'automatic-reply': {
      eventType: 'Bounce',
      bounce: {
        bounceType: 'Transient',
        bounceSubType: 'General',
        bouncedRecipients: [{ emailAddress }],
        ...feedback,
      },
    },
    complaint: {
      eventType: 'Complaint',
      complaint: {
        complainedRecipients: [{ emailAddress }],
        ...feedback,
        complaintSubType: null,
        complaintFeedbackType: 'abuse',
      },
    },
  }[how]
  const about = {
    timestamp: new Date(mail.at).toISOString(),
    source: mail.from,
    messageId: mail.messageId,
    destination: mail.to,
    headersTruncated: false,
    tags: { 'ses:configuration-set': [mail.configurationSet] },
  }
  return { at, body: JSON.stringify({ ...said, mail: about }) }
}
