import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import { CreateAccessKeyCommand, ListUsersCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { DAY_MS, MEMBER, testOrganization } from './test-organization.ts'

const LAG_MS = 5 * 60_000

const by = (
  AttributeKey: 'AccessKeyId' | 'Username' | 'EventName' | 'ResourceName',
  value: string,
) => ({
  LookupAttributes: [{ AttributeKey, AttributeValue: value }],
})

it('attributes a new key to the session that created it, without its secret', async () => {
  const { clock, world, member } = await testOrganization()
  world.addUser(MEMBER, { userName: 'ann' })
  const { iam, cloudtrail } = await member('rotation-7')
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ann' }))
  const lookup = new LookupEventsCommand(by('ResourceName', key?.AccessKeyId ?? ''))
  expect((await cloudtrail.send(lookup)).Events).toEqual([])
  clock.advance(LAG_MS)
  const { Events } = await cloudtrail.send(lookup)
  expect(Events).toMatchObject([
    { EventName: 'CreateAccessKey', Username: 'rotation-7', EventSource: 'iam.amazonaws.com' },
  ])
  const text = Events?.[0]?.CloudTrailEvent ?? ''
  expect(text).not.toContain(key?.SecretAccessKey)
  expect(JSON.parse(text)).toMatchObject({
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${MEMBER}:assumed-role/keynag-member/rotation-7`,
      accessKeyId: Events?.[0]?.AccessKeyId,
      sessionContext: { sessionIssuer: { userName: 'keynag-member' } },
    },
    requestParameters: { userName: 'ann' },
    responseElements: { accessKey: { accessKeyId: key?.AccessKeyId, userName: 'ann' } },
  })
  const bySession = await cloudtrail.send(new LookupEventsCommand(by('Username', 'rotation-7')))
  expect(bySession.Events?.at(-1)?.EventName).toBe('CreateAccessKey')
})

it('names the person who created a key by hand, and records no data events', async () => {
  const { clock, world, member } = await testOrganization()
  world.addUser(MEMBER, { userName: 'ann' })
  const key = world.createKeyByHand(MEMBER, 'ann', 'carol')
  clock.advance(LAG_MS)
  world.useKey(key.id, { service: 's3' })
  world.useKey(key.id, { service: 'ec2', event: 'DescribeInstances', userAgent: 'Terraform/1.9' })
  clock.advance(LAG_MS)
  const { cloudtrail } = await member()
  const made = await cloudtrail.send(new LookupEventsCommand(by('EventName', 'CreateAccessKey')))
  expect(made.Events).toMatchObject([{ Username: 'carol' }])
  const uses = await cloudtrail.send(new LookupEventsCommand(by('AccessKeyId', key.id)))
  expect(uses.Events).toMatchObject([{ EventName: 'DescribeInstances', Username: 'ann' }])
})

it('pages newest first, and omits events older than 90 days', async () => {
  const { clock, member } = await testOrganization()
  const { iam } = await member()
  for (let at = 0; at < 60; at += 1) {
    await iam.send(new ListUsersCommand({}))
    clock.advance(1_000)
  }
  clock.advance(LAG_MS)
  const { cloudtrail } = await member()
  const lookup = by('EventName', 'ListUsers')
  const first = await cloudtrail.send(new LookupEventsCommand(lookup))
  const second = await cloudtrail.send(
    new LookupEventsCommand({ ...lookup, NextToken: first.NextToken }),
  )
  const times = [...(first.Events ?? []), ...(second.Events ?? [])].map(
    ({ EventTime }) => EventTime?.getTime() ?? 0,
  )
  expect(times).toHaveLength(60)
  expect(times).toEqual(times.toSorted((a, b) => b - a))
  expect(second.NextToken).toBeUndefined()
  clock.advance(90 * DAY_MS)
  const { cloudtrail: later } = await member()
  expect((await later.send(new LookupEventsCommand(lookup))).Events).toEqual([])
})
