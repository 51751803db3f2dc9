import { LookupEventsCommand, type CloudTrailClient, type Event } from '@aws-sdk/client-cloudtrail'
import { z } from 'zod'
import type { AccessKeyId, AccountId, Maker } from '@keynag/core'
import { calling } from '../classify.ts'
import { everyPage } from '../every-page.ts'
import { callerIn, UserIdentity } from './trail-session.ts'

/** A page has fifty events, the newest first: these are the last thousand keys of the account. */
const mostPages = 20

/** The parts of a CloudTrail record that say who created which key. */
const Creation = z.object({
  eventName: z.literal('CreateAccessKey'),
  eventSource: z.literal('iam.amazonaws.com'),
  userIdentity: UserIdentity,
  responseElements: z.object({ accessKey: z.object({ accessKeyId: z.string() }) }),
})
type Creation = z.infer<typeof Creation>

/**
 * Who created a key, by its CreateAccessKey event of the last 90 days. LookupEvents takes only one
 * attribute (CloudTrail API Reference), so this looks up the key ID as a resource first, and then all
 * creations: AWS does not document which resources IAM's events list.
 *
 * @param creatorRoleArn sessions of this role count as `session`; anybody else is `other`
 */
export async function findKeyMaker(
  trail: CloudTrailClient,
  accountId: AccountId,
  accessKeyId: AccessKeyId,
  creatorRoleArn: string,
): Promise<Maker> {
  const attributes = [
    { AttributeKey: 'ResourceName', AttributeValue: accessKeyId },
    { AttributeKey: 'EventName', AttributeValue: 'CreateAccessKey' },
  ] as const
  for (const attribute of attributes) {
    let pages = 0
    for await (const { Events } of everyPage((NextToken) =>
      calling({ operation: 'cloudtrail:LookupEvents', accountId }, () =>
        trail.send(new LookupEventsCommand({ LookupAttributes: [attribute], NextToken })),
      ),
    )) {
      for (const event of Events ?? []) {
        const creation = creationOf(event)
        if (creation?.responseElements.accessKey.accessKeyId === accessKeyId) {
          return callerIn(creation.userIdentity, creatorRoleArn)
        }
      }
      pages += 1
      if (pages === mostPages) break
    }
  }
  return { kind: 'not-found' }
}

/** Refused calls have no response elements, and other events no key: neither is a creation. */
function creationOf({ EventName, CloudTrailEvent }: Event): Creation | undefined {
  if (EventName !== 'CreateAccessKey' || CloudTrailEvent === undefined) return undefined
  const record: unknown = JSON.parse(CloudTrailEvent)
  const creation = Creation.safeParse(record)
  return creation.success ? creation.data : undefined
}
