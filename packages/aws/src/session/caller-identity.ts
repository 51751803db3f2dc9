import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { AccountId, permanent, transient } from '@keynag/core'
import { classify, refusalOf } from '../classify.ts'
import { clientConfig, type ClientSettings } from './client-settings.ts'

export interface CallerIdentity {
  readonly accountId: AccountId
  readonly arn: string
}

/**
 * The identity behind the credentials. A person waits for the answer, so it gives up early.
 *
 * @throws KeynagError `KEYNAG_CREDENTIALS_MISSING`, `KEYNAG_CREDENTIALS_EXPIRED`,
 *   `KEYNAG_CREDENTIALS_REFUSED`, or transient when STS does not answer
 */
export async function callerIdentity(settings: ClientSettings): Promise<CallerIdentity> {
  const sts = new STSClient(clientConfig('sts', { ...settings, impatient: true }))
  try {
    const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}))
    const accountId = AccountId.safeParse(Account)
    if (!accountId.success || Arn === undefined) {
      throw transient(
        'KEYNAG_UNAVAILABLE',
        'STS answered without the identity behind the credentials',
      )
    }
    return { accountId: accountId.data, arn: Arn }
  } catch (error) {
    throw failureOf(error)
  } finally {
    sts.destroy()
  }
}

function failureOf(error: unknown): Error {
  const { name, message } = error instanceof Error ? error : { name: '', message: '' }
  const isFromProvider = name.endsWith('ProviderError')
  if (name.startsWith('ExpiredToken') || (isFromProvider && /expired/i.test(message))) {
    return permanent('KEYNAG_CREDENTIALS_EXPIRED', 'the AWS credentials have expired', error)
  }
  if (isFromProvider) {
    return permanent(
      'KEYNAG_CREDENTIALS_MISSING',
      `the AWS SDK found no credentials: ${message}`,
      error,
    )
  }
  if (refusalOf(error) === 'unauthenticated' || refusalOf(error) === 'denied') {
    return permanent('KEYNAG_CREDENTIALS_REFUSED', `AWS refuses the credentials: ${message}`, error)
  }
  return classify(error, { operation: 'sts:GetCallerIdentity' })
}
