import { SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-ses'
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
      Source: sender,
      Destination: { ToAddresses: ['ann@example.org'] },
      ReplyToAddresses: ['help@example.com'],
      Message: {
        Subject: { Data: 'Your key is old – změňte ho', Charset: 'UTF-8' },
        Body: {
          Text: { Data: 'text', Charset: 'UTF-8' },
          Html: { Data: '<p>html</p>', Charset: 'UTF-8' },
        },
      },
      Tags: [{ Name: 'keynag-notice', Value: 'n_1-a' }],
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
    expect((await send({ Source: `keynag <${sender}>` })).MessageId).toBeDefined()
  })

  documented(
    'SendEmail from an address that is not verified fails with MessageRejected, 400',
    async () => {
      const send = await sending()
      await refused(send({ Source: 'nobody@example.net' }), 'MessageRejected', 400)
    },
  )

  documented(
    'SendEmail to an address without a domain fails with InvalidParameterValue, 400',
    async () => {
      const send = await sending()
      const Destination = { ToAddresses: ['ann'] }
      await refused(send({ Destination }), 'InvalidParameterValue', 400)
    },
  )

  documented('SendEmail refuses a tag with characters other than A–Z a–z 0–9 _ -', async () => {
    const send = await sending()
    const Tags = [{ Name: 'keynag-notice', Value: 'a b' }]
    await refused(send({ Tags }), 'InvalidParameterValue', 400)
  })

  documented(
    'SendEmail with a missing configuration set fails with ConfigurationSetDoesNotExist',
    async () => {
      const send = await sending()
      const call = send({ ConfigurationSetName: 'nothing' })
      await refused(call, 'ConfigurationSetDoesNotExist', 400)
    },
  )
}
