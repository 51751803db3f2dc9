import { LookupEventsCommand, type CloudTrailClient, type Event } from '@aws-sdk/client-cloudtrail'
import { z } from 'zod'
import type { AccessKeyId, AccountId, EpochMs, KeyCall, Maker } from '@keynag/core'
import { calling } from '../classify.ts'
import { everyPage } from '../every-page.ts'
import { callerIn, sessionIn, UserIdentity } from './trail-session.ts'

/** The parts of a CloudTrail record that say who changed which key. Refused calls have an error code. */
const Change = z.object({
  eventName: z.string(),
  eventSource: z.literal('iam.amazonaws.com'),
  errorCode: z.never().optional(),
  userIdentity: UserIdentity,
  requestParameters: z.object({ accessKeyId: z.string(), status: z.string().optional() }),
})
type Change = z.infer<typeof Change>

/** The call to look for. */
export interface KeySession {
  readonly roleArn: string
  readonly sessionName: string
}

interface OfKey {
  readonly accountId: AccountId
  readonly accessKeyId: AccessKeyId
}

/** Whether a session of keynag has deactivated the key since then. */
export async function wasDeactivatedBy(
  trail: CloudTrailClient,
  key: OfKey,
  { roleArn, sessionName }: KeySession,
  since: EpochMs,
): Promise<boolean> {
  for await (const { userIdentity, requestParameters } of callsOn(
    trail,
    key,
    'UpdateAccessKey',
    since,
  )) {
    const isOurs = sessionIn(userIdentity, roleArn) === sessionName
    if (isOurs && requestParameters.status === 'Inactive') return true
  }
  return false
}

/**
 * Who made the last successful call of this name on the key, of the last 90 days.
 *
 * @param roleArn sessions of this role count as `session`; anybody else is `other`
 */
export async function lastCallOn(
  trail: CloudTrailClient,
  key: OfKey,
  call: KeyCall,
  roleArn: string,
): Promise<Maker> {
  for await (const { userIdentity } of callsOn(trail, key, call)) {
    return callerIn(userIdentity, roleArn)
  }
  return { kind: 'not-found' }
}

/**
 * The successful calls of this name on the key, the newest first. It looks up the event's name, because
 * AWS does not document which resources IAM's events list. It reads as many pages as it is asked for.
 */
async function* callsOn(
  trail: CloudTrailClient,
  { accountId, accessKeyId }: OfKey,
  call: KeyCall,
  since?: EpochMs,
): AsyncGenerator<Change> {
  const from = since === undefined ? {} : { StartTime: new Date(since) }
  for await (const { Events } of everyPage((NextToken) =>
    calling({ operation: 'cloudtrail:LookupEvents', accountId }, () =>
      trail.send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: call }],
          ...from,
          NextToken,
        }),
      ),
    ),
  )) {
    for (const event of Events ?? []) {
      const change = changeIn(event, call)
      if (change?.requestParameters.accessKeyId === accessKeyId) yield change
    }
  }
}

function changeIn({ EventName, CloudTrailEvent }: Event, call: KeyCall): Change | undefined {
  if (EventName !== call || CloudTrailEvent === undefined) return undefined
  const record: unknown = JSON.parse(CloudTrailEvent)
  const change = Change.safeParse(record)
  return change.success && change.data.eventName === call ? change.data : undefined
}
