import { SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2'
import { expect } from 'vitest'
import type { AwsUnderTest } from './aws-under-test.ts'
import type { Documented } from './documented.ts'
import { refused } from './refused.ts'

const sender = 'keynag@example.com'

export const sesCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  const sending = async () => {
    const { ses, verify } = await aws().account()
    await verify(sender)
    const usual = {
      FromEmailAddress: sender,
      Destination: { ToAddresses: ['ann@example.org'] },
      ReplyToAddresses: ['help@example.com'],
      Content: {
        Simple: {
          Subject: { Data: 'Your key is old – změňte ho', Charset: 'UTF-8' },
          Body: {
            Text: { Data: 'text', Charset: 'UTF-8' },
            Html: { Data: '<p>html</p>', Charset: 'UTF-8' },
          },
          Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
        },
      },
      EmailTags: [{ Name: 'keynag-notice', Value: 'n_1-a' }],
    }
    return (input: Partial<SendEmailCommandInput> = {}) =>
      ses.send(new SendEmailCommand({ ...usual, ...input }))
  }

  documented('SendEmail returns a different ID for each mail', async () => {
    const send = await sending()
    const [first, second] = [await send(), await send()]
    expect(first.MessageId).toMatch(/^\S{20,}$/)
    expect(second.MessageId).not.toBe(first.MessageId)
  })

  documented('SendEmail accepts a sender with a display name', async () => {
    const send = await sending()
    expect((await send({ FromEmailAddress: `keynag <${sender}>` })).MessageId).toBeDefined()
  })

  documented(
    'SendEmail from an address that is not verified fails with MessageRejected, 400',
    async () => {
      const send = await sending()
      await refused(send({ FromEmailAddress: 'nobody@example.net' }), 'MessageRejected', 400)
    },
  )

  documented(
    'SendEmail to an address without a domain fails with BadRequestException, 400',
    async () => {
      const send = await sending()
      const Destination = { ToAddresses: ['ann'] }
      await refused(send({ Destination }), 'BadRequestException', 400)
    },
  )

  documented('SendEmail refuses a tag with characters other than A–Z a–z 0–9 _ -', async () => {
    const send = await sending()
    const EmailTags = [{ Name: 'keynag-notice', Value: 'a b' }]
    await refused(send({ EmailTags }), 'BadRequestException', 400)
  })

  documented(
    'SendEmail with a missing configuration set fails with NotFoundException',
    async () => {
      const send = await sending()
      const call = send({ ConfigurationSetName: 'nothing' })
      await refused(call, 'NotFoundException', 404)
    },
  )
}
