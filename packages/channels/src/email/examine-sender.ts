import {
  GetAccountCommand,
  GetEmailIdentityCommand,
  SESv2Client,
  type SESv2ClientConfig,
} from '@aws-sdk/client-sesv2'
import { classifyMail } from './classify.ts'

/** What SES allows the sender. A field is absent when these credentials may not ask. */
export interface SenderExam {
  readonly isVerified?: boolean
  /** The account is in the SES sandbox: only verified addresses get mail. */
  readonly inSandbox?: boolean
}

/** Asks SES about the sender. */
export async function examineSender(from: string, config: SESv2ClientConfig): Promise<SenderExam> {
  const client = new SESv2Client(config)
  const answers: (boolean | undefined)[] = []
  for (const identity of identitiesOf(from)) answers.push(await isVerified(client, identity))
  const account = await asked(() => client.send(new GetAccountCommand({})))
  const isKnown = answers.includes(true) || !answers.includes(undefined)
  return {
    ...(isKnown ? { isVerified: answers.includes(true) } : {}),
    ...(typeof account === 'object' && account.ProductionAccessEnabled !== undefined
      ? { inSandbox: !account.ProductionAccessEnabled }
      : {}),
  }
}

/** The address, its domain, and the domains above: one that is verified stands for all below it. */
function identitiesOf(from: string): readonly string[] {
  const labels = from.slice(from.lastIndexOf('@') + 1).split('.')
  const domains = labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'))
  return [from, ...domains]
}

/** `undefined` when AWS denies the question. */
async function isVerified(
  client: SESv2Client,
  EmailIdentity: string,
): Promise<boolean | undefined> {
  const identity = await asked(() => client.send(new GetEmailIdentityCommand({ EmailIdentity })))
  if (identity === 'denied') return undefined
  return identity !== 'unknown' && identity.VerifiedForSendingStatus === true
}

/** `unknown` when SES does not know what was asked for. */
async function asked<T>(ask: () => Promise<T>): Promise<T | 'denied' | 'unknown'> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFoundException') return 'unknown'
    const failure = classifyMail(error)
    if (failure.kind === 'refused') throw error
    if (failure.error.code === 'KEYNAG_ACCESS_DENIED') return 'denied'
    throw failure.error
  }
}
