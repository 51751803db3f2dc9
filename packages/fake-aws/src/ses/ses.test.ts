import {
  CreateEmailIdentityCommand,
  GetAccountCommand,
  GetEmailIdentityCommand,
  MessageRejected,
  SendEmailCommand,
  SESv2Client,
} from '@aws-sdk/client-sesv2'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startSes, type Ses } from './index.ts'

const counted: string[] = []
const calls = { count: (operation: string) => void counted.push(operation) }
const noon = Date.parse('2026-11-21T12:00:00Z')
let now = noon
let ses: Ses
let client: SESv2Client

const connect = (maxAttempts: number) =>
  new SESv2Client({
    endpoint: ses.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts,
  })

beforeEach(async () => {
  counted.length = 0
  now = noon
  ses = await startSes({
    calls,
    clock: { now: () => now },
    identities: ['keynag@acme.example', 'corp.example'],
    configurationSets: ['tracked'],
    quota: { max24HourSend: 5, maxSendRate: 1 },
  })
  client = connect(1)
})

afterEach(async () => {
  client.destroy()
  await ses.close()
})

const mail = (from: string, to: string[], subject = 'Your key is 95 days old') =>
  new SendEmailCommand({
    FromEmailAddress: from,
    Destination: { ToAddresses: to, CcAddresses: ['boss@corp.example'] },
    ReplyToAddresses: ['help@acme.example'],
    Content: {
      Simple: {
        Subject: { Data: subject },
        Body: { Text: { Data: 'a & b < c\nü' }, Html: { Data: '<p>a &amp; b</p>' } },
        Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
      },
    },
  })

test('a mail arrives with all its parts', async () => {
  const { MessageId } = await client.send(mail('Key Nag <keynag@acme.example>', ['ann@x.example']))
  expect(ses.mails).toEqual([
    {
      messageId: MessageId,
      at: now,
      from: 'Key Nag <keynag@acme.example>',
      to: ['ann@x.example'],
      cc: ['boss@corp.example'],
      bcc: [],
      replyTo: ['help@acme.example'],
      headers: { 'Auto-Submitted': 'auto-generated' },
      subject: 'Your key is 95 days old',
      text: 'a & b < c\nü',
      html: '<p>a &amp; b</p>',
      bounced: [],
    },
  ])
  expect(counted).toEqual(['ses:SendEmail'])
})

test('only verified addresses and domains may send', async () => {
  const rejected = await client
    .send(mail('evil@x.example', ['ann@x.example']))
    .catch((e: unknown) => e)
  expect(rejected).toBeInstanceOf(MessageRejected)
  expect(rejected).toMatchObject({
    message:
      'Email address is not verified. The following identities failed the check in region US-EAST-1: evil@x.example',
  })
  await client.send(new CreateEmailIdentityCommand({ EmailIdentity: 'evil@x.example' }))
  await client.send(mail('evil@x.example', ['ann@x.example']))
  await client.send(mail('anybody@corp.example', ['ann@x.example']))
  expect(ses.mails.map((each) => each.from)).toEqual(['evil@x.example', 'anybody@corp.example'])
})

test('an identity says whether it may send', async () => {
  const known = new GetEmailIdentityCommand({ EmailIdentity: 'corp.example' })
  expect(await client.send(known)).toMatchObject({ VerifiedForSendingStatus: true })
  const other = new GetEmailIdentityCommand({ EmailIdentity: 'other.example' })
  await expect(client.send(other)).rejects.toMatchObject({ name: 'NotFoundException' })
})

test('the quota counts recipients over the last virtual day', async () => {
  await client.send(mail('keynag@acme.example', ['a@x.example', 'b@x.example']))
  expect(await client.send(new GetAccountCommand())).toMatchObject({
    ProductionAccessEnabled: false,
    SendQuota: { Max24HourSend: 5, MaxSendRate: 1, SentLast24Hours: 3 },
  })
  await expect(
    client.send(mail('keynag@acme.example', ['a@x.example', 'b@x.example'])),
  ).rejects.toMatchObject({
    name: 'TooManyRequestsException',
    message: 'Daily message quota exceeded.',
  })
  now += 24 * 3600 * 1000
  await client.send(mail('keynag@acme.example', ['a@x.example', 'b@x.example']))
  expect(ses.mails).toHaveLength(2)
})

test('a bounce is accepted and recorded', async () => {
  ses.returning.set('gone@x.example', { how: 'bounce', afterMs: 1_000 })
  await client.send(mail('keynag@acme.example', ['Gone <Gone@x.example>']))
  expect(ses.mails[0]?.bounced).toEqual(['Gone <Gone@x.example>'])
})

test('a bounce or complaint is published later, once, and only with a configuration set', async () => {
  ses.returning.set('gone@x.example', { how: 'bounce', afterMs: 1_000 })
  ses.returning.set('cross@x.example', { how: 'complaint', afterMs: 2_000 })
  await client.send(mail('keynag@acme.example', ['gone@x.example']))
  const [untracked] = ses.mails
  now += 24 * 3600 * 1000
  for (const to of ['cross@x.example', 'gone@x.example']) {
    const { input } = mail('keynag@acme.example', [to])
    await client.send(new SendEmailCommand({ ...input, ConfigurationSetName: 'tracked' }))
  }
  expect(ses.takeReturns()).toEqual([])
  now += 2_000
  const published = ses.takeReturns().map(({ body }) => JSON.parse(body))
  expect(published).toMatchObject([
    { eventType: 'Bounce', mail: { messageId: ses.mails[2]?.messageId } },
    { eventType: 'Complaint', mail: { messageId: ses.mails[1]?.messageId } },
  ])
  expect(JSON.stringify(published)).not.toContain(untracked?.messageId)
  expect(ses.takeReturns()).toEqual([])
})

test('a fault applies as often as asked, and the SDK retries after a throttle', async () => {
  const patient = connect(3)
  ses.faults.next('throttled')
  ses.faults.next('failed')
  await patient.send(mail('keynag@acme.example', ['ann@x.example']))
  expect(ses.mails).toHaveLength(1)
  expect(counted).toHaveLength(3)
  ses.faults.next('throttled')
  await expect(client.send(mail('keynag@acme.example', ['ann@x.example']))).rejects.toMatchObject({
    name: 'TooManyRequestsException',
  })
  expect(ses.mails).toHaveLength(1)
  patient.destroy()
})

test('a mail can be sent although the answer was an error', async () => {
  ses.faults.next('sent-then-failed')
  await expect(client.send(mail('keynag@acme.example', ['ann@x.example']))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 500 },
  })
  expect(ses.mails).toHaveLength(1)
})

test('a port in use is an error with a code', async () => {
  const port = Number(new URL(ses.url).port)
  await expect(startSes({ calls, clock: { now: () => now }, port })).rejects.toMatchObject({
    code: 'KEYNAG_PORT_IN_USE',
  })
})
