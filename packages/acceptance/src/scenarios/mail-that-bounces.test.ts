import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { dayMs, hourMs, minuteMs, type PolicyInput } from '@keynag/core'
import { describe, expect, it } from 'vitest'
import type { AccessKey } from '@keynag/fake-aws/aws'
import { aUserWithKey, rotating, smallOrganization } from './small-organization.ts'

/** Deletes without a replacement: warned on day 0, deactivated on day 7, deleted on day 14. */
const deleting = {
  name: 'standard',
  mode: 'enforce',
  staleAtDay: 90,
  nag: { everyDays: 7, via: ['email'] },
  enforce: { kind: 'delete', atDay: 90, installationGraceDays: 7, recoveryGraceDays: 7 },
  // A share of so few keys would be one key a day.
  caps: { shareOfEstatePerDay: 1 },
} as const satisfies PolicyInput

const ann = 'ann@example.com'

async function annsKey(policy: PolicyInput) {
  const keys: AccessKey[] = []
  const small = await smallOrganization({
    policies: [policy],
    populate: (world) => {
      keys.push(aUserWithKey(world, 'ann'), aUserWithKey(world, 'bob'))
    },
  })
  const [key, bobs] = keys
  if (key === undefined || bobs === undefined) throw new Error('the world was not filled')
  return { small, key, bobs }
}

const bouncesAfter = (afterMs: number) => ({ how: 'bounce', afterMs }) as const

/** What SES says of a mail that came back. */
const bounce = (messageId: string | undefined) =>
  JSON.stringify({
    eventType: 'Bounce',
    bounce: { bounceType: 'Permanent', bounceSubType: 'General', bouncedRecipients: [] },
    mail: { messageId, timestamp: '2026-01-01T00:00:00.000Z' },
  })

describe('a mail that bounces', () => {
  it('stops the deactivation, and the next warning counts from its own delivery', async () => {
    const { small, key, bobs } = await annsKey(deleting)
    small.ses.returning.set(ann, bouncesAfter(hourMs))
    await small.live(3)
    expect(await small.known(key)).toMatchObject({ nagCount: 0, undeliveredCount: 1 })
    small.ses.returning.delete(ann)
    await small.live(19)
    expect(await small.dayOf(bobs, 'deactivated')).toBe(7)
    expect(await small.dayOf(key, 'delivery-withdrawn')).toBe(0)
    expect(await small.dayOf(key, 'deactivated')).toBe(14)
    expect(await small.dayOf(key, 'deleted')).toBe(21)
    expect(await small.violations()).toEqual([])
  })

  it('again and again is a hold for an operator, and never a deactivation', async () => {
    const { small, key } = await annsKey(deleting)
    small.ses.returning.set(ann, bouncesAfter(minuteMs))
    await small.live(30)
    expect(await small.known(key)).toMatchObject({
      state: 'nagging',
      nagCount: 0,
      undeliveredCount: 3,
      hold: { code: 'owner-unreachable' },
    })
    expect(small.doneBy('keynag', key)).toEqual([])
    expect(small.letters(key).map(({ to }) => to)).toEqual([['#security']])
    expect(await small.violations()).toEqual([])
  })

  it('late, after the deactivation that stood on it, keeps the key from being deleted', async () => {
    const { small, key } = await annsKey({ ...deleting, nag: { everyDays: 30, via: ['email'] } })
    small.ses.returning.set(ann, bouncesAfter(8 * dayMs))
    await small.live(30)
    expect(await small.dayOf(key, 'deactivated')).toBe(7)
    expect(await small.dayOf(key, 'delivery-withdrawn')).toBe(8)
    expect(await small.known(key)).toMatchObject({
      state: 'deactivated',
      hold: { code: 'owner-unreachable' },
    })
    expect(small.doneBy('keynag', key).map(({ kind }) => kind)).not.toContain('key-deleted')
    expect(small.letters(key).at(-1)?.to).toEqual(['#security'])
  })

  it('of a replacement leaves the old key alone, and the secret where it is', async () => {
    const { small, key } = await annsKey({ ...rotating, nag: { everyDays: 7, via: ['email'] } })
    await small.live(1)
    expect(await small.known(key)).toMatchObject({ state: 'issued' })
    expect(await small.story(key)).toContain('replacement-delivered')
    const { small: other, key: lost } = await annsKey({
      ...rotating,
      nag: { everyDays: 7, via: ['email'] },
      enforce: { ...rotating.enforce, atDay: 97 },
    })
    await other.live(1)
    other.ses.returning.set(ann, bouncesAfter(minuteMs))
    await other.live(25)
    const entry = await other.known(lost)
    expect(entry).toMatchObject({ state: 'issued', hold: { code: 'owner-unreachable' } })
    expect(entry.handover).not.toHaveProperty('deliveredAt')
    expect(other.world.keyWorks(lost.id)).toBe(true)
    expect(await other.violations()).toEqual([])
  })

  it('counts like one that was called spam', async () => {
    const { small, key } = await annsKey(deleting)
    small.ses.returning.set(ann, { how: 'complaint', afterMs: hourMs })
    await small.live(10)
    expect(await small.dayOf(key, 'deactivated')).toBeUndefined()
    await small.schedule.digest()
    const digest = small.ses.mails.at(-1)?.text ?? ''
    expect(digest).toContain('Mail that came back')
    expect(digest).toMatch(new RegExp(`${key.id}.*complaint`, 's'))
  })

  it('told twice, early, or about a mail of somebody else, changes nothing more', async () => {
    const { small, key } = await annsKey(deleting)
    small.ses.returning.set(ann, bouncesAfter(hourMs))
    await small.live(1)
    const before = await small.known(key)
    const mail = small.ses.mails.find(({ to }) => to.includes(ann))
    for (const body of [bounce(mail?.messageId), bounce('of another program'), 'rubbish']) {
      await small.sqsClient.send(
        new SendMessageCommand({ QueueUrl: small.bouncesUrl, MessageBody: body }),
      )
    }
    await small.drain()
    expect(await small.known(key)).toStrictEqual(before)
    expect(small.sqs.deadLetters().map(({ body }) => body)).toEqual(['rubbish'])
  })
})
