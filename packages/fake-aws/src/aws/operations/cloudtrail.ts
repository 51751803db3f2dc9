import { z } from 'zod'
import { AwsError } from '../aws-error.ts'
import type { Actor } from '../world/actor.ts'
import type { TrailEvent } from '../world/trail.ts'
import { type Call, type Output, operation } from './operation.ts'
import { permit } from './permission.ts'

/** "The last 90 days" (CloudTrail API Reference, LookupEvents). */
const LOOKUP_MS = 90 * 86_400_000

const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

/** CloudTrail User Guide, userIdentity element. */
const userIdentity = (actor: Actor): Record<string, unknown> => {
  const common = {
    principalId: actor.principalId,
    arn: actor.arn,
    accountId: actor.accountId,
    ...(actor.accessKeyId === undefined ? {} : { accessKeyId: actor.accessKeyId }),
  }
  if (actor.issuer === undefined) return { type: 'IAMUser', ...common, userName: actor.username }
  const createdMs = actor.sessionCreatedAtMs
  return {
    type: 'AssumedRole',
    ...common,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: actor.issuer.uniqueId,
        arn: actor.issuer.arn,
        accountId: actor.accountId,
        userName: actor.issuer.roleName,
      },
      attributes: {
        ...(createdMs === undefined ? {} : { creationDate: isoSeconds(createdMs) }),
        mfaAuthenticated: 'false',
      },
    },
  }
}

/** CloudTrail User Guide, CloudTrail record contents. */
const recordOf = (event: TrailEvent): string =>
  JSON.stringify({
    eventVersion: '1.11',
    userIdentity: userIdentity(event.actor),
    eventTime: isoSeconds(event.atMs),
    eventSource: `${event.service}.amazonaws.com`,
    eventName: event.name,
    awsRegion: event.region,
    sourceIPAddress: event.sourceIp,
    userAgent: event.userAgent,
    ...(event.error === undefined
      ? {}
      : { errorCode: event.error.code, errorMessage: event.error.message }),
    requestParameters: event.parameters ?? null,
    responseElements: event.response ?? null,
    eventID: event.id,
    readOnly: event.readOnly,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: event.recipientAccountId,
    eventCategory: 'Management',
  })

const describe = (event: TrailEvent): Output => ({
  EventId: event.id,
  EventName: event.name,
  ReadOnly: String(event.readOnly),
  AccessKeyId: event.actor.accessKeyId,
  EventTime: new Date(event.atMs),
  EventSource: `${event.service}.amazonaws.com`,
  Username: event.actor.username,
  Resources: event.resources.map(({ type, name }) => ({ ResourceType: type, ResourceName: name })),
  CloudTrailEvent: recordOf(event),
})

const attribute = z.object({
  AttributeKey: z.enum([
    'EventId',
    'EventName',
    'ReadOnly',
    'Username',
    'ResourceType',
    'ResourceName',
    'EventSource',
    'AccessKeyId',
  ]),
  AttributeValue: z.string().min(1).max(2000),
})

const epochSeconds = z.number().optional()

const candidates = (
  call: Call,
  wanted: z.infer<typeof attribute> | undefined,
): readonly TrailEvent[] => {
  const { trail } = call.account
  return wanted === undefined ? trail.all : trail.with(wanted.AttributeKey, wanted.AttributeValue)
}

/**
 * Events of the Region that the caller asked, newest first. Events of IAM and Organizations are in
 * us-east-1 (CloudTrail User Guide, global service events).
 */
const lookupEvents = operation({
  name: 'LookupEvents',
  input: z.object({
    LookupAttributes: z.array(attribute).max(1, 'only one lookup attribute').default([]),
    StartTime: epochSeconds,
    EndTime: epochSeconds,
    EventCategory: z.literal('insight').optional(),
    MaxResults: z.number().int().min(1).max(50).default(50),
    NextToken: z.string().optional(),
  }),
  perform: (call, input) => {
    permit(call, { resource: '*' })
    const fromMs = Math.max(call.nowMs - LOOKUP_MS, (input.StartTime ?? -Infinity) * 1000)
    const toMs = Math.min(call.nowMs, (input.EndTime ?? Infinity) * 1000)
    if (input.StartTime !== undefined && input.StartTime > (input.EndTime ?? Infinity)) {
      throw new AwsError('InvalidTimeRangeException', 'StartTime must not be after EndTime.')
    }
    const [wanted] = input.LookupAttributes
    const found = candidates(call, wanted)
      .map((event, at) => ({ event, order: String(2e9 - at) }))
      .filter(({ event }) => event.atMs >= fromMs && event.atMs <= toMs)
      .filter(({ event }) => event.visibleFromMs <= call.nowMs && event.region === call.region)
      .filter(() => input.EventCategory === undefined)
      .toReversed()
    const page = call.world.pager.page(found, ({ order }) => order, {
      listing: `${call.account.id} ${call.region} ${JSON.stringify(wanted)}`,
      token: input.NextToken,
      size: input.MaxResults,
    })
    if (page === undefined) throw new AwsError('InvalidNextTokenException', 'Invalid NextToken.')
    return { Events: page.items.map(({ event }) => describe(event)), NextToken: page.next }
  },
})

export const cloudtrail = [lookupEvents]
