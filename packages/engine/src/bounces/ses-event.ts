import { epochMs, permanent, type EpochMs, type TakenBack } from '@keynag/core'
import { z } from 'zod'

/** The part of an SES event that keynag uses. */
export type MailEvent =
  | {
      readonly kind: 'withdrawn'
      readonly how: TakenBack
      readonly why: string
      readonly messageId: string
      readonly sentAt: EpochMs
    }
  | { readonly kind: 'other'; readonly what: string }

const instant = z.iso.datetime({ offset: true }).transform((text) => epochMs(Date.parse(text)))

const mail = z.object({ messageId: z.string().min(1), timestamp: instant })

const Bounce = z.object({
  mail,
  bounce: z.object({
    bounceType: z.string(),
    bounceSubType: z.string(),
    bouncedRecipients: z.array(
      z.object({
        action: z.string().optional(),
        status: z.string().optional(),
        diagnosticCode: z.string().optional(),
      }),
    ),
  }),
})
type Bounce = z.infer<typeof Bounce>['bounce']

/**
 * The mailbox took the mail and answered by itself, such as "I am out of the office". SES publishes
 * such an answer as a bounce of this type, and does not count it as one (SES Developer Guide, Amazon
 * SNS notification contents, bounce types). When a mail server did refuse the mail, or SES gave up, the
 * notification of a recipient says so in these fields.
 */
const isAutomaticReply = ({ bounceType, bounceSubType, bouncedRecipients }: Bounce): boolean =>
  bounceType === 'Transient' &&
  bounceSubType === 'General' &&
  bouncedRecipients.every(
    ({ action, status, diagnosticCode }) =>
      action === undefined && status === undefined && diagnosticCode === undefined,
  )

/** The recipient took the mail out of the spam folder (same page, complaint object). */
const notSpam = 'not-spam'

const Complaint = z.object({
  mail,
  complaint: z.object({ complaintFeedbackType: z.string().nullish() }),
})
const Reject = z.object({ mail, reject: z.object({ reason: z.string() }) })

/**
 * Notifications of an identity have `notificationType`; events of a configuration set have
 * `eventType` (SES Developer Guide, Amazon SNS notification contents; Event data that SES publishes
 * to SNS).
 */
const Named = z
  .union([z.object({ eventType: z.string() }), z.object({ notificationType: z.string() })])
  .transform((named) => ('eventType' in named ? named.eventType : named.notificationType))

/** SNS wraps messages like this, unless the subscription has raw message delivery (SNS Guide). */
const Envelope = z.object({ Type: z.literal('Notification'), Message: z.string() })

/** SES sends this text once when a topic is set as its destination. */
const testMessage = /^Successfully validated SNS topic/

/** The receiving server writes the diagnostics, at any length. */
const mostCharacters = 300

/**
 * Reads a queue message that SES sent through SNS, raw or in SNS's envelope. Error messages never
 * repeat the body.
 *
 * @throws KeynagError permanent `KEYNAG_MESSAGE_INVALID`
 */
export function readSesEvent(body: string): MailEvent {
  const outer = testMessage.test(body) ? undefined : json(body)
  const envelope = Envelope.safeParse(outer)
  const text = envelope.success ? envelope.data.Message : body
  if (testMessage.test(text)) return { kind: 'other', what: 'the test message of a new topic' }
  const event = envelope.success ? json(text) : outer
  const name = read(Named, event)
  switch (name) {
    case 'Bounce': {
      const { mail: sent, bounce } = read(Bounce, event)
      const said = bounce.bouncedRecipients
        .map(({ diagnosticCode }) => diagnosticCode)
        .find(Boolean)
      const type = `${bounce.bounceType}/${bounce.bounceSubType}`
      if (isAutomaticReply(bounce)) return { kind: 'other', what: 'an automatic reply' }
      return withdrawn('bounce', said === undefined ? type : `${type}: ${said}`, sent)
    }
    case 'Complaint': {
      const { mail: sent, complaint } = read(Complaint, event)
      if (complaint.complaintFeedbackType === notSpam) {
        return { kind: 'other', what: 'a complaint that says not-spam' }
      }
      return withdrawn('complaint', complaint.complaintFeedbackType ?? 'no reason given', sent)
    }
    case 'Reject': {
      const { mail: sent, reject } = read(Reject, event)
      return withdrawn('rejection', reject.reason, sent)
    }
    default:
      return { kind: 'other', what: name }
  }
}

const withdrawn = (
  how: TakenBack,
  why: string,
  { messageId, timestamp: sentAt }: z.infer<typeof mail>,
): MailEvent => ({ kind: 'withdrawn', how, why: why.slice(0, mostCharacters), messageId, sentAt })

function read<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const fields = result.error.issues
    .map(({ path }) => path.join('.') || 'the whole body')
    .join(', ')
  throw permanent(
    'KEYNAG_MESSAGE_INVALID',
    `the body is not an SES event; wrong or missing: ${fields}`,
  )
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw permanent('KEYNAG_MESSAGE_INVALID', 'the body is not JSON', error)
  }
}
