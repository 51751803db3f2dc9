import { expect, it } from 'vitest'
import type { Notice } from '../../key/notice.ts'
import { aKeyId, aNoticeId, at } from '../../testing/ids.ts'
import { aNotice, anUnreachedEntry, aReplay, aSentMail } from '../../testing/rows.ts'
import type { Write } from '../ledger.ts'
import type { LedgerUnderTest } from './ledger-under-test.ts'

export const noticeCases = (on: LedgerUnderTest): void => {
  it('keeps every field, and refuses a write from an old version', async () => {
    const waiting = aNotice({ dueAt: at('2026-01-05T09:00:00Z') })
    await on.commit({ kind: 'notice', before: undefined, after: waiting })
    expect(await on.ledger.notice(waiting.noticeId)).toStrictEqual(waiting)
    const { dueAt: _, ...rest } = waiting
    const delivered: Notice = {
      ...rest,
      version: 2,
      attempts: 1,
      accessKeyIds: [aKeyId(1), aKeyId(2)],
      lease: { holder: 'fn-1', fence: 3, until: at('2026-01-05T09:15:00Z') },
      delivery: { channel: 'email', to: 'ann@example.com', messageId: 'ses-1' },
      deliveredAt: at('2026-01-05T09:00:03Z'),
      undeliverable: 'bounced',
    }
    await on.commit({ kind: 'notice', before: waiting, after: delivered })
    expect(await on.ledger.notice(waiting.noticeId)).toStrictEqual(delivered)
    const late: Write = { kind: 'notice', before: waiting, after: { ...waiting, version: 2 } }
    expect(await on.ledger.commit([late])).toStrictEqual({
      kind: 'lost',
      write: late,
      current: undefined,
    })
    const again: Write = { kind: 'notice', before: undefined, after: waiting }
    expect(await on.ledger.commit([again])).toMatchObject({ kind: 'lost' })
    expect(await on.ledger.notice(aNoticeId(99))).toBeUndefined()
  })
}

export const replayCases = (on: LedgerUnderTest): void => {
  it("keeps the count of an event's replays, and refuses to count from an old version", async () => {
    const first = aReplay()
    expect(await on.ledger.replay(first.eventId)).toBeUndefined()
    await on.commit({ kind: 'replay', before: undefined, after: first })
    await on.commit({
      kind: 'replay',
      before: undefined,
      after: aReplay({ eventId: 'e-10', queue: 'scan' }),
    })
    const second = aReplay({
      count: 2,
      lastAt: at('2026-01-06T10:00:00Z'),
      lastMessageId: 'another',
      quarantined: { since: at('2026-01-06T11:00:00Z'), why: 'it failed again' },
      version: 2,
    })
    await on.commit({ kind: 'replay', before: first, after: second })
    expect(await on.ledger.replay(first.eventId)).toStrictEqual(second)
    const late: Write = { kind: 'replay', before: first, after: { ...first, version: 2 } }
    expect(await on.ledger.commit([late])).toStrictEqual({
      kind: 'lost',
      write: late,
      current: undefined,
    })
    expect(await on.ledger.replay(first.eventId)).toStrictEqual(second)
  })
}

export const sentMailCases = (on: LedgerUnderTest): void => {
  it("finds a notice by its mail's message ID, and never replaces it", async () => {
    const mail = aSentMail()
    expect(await on.ledger.sentMail(mail.messageId)).toBeUndefined()
    await on.commit({ kind: 'sent-mail', before: undefined, after: mail })
    const another = aSentMail({ messageId: `${mail.messageId}-1`, noticeId: aNoticeId(7) })
    await on.commit({ kind: 'sent-mail', before: undefined, after: another })
    const again: Write = {
      kind: 'sent-mail',
      before: undefined,
      after: { ...mail, noticeId: aNoticeId(8) },
    }
    expect(await on.ledger.commit([again])).toStrictEqual({
      kind: 'lost',
      write: again,
      current: undefined,
    })
    expect(await on.ledger.sentMail(mail.messageId)).toStrictEqual(mail)
    expect(await on.ledger.sentMail(another.messageId)).toStrictEqual(another)
  })

  it('is not written when the notice beside it loses', async () => {
    const notice = aNotice()
    await on.commit({ kind: 'notice', before: undefined, after: notice })
    const late: Write = { kind: 'notice', before: undefined, after: notice }
    const mail = aSentMail()
    await on.ledger.commit([{ kind: 'sent-mail', before: undefined, after: mail }, late])
    expect(await on.ledger.sentMail(mail.messageId)).toBeUndefined()
  })

  it('keeps an unreached entry and a withdrawn notice', async () => {
    const entry = anUnreachedEntry()
    await on.given(entry)
    expect(await on.ledger.entry(entry.accessKeyId)).toStrictEqual(entry)
    const notice = aNotice({
      withdrawn: { at: at('2026-01-19T09:05:00Z'), how: 'complaint', why: 'abuse' },
    })
    await on.commit({ kind: 'notice', before: undefined, after: notice })
    expect(await on.ledger.notice(notice.noticeId)).toStrictEqual(notice)
  })
}
