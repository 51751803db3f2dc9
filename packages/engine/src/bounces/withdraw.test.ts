import {
  decide,
  evolve,
  KeynagError,
  MemoryLedger,
  plusDays,
  plusMs,
  type Entry,
  type Fact,
  type Notice,
} from '@keynag/core'
import {
  aFact,
  aKeyId,
  anActor,
  anEntry,
  aNotice,
  aNoticeId,
  anOrganization,
  aRotationId,
  aSentMail,
  at,
} from '@keynag/core/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { withdraw } from './withdraw.ts'

const organization = anOrganization({
  policies: [
    {
      name: 'standard',
      mode: 'enforce',
      staleAtDay: 90,
      nag: { everyDays: 7, via: ['email'] },
      enforce: {
        kind: 'delete',
        atDay: 90,
        installationGraceDays: 7,
        recoveryGraceDays: 7,
      },
    },
  ],
})

const sentAt = at('2026-01-12T09:00:00Z')
const messageId = '0102-mail'
const delivery = { channel: 'email', to: 'ann@example.com', messageId }

const bounceOf = (mail: string, how: 'Bounce' | 'Complaint' = 'Bounce'): string =>
  JSON.stringify({
    eventType: how,
    bounce: { bounceType: 'Permanent', bounceSubType: 'NoEmail', bouncedRecipients: [{}] },
    complaint: { complaintFeedbackType: 'abuse' },
    mail: { messageId: mail, timestamp: '2026-01-12T09:00:00.000Z' },
  })

const nagged = (id = 3) => aFact('nagged', { noticeId: aNoticeId(id), announced: 'delete' })

