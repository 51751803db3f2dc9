import { dayMs, minuteMs, type PolicyInput } from '@keynag/core'
import { describe, expect, it } from 'vitest'
import { aUserWithKey, rotating, smallOrganization, type Small } from './small-organization.ts'

const names = Array.from({ length: 12 }, (_, index) => `owner${index}`)
const addresses = names.map((name) => `${name}@example.com`)
const remindingBy = (via: 'slack' | 'email'): PolicyInput => ({
  ...rotating,
  enforce: { kind: 'none' },
  nag: { everyDays: 7, via: [via] },
})

const remindingUser = (userName: string, via: readonly ('slack' | 'email')[]): PolicyInput => ({
  ...remindingBy('slack'),
  name: userName,
  match: { userNames: [userName] },
  nag: { everyDays: 7, via: [...via] },
})

/** Twelve owners with one key each, who hear by mail or by Slack. */
const owners = (via: 'slack' | 'email'): Promise<Small> =>
  smallOrganization({
    policies: [remindingBy(via)],
    ...(via === 'slack' ? { onSlack: addresses } : {}),
    populate: (world) => {
      for (const name of names) aUserWithKey(world, name)
    },
  })

/** Sweeps every five minutes, as deployed. */
async function sweeps(small: Small, times: number): Promise<void> {
  const start = small.clock.now()
  for (let run = 1; run <= times; run += 1) {
    small.clock.set(Math.max(small.clock.now(), start + run * 5 * minuteMs))
    await small.sweep()
  }
}

const nagCounts = async (small: Small): Promise<readonly number[]> =>
  (await small.entries()).map(({ nagCount }) => nagCount)

const once = names.map(() => 1)
const sweepsOfThreeHours = 36

describe('mail that SES does not take for three hours', () => {
  it.each(['throttled', 'quota', 'failed'] as const)(
    'reaches each owner once, within two sweeps of its end, when SES says: %s',
    async (fault) => {
      const small = await owners('email')
      small.ses.faults.next(fault, 100_000)
      await small.scan()
      await sweeps(small, sweepsOfThreeHours)
      const attempts = small.calls.of('ses:SendEmail')
      // One message tries at each sweep; the others of the first scan were on their way.
      expect(attempts).toBeLessThan(sweepsOfThreeHours + 3 * names.length)
      expect(small.sqs.deadLetters()).toEqual([])
      expect(await nagCounts(small)).toEqual(names.map(() => 0))

      small.ses.faults.clear()
      await sweeps(small, 2)
      expect(await nagCounts(small)).toEqual(once)
      expect(small.ses.mails.flatMap(({ to }) => to).toSorted()).toEqual(
        expect.arrayContaining(addresses.toSorted()),
      )
    },
  )
})

describe('Slack that does not answer for three hours', () => {
  it('gets few calls, and each owner hears once, within two sweeps of its end', async () => {
    const small = await owners('slack')
    const faults = small.slack.faults('users.lookupByEmail')
    faults.next({ kind: 'httpError', status: 503 }, 100_000)
    await small.scan()
    await sweeps(small, sweepsOfThreeHours)
    expect(small.calls.of('slack:users.lookupByEmail')).toBeLessThan(sweepsOfThreeHours + 10)
    expect(small.sqs.deadLetters()).toEqual([])

    faults.clear()
    await sweeps(small, 2)
    expect(await nagCounts(small)).toEqual(once)
    expect(small.slack.messages).toHaveLength(names.length)
  })

  it('posts at most one message twice at each sweep if it posts and then fails', async () => {
    const small = await owners('slack')
    const faults = small.slack.faults()
    faults.next({ kind: 'sent-then-failed' }, 100_000)
    await small.scan()
    await sweeps(small, 12)
    expect(small.slack.messages.length).toBeLessThanOrEqual(13)

    faults.clear()
    await sweeps(small, 2)
    expect(await nagCounts(small)).toEqual(once)
  })
})

describe('a Slack token that was revoked', () => {
  it('keeps nobody from a mail, makes one dead letter, and is over when Slack takes a post', async () => {
    const small = await smallOrganization({
      policies: [remindingUser('ann', ['slack']), remindingUser('bob', ['slack', 'email'])],
      onSlack: ['ann@example.com', 'bob@example.com'],
      populate: (world) => aUserWithKey(world, 'ann'),
    })
    const faults = small.slack.faults('users.lookupByEmail')
    faults.next({ kind: 'error', error: 'invalid_auth' }, 1_000)
    await small.scan()
    const bob = aUserWithKey(small.world, 'bob')
    small.clock.set(small.clock.now() + dayMs)
    await small.scan()
    await sweeps(small, 12)
    expect((await small.known(bob)).nagCount).toBe(1)
    expect(small.ses.mails.map(({ to }) => to)).toEqual([['bob@example.com']])
    expect(small.sqs.deadLetters()).toHaveLength(1)

    faults.clear()
    await sweeps(small, 2)
    expect(small.slack.messages).toHaveLength(1)
    expect(await nagCounts(small)).toEqual([1, 1])
  })
})

describe('a Slack channel that is archived', () => {
  it('makes one dead letter, counts against no owner, and hears all when it is open again', async () => {
    const small = await smallOrganization({
      policies: [
        { ...remindingBy('slack'), nag: { everyDays: 7, via: ['#access-keys'] }, escalation: [] },
      ],
      populate: (world) => {
        for (const name of names) aUserWithKey(world, name)
      },
    })
    const faults = small.slack.faults()
    faults.next({ kind: 'error', error: 'is_archived' }, 1_000)
    await small.scan()
    await sweeps(small, sweepsOfThreeHours)
    expect(small.sqs.deadLetters()).toHaveLength(1)
    for (const { undeliveredCount, hold } of await small.entries()) {
      expect({ undeliveredCount, hold }).toEqual({ undeliveredCount: 0, hold: undefined })
    }
    await small.schedule.digest()
    expect(small.ses.mails.at(-1)?.text).toContain('#access-keys')

    faults.clear()
    // The pause between two tries of a message grows to six hours.
    for (let hour = 1; hour <= 6; hour += 1) {
      small.clock.set(small.clock.now() + 60 * minuteMs)
      await small.sweep()
    }
    expect(small.slack.messages).toHaveLength(names.length)
    expect(small.sqs.deadLetters()).toHaveLength(1)
  })
})

describe('a message that Slack does not take', () => {
  it('keeps no other message waiting, and makes one dead letter', async () => {
    const small = await owners('slack')
    small.slack.faults().next({ kind: 'error', error: 'msg_blocks_too_long' }, 1)
    await small.scan()
    expect(small.slack.messages).toHaveLength(names.length - 1)
    expect(small.sqs.deadLetters()).toHaveLength(1)
    await sweeps(small, 2)
    expect(small.slack.messages).toHaveLength(names.length)
    expect(await nagCounts(small)).toEqual(once)
    expect(small.sqs.deadLetters()).toHaveLength(1)
  })
})

describe('the digest', () => {
  it('is sent later on the same day when SES did not take it', async () => {
    const small = await owners('slack')
    await small.scan()
    small.ses.faults.next('failed', 1)
    await small.schedule.digest()
    expect(small.ses.mails).toEqual([])
    await sweeps(small, 2)
    expect(small.ses.mails.map(({ to }) => to)).toEqual([['platform@example.com']])
  })
})
