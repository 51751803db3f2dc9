import {
  GetIdentityVerificationAttributesCommand,
  GetSendQuotaCommand,
  SESClient,
} from '@aws-sdk/client-ses'
import { classifyMail } from './classify.ts'

/** What SES allows the sender. A field is absent when these credentials may not ask. */
export interface SenderExam {
  readonly isVerified?: boolean
  /** The account is in the SES sandbox: only verified addresses get mail. */
  readonly inSandbox?: boolean
}

/** In the SES sandbox an account may send to 200 recipients a day (SES Developer Guide). */
const sesSandboxQuota = 200

/** Asks SES about the sender: its address or its domain. */
export async function examineSender(
  from: string,
  client: SESClient = new SESClient({ maxAttempts: 2 }),
): Promise<SenderExam> {
  const domain = from.slice(from.lastIndexOf('@') + 1)
  const Identities = [from, domain]
  const verification = await allowed(() =>
    client.send(new GetIdentityVerificationAttributesCommand({ Identities })),
  )
  const quota = await allowed(() => client.send(new GetSendQuotaCommand({})))
  const statuses = Object.values(verification?.VerificationAttributes ?? {})
  return {
    ...(verification === undefined
      ? {}
      : { isVerified: statuses.some((each) => each.VerificationStatus === 'Success') }),
    ...(quota?.Max24HourSend === undefined
      ? {}
      : { inSandbox: quota.Max24HourSend <= sesSandboxQuota }),
  }
}

/** `undefined` when AWS denies the question. */
async function allowed<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    const failure = classifyMail(error)
    if (failure.kind === 'error' && failure.error.code === 'KEYNAG_ACCESS_DENIED') return undefined
    throw failure.kind === 'error' ? failure.error : error
  }
}