describe('a mail that came back', () => {
  let ledger = new MemoryLedger()
  let now = sentAt
  const counted: string[] = []
  beforeEach(() => {
    ledger = new MemoryLedger()
    now = plusMs(sentAt, 60_000)
    counted.length = 0
  })
  const verb = (body: string, from = ledger) =>
    withdraw({
      clock: { now: () => now, sleep: () => Promise.resolve() },
      ledger: from,
      organization,
      telemetry: {
        info: () => undefined,
        warn: () => undefined,
        error: () => undefined,
        count: (metric) => void counted.push(metric),
      },
    })(body, 'sqs-1')

  /** A key with these facts, the last of which the mail of the notice caused. */
  async function given(
    notice: Partial<Notice>,
    ...facts: readonly (readonly [Fact, at?: typeof now])[]
  ): Promise<Entry> {
    let entry: Entry = anEntry()
    await write(undefined, entry, aFact('found'))
    for (const [fact, when = sentAt] of facts) {
      const after = evolve(entry, fact, when)
      await write(entry, after, fact)
      entry = after
    }
    await send(aNoticeId(3), messageId, notice)
    return entry
  }
  const write = (before: Entry | undefined, after: Entry, fact: Fact) =>
    ledger.commit([{ kind: 'entry', before, after, fact, actor: anActor() }])
  const send = (noticeId: Notice['noticeId'], id: string, fields: Partial<Notice> = {}) =>
    ledger.commit([
      {
        kind: 'notice',
        before: undefined,
        after: aNotice({ noticeId, delivery, deliveredAt: sentAt, ...fields }),
      },
      {
        kind: 'sent-mail',
        before: undefined,
        after: aSentMail({ messageId: id, noticeId, sentAt }),
      },
    ])
  const known = async (): Promise<Entry> => {
    const entry = await ledger.entry(aKeyId())
    if (entry === undefined) throw new Error('the key is gone')
    return entry
  }
  const decision = async (when = now) => decide(await known(), organization.policies, when)

  it('no longer counts as a reminder or warning, and the next delivered one does', async () => {
    await given({}, [nagged()])
    expect((await known()).warned).toMatchObject({ at: sentAt, noticeId: aNoticeId(3) })
    await verb(bounceOf(messageId))
    const after = await known()
    expect(after).toMatchObject({ nagCount: 0, undeliveredCount: 1, lastNaggedAt: sentAt })
    expect(after).not.toHaveProperty('warned')
    expect(await decision(plusDays(sentAt, 6))).toMatchObject({ kind: 'wait' })
    expect(await decision(plusDays(sentAt, 8))).toMatchObject({ kind: 'nag' })
    const next = evolve(after, nagged(4), plusDays(sentAt, 8))
    expect(next).toMatchObject({
      nagCount: 1,
      undeliveredCount: 0,
      undeliveredBefore: 1,
      warned: { at: plusDays(sentAt, 8), noticeId: aNoticeId(4) },
    })
    expect(next).not.toHaveProperty('withdrawn')
  })

  it('is recorded once, however often SES reports it', async () => {
    await given({}, [nagged()])
    await verb(bounceOf(messageId))
    const after = await known()
    await verb(bounceOf(messageId))
    await verb(bounceOf(messageId, 'Complaint'))
    expect(await known()).toStrictEqual(after)
    expect((await ledger.notice(aNoticeId(3)))?.withdrawn).toMatchObject({ how: 'bounce' })
  })

  it('counts as one more failure in a row; after three the key is held', async () => {
    await given({}, [nagged()])
    await verb(bounceOf(messageId))
    for (const id of [4, 5]) {
      const before = await known()
      await write(before, evolve(before, nagged(id), plusDays(sentAt, id)), nagged(id))
      await send(aNoticeId(id), `mail-${id}`)
      await verb(bounceOf(`mail-${id}`))
    }
    expect(await known()).toMatchObject({ nagCount: 0, undeliveredCount: 3 })
    expect(await decision()).toMatchObject({ kind: 'hold', code: 'owner-unreachable' })
    const released = evolve(await known(), aFact('released'), now)
    expect(released).toMatchObject({ undeliveredCount: 0 })
    expect(released).not.toHaveProperty('undeliveredBefore')
  })

  it('keeps the warning of an earlier message that was delivered', async () => {
    await given({}, [nagged(1), plusDays(sentAt, -7)], [nagged()])
    await verb(bounceOf(messageId))
    const after = await known()
    expect(after.warned).toMatchObject({ noticeId: aNoticeId(1) })
    expect(after).toMatchObject({ nagCount: 1, undeliveredCount: 1 })
  })

  it('removes its warning even if a later message was delivered', async () => {
    await given({}, [nagged()], [nagged(4), plusDays(sentAt, 7)])
    await verb(bounceOf(messageId))
    const after = await known()
    expect(after).not.toHaveProperty('warned')
    expect(after).toMatchObject({ nagCount: 1, undeliveredCount: 0, undeliveredBefore: 1 })
  })

  it('makes the replacement undelivered again, and the key is held', async () => {
    const delivered = aFact('replacement-delivered', { noticeId: aNoticeId(3), delivery })
    await given(
      { kind: 'replacement-issued' },
      [aFact('rotation-opened')],
      [aFact('replacement-issued')],
      [delivered],
    )
    await verb(bounceOf(messageId))
    const after = await known()
    expect(after.handover).not.toHaveProperty('deliveredAt')
    expect(await decision()).toMatchObject({ kind: 'hold', code: 'owner-unreachable' })
    expect(after.dueAt).toBe(now)
  })

  it('that was the warning of a deactivation gets the key held before its deletion', async () => {
    const rotationId = aRotationId()
    const deactivated = aFact('deactivated', { rotationId })
    const told = aFact('deactivation-delivered', { deletesAt: plusDays(sentAt, 14) })
    await given({}, [nagged()], [deactivated, plusDays(sentAt, 7)], [told, plusDays(sentAt, 7)])
    now = plusDays(sentAt, 15)
    expect(await decision()).toMatchObject({ kind: 'enforce', step: 'delete' })
    await verb(bounceOf(messageId))
    expect(await decision()).toMatchObject({ kind: 'hold', code: 'owner-unreachable' })
    const released = evolve(await known(), aFact('released'), now)
    expect(decide(released, organization.policies, now)).toMatchObject({ step: 'tell' })
  })

  it('about the deactivation gets the key held before its deletion', async () => {
    await given(
      { kind: 'deactivated' },
      [nagged(1), plusDays(sentAt, -7)],
      [aFact('deactivated'), sentAt],
    )
    await verb(bounceOf(messageId))
    expect(await decision()).toMatchObject({ kind: 'hold', code: 'owner-unreachable' })
  })

  it.each(['escalation', 'held', 'digest', 'deleted'] as const)(
    'of the kind %s is counted and changes no entry',
    async (kind) => {
      const before = await given({ kind })
      await verb(bounceOf(messageId, 'Complaint'))
      expect(await known()).toStrictEqual(before)
      expect((await ledger.notice(aNoticeId(3)))?.withdrawn).toMatchObject({
        how: 'complaint',
        why: 'abuse',
      })
      expect(counted).toEqual(['MailWithdrawn'])
    },
  )

  it.each(['called-off', 'held', 'held-to-owner', 'escalation'] as const)(
    'of the kind %s is sent again the next day',
    async (kind) => {
      await given({ kind })
      await verb(bounceOf(messageId))
      expect((await ledger.notice(aNoticeId(3)))?.dueAt).toBe(plusDays(now, 1))
    },
  )

  it('is retried while keynag may not have recorded it yet, and then ignored', async () => {
    const early = await verb(bounceOf('of-another-program')).catch((error: unknown) => error)
    expect(early).toBeInstanceOf(KeynagError)
    expect(early).toMatchObject({ code: 'KEYNAG_UNAVAILABLE', errorClass: 'transient' })
    now = plusMs(sentAt, 16 * 60_000)
    expect(await verb(bounceOf('of-another-program'))).toMatchObject({ kind: 'done' })
  })
})
