import { hourMs } from '@keynag/core'
import { aKeyId, anEntry, aNotice, aNoticeId, aSentMail, at } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { aPlace } from './testing/a-place.ts'

const noticeId = aNoticeId(1)

/** What SES says of a mail that came back. */
const bounceOf = (messageId: string): string =>
  JSON.stringify({
    eventType: 'Bounce',
    bounce: { bounceType: 'Permanent', bounceSubType: 'General', bouncedRecipients: [] },
    mail: { messageId, timestamp: '2026-03-02T08:00:00.000Z' },
  })

/** Dead letters of SES: of a mail of keynag's, of somebody else's, a delivery, and rubbish. */
async function returned() {
  const stage = aPlace()
  const { ledger, queues } = stage
  const after = anEntry({ accessKeyId: aKeyId(7) })
  await ledger.commit([
    {
      kind: 'entry',
      before: undefined,
      after,
      fact: { kind: 'rescheduled', why: 'test' },
      actor: { kind: 'delivery', event: 'test', eventId: 'e' },
    },
    { kind: 'notice', before: undefined, after: aNotice({ noticeId, accessKeyIds: [aKeyId(7)] }) },
    {
      kind: 'sent-mail',
      before: undefined,
      after: aSentMail({ messageId: 'ours', noticeId, sentAt: at('2026-03-02T08:00:00Z') }),
    },
  ])
  const ours = queues.add('bounces', bounceOf('ours'))
  queues.add('bounces', bounceOf('theirs'))
  queues.add('bounces', JSON.stringify({ eventType: 'Delivery', mail: { messageId: 'ours' } }))
  queues.add('bounces', 'rubbish')
  return { ...stage, ours, account: after.accountId }
}

describe('dead letters of mails', () => {
  it('are listed with what SES said, and found by the key that the mail was about', async () => {
    const { keynag, account } = await returned()
    const { output } = await keynag('list')
    expect(output).toMatch(
      /^bounces +deliveries-used-up +4 +mail\.bounce, mail\.other, unreadable/m,
    )
    expect(output).toMatch(/^bounces +0 +4$/m)
    expect((await keynag(`list --account ${account} --json`)).output).toContain('"count": 1')
    expect((await keynag(`list --key ${aKeyId(7)} --queue bounces`)).output).toContain(
      'mail.bounce',
    )
    expect((await keynag(`list --key ${aKeyId(8)}`)).output).not.toContain('mail.bounce')
  })

  it('are shown as they came, with the mail that they are about', async () => {
    const { keynag, ours } = await returned()
    const { output } = await keynag(`show ${ours}`)
    expect(output).toContain('a replay  replay: the bounce of a mail to ')
    expect(output).toContain(`${aKeyId(7)} of `)
    expect(output).toContain('"bounceType":"Permanent"')
    expect((await keynag('show ours --json')).output).toContain(`"noticeId": "${noticeId}"`)
  })

  it('go back to their queue when they are about a mail of keynag, and stay when not', async () => {
    const { keynag, queues } = await returned()
    const { output } = await keynag('replay --yes --json')
    expect(JSON.parse(output)).toMatchObject({ replayed: 1, obsolete: 2, invalid: 1, left: 3 })
    expect(queues.sentMailEvents).toEqual([bounceOf('ours')])
    expect(queues.sent).toEqual([])
    expect(queues.bodies).not.toContain(bounceOf('ours'))
    expect(queues.visible).toHaveLength(3)
  })

  it('that nothing can be done with are discarded by what a replay would say', async () => {
    const { keynag, queues, pass } = await returned()
    pass(hourMs)
    await keynag('discard --queue bounces --outcome obsolete,invalid --yes')
    expect(queues.bodies).toEqual([bounceOf('ours')])
  })
})
