import { LookupEventsCommand, type CloudTrailClient, type Event } from '@aws-sdk/client-cloudtrail'
import { z } from 'zod'
import type { EpochMs, UserRef } from '@keynag/core'
import { calling } from '../classify.ts'
import { everyPage } from '../every-page.ts'
import { rotationOf } from '../hand-over/handover-secret.ts'

/** A page has fifty events, the newest first: these are the last thousand of each look-up. */
const mostPages = 20

/**
 * The parts of a CloudTrail record that say who read which secret. A refused call has an error code.
 * CloudTrail captures all calls of Secrets Manager (Secrets Manager User Guide, Logging Secrets Manager
 * API Calls with CloudTrail), and records a BatchGetSecretValue as one GetSecretValue for each secret
 * (API Reference, BatchGetSecretValue).
 */
const Fetch = z.object({
  eventName: z.literal('GetSecretValue'),
  eventSource: z.literal('secretsmanager.amazonaws.com'),
  errorCode: z.never().optional(),
  userIdentity: z.object({ type: z.literal('IAMUser'), principalId: z.string() }),
  requestParameters: z.object({ secretId: z.string() }),
})

/**
 * Whether the user has read the secret since then. A session that the user opened with MFA has the
 * user's own principal ID (CloudTrail User Guide, userIdentity element), and so has the console.
 *
 * LookupEvents takes one attribute, and shows the last 90 days (CloudTrail API Reference). AWS does not
 * document which resources the event lists, so this looks up the secret as a resource first, and then
 * the calls of the user. It does not find a fetch that more than a thousand later calls follow.
 */
export async function hasFetchedSecret(
  trail: CloudTrailClient,
  { accountId, userId, userName }: UserRef,
  secretArn: string,
  since: EpochMs,
): Promise<boolean> {
  const attributes = [
    { AttributeKey: 'ResourceName', AttributeValue: secretArn },
    { AttributeKey: 'Username', AttributeValue: userName },
  ] as const
  for (const attribute of attributes) {
    let pages = 0
    for await (const { Events } of everyPage((NextToken) =>
      calling({ operation: 'cloudtrail:LookupEvents', accountId }, () =>
        trail.send(
          new LookupEventsCommand({
            LookupAttributes: [attribute],
            StartTime: new Date(since),
            NextToken,
          }),
        ),
      ),
    )) {
      const isFound = (Events ?? []).some((event) => {
        const fetch = fetchOf(event)
        return (
          fetch?.userIdentity.principalId === userId &&
          isThisSecret(fetch.requestParameters.secretId, secretArn)
        )
      })
      if (isFound) return true
      pages += 1
      if (pages === mostPages) break
    }
  }
  return false
}

function fetchOf({ EventName, CloudTrailEvent }: Event) {
  if (EventName !== 'GetSecretValue' || CloudTrailEvent === undefined) return undefined
  const record: unknown = JSON.parse(CloudTrailEvent)
  const fetch = Fetch.safeParse(record)
  return fetch.success ? fetch.data : undefined
}

/** The record has the ID as the caller wrote it: an ARN, with or without its ending, or the name. */
const isThisSecret = (secretId: string, secretArn: string): boolean =>
  secretId.includes(rotationOf(secretArn))
