import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { dayMs, hourMs, minuteMs, type PolicyInput } from '@keynag/core'
import { describe, expect, it } from 'vitest'
import type { AccessKey } from '@keynag/fake-aws/aws'
import { aUserWithKey, rotating, smallOrganization } from './small-organization.ts'

/**
 * A policy that deletes keys without a replacement. The owner is warned on day 0; the key is
 * deactivated on day 7 and deleted on day 14.
 */
const deleting = {
  name: 'standard',
  mode: 'enforce',
  staleAtDay: 90,
  nag: { everyDays: 7, via: ['email'] },
  enforce: { kind: 'delete', atDay: 90, installationGraceDays: 7, recoveryGraceDays: 7 },
  // With so few keys, the default share would allow only one key per day.
  caps: { shareOfEstatePerDay: 1 },
} as const satisfies PolicyInput

const monthly = (perDay: number): PolicyInput => ({
  ...deleting,
  nag: { everyDays: 30, via: ['email'] },
  caps: { perDay, shareOfEstatePerDay: 1 },
})

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
  if (key === undefined || bobs === undefined) throw new Error('the world was not populated')
  return { small, key, bobs }
}

const bouncesAfter = (afterMs: number) => ({ how: 'bounce', afterMs }) as const

/** SES's notification of a bounce. */
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

  it('again and again is held for an operator, and its key is never deactivated', async () => {
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

  it('after the deactivation that it announced prevents the deletion of the key', async () => {
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

  it('about a moved date makes keynag warn anew, and never keep a date that nobody read', async () => {
    const { small, key } = await annsKey(monthly(50))
    await small.live(1)
    small.configure([monthly(0)])
    small.ses.returning.set(ann, bouncesAfter(hourMs))
    await small.live(12)
    expect(await small.story(key)).toContain('called-off')
    small.configure([monthly(50)])
    await small.live(8)
    expect(await small.dayOf(key, 'deactivated')).toBeUndefined()
    expect(await small.known(key)).not.toHaveProperty('warned')
    expect(await small.violations()).toEqual([])
  })

  it('only because the owner is out of the office counts as delivered', async () => {
    const { small, key, bobs } = await annsKey(deleting)
    small.ses.returning.set(ann, { how: 'automatic-reply', afterMs: minuteMs })
    await small.live(16)
    expect(await small.story(key)).toEqual(await small.story(bobs))
    expect(await small.known(key)).toMatchObject({ state: 'deleted', undeliveredCount: 0 })
    expect(small.letters(key).every(({ to }) => to.includes(ann))).toBe(true)
    expect(await small.violations()).toEqual([])
  })

  it('about a replacement leaves the old key and the secret unchanged', async () => {
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

  it('has the same effect as a complaint about spam', async () => {
    const { small, key } = await annsKey(deleting)
    small.ses.returning.set(ann, { how: 'complaint', afterMs: hourMs })
    await small.live(10)
    expect(await small.dayOf(key, 'deactivated')).toBeUndefined()
    await small.schedule.digest()
    const digest = small.ses.mails.at(-1)?.text ?? ''
    expect(digest).toContain('Mail that came back')
    expect(digest).toMatch(new RegExp(`${key.id}.*complaint`, 's'))
  })

  it('changes nothing if it is reported twice, too early, or for an unknown mail', async () => {
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
