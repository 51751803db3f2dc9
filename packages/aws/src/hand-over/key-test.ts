import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { transient, type CreatedKey, type KeyTest } from '@keynag/core'
import { classify, refusalOf } from '../classify.ts'
import { clientConfig, type ClientSettings } from '../session/client-settings.ts'

/**
 * Signs GetCallerIdentity with a key: it needs no permission, so only a key that does not work is
 * refused (STS API Reference, GetCallerIdentity).
 */
export async function testKey(settings: ClientSettings, key: CreatedKey): Promise<KeyTest> {
  const credentials = {
    accessKeyId: key.accessKeyId,
    secretAccessKey: key.secretAccessKey.reveal(),
  }
  const sts = new STSClient(clientConfig('sts', settings, { credentials, maxAttempts: 1 }))
  const answer = await sts.send(new GetCallerIdentityCommand({})).catch((error: unknown) => {
    if (refusalOf(error) === 'unauthenticated') return undefined
    throw classify(error, { operation: 'sts:GetCallerIdentity' })
  })
  if (answer === undefined) return { kind: 'refused' }
  if (answer.UserId !== undefined) return { kind: 'works', userId: answer.UserId }
  throw transient('KEYNAG_UNAVAILABLE', 'STS answered without the owner of the key')
}
