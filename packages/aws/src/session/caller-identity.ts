import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { AccountId, transient } from '@keynag/core'
import { classify } from '../classify.ts'
import { clientConfig, type ClientSettings } from './client-settings.ts'

export interface CallerIdentity {
  readonly accountId: AccountId
  readonly arn: string
}

/**
 * The identity behind the credentials. A person waits for the answer, so it gives up early.
 *
 * @throws KeynagError what `classify` makes of the failure, `KEYNAG_CREDENTIALS_…` among them
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
    throw classify(error, { operation: 'sts:GetCallerIdentity' })
  } finally {
    sts.destroy()
  }
}
