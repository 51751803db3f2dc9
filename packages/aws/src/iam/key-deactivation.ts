import { LookupEventsCommand, type CloudTrailClient, type Event } from '@aws-sdk/client-cloudtrail'
import { z } from 'zod'
import type { AccessKeyId, AccountId, EpochMs } from '@keynag/core'
import { calling } from '../classify.ts'
import { everyPage } from '../every-page.ts'
import { sessionIn, UserIdentity } from './trail-session.ts'

/** The parts of a CloudTrail record that say who deactivated which key. Refused calls lack them. */
const Deactivation = z.object({
  eventName: z.literal('UpdateAccessKey'),
  eventSource: z.literal('iam.amazonaws.com'),
  errorCode: z.never().optional(),
  userIdentity: UserIdentity,
  requestParameters: z.object({ accessKeyId: z.string(), status: z.literal('Inactive') }),
})

/** The call to look for. */
export interface KeySession {
  readonly roleArn: string
  readonly sessionName: string
}

/**
 * Whether a session of keynag has deactivated the key since then, by its UpdateAccessKey event. It
 * looks up the event's name, because AWS does not document which resources IAM's events list.
 */
export async function wasDeactivatedBy(
  trail: CloudTrailClient,
  accountId: AccountId,
  accessKeyId: AccessKeyId,
  { roleArn, sessionName }: KeySession,
  since: EpochMs,
): Promise<boolean> {
  const search = {
    LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'UpdateAccessKey' }],
    StartTime: new Date(since),
  } as const
  for await (const { Events } of everyPage((NextToken) =>
    calling({ operation: 'cloudtrail:LookupEvents', accountId }, () =>
      trail.send(
        new LookupEventsCommand({
          ...search,
          LookupAttributes: [...search.LookupAttributes],
          NextToken,
        }),
      ),
    ),
  )) {
    const isOurs = (Events ?? []).some((event) => {
      const found = deactivationOf(event)
      return (
        found?.requestParameters.accessKeyId === accessKeyId &&
        sessionIn(found.userIdentity, roleArn) === sessionName
      )
    })
    if (isOurs) return true
  }
  return false
}

function deactivationOf({ EventName, CloudTrailEvent }: Event) {
  if (EventName !== 'UpdateAccessKey' || CloudTrailEvent === undefined) return undefined
  const record: unknown = JSON.parse(CloudTrailEvent)
  const deactivation = Deactivation.safeParse(record)
  return deactivation.success ? deactivation.data : undefined
}
