import { expect, it } from 'vitest'
import { aKeyId, anAccountId, aNoticeId, aUserId } from '../../testing/ids.ts'
import { anAccountScan, anEntry, aNotice, aRotation, aScanDay } from '../../testing/rows.ts'
import { maxWrites, type Write } from '../ledger.ts'
import { open, type LedgerUnderTest } from './ledger-under-test.ts'

export const commitCases = (on: LedgerUnderTest): void => {
  it('writes all of them', async () => {
    const entry = anEntry()
    const rotation = aRotation()
    const notice = aNotice()
    await on.commit(
      open(entry),
      { kind: 'rotation', before: undefined, after: rotation },
      { kind: 'notice', before: undefined, after: notice },
      { kind: 'cap', cap: { date: '2026-01-05', scope: 'policy/standard', limit: 1 } },
    )
    expect(await on.ledger.entry(entry.accessKeyId)).toStrictEqual(entry)
    expect(await on.ledger.rotation(rotation.accountId, rotation.userId)).toStrictEqual(rotation)
    expect(await on.ledger.notice(notice.noticeId)).toStrictEqual(notice)
  })

  it('writes nothing when its last write loses', async () => {
    const taken = anEntry({ accessKeyId: aKeyId(2) })
    await on.given(taken)
    const lost = open(anEntry({ accessKeyId: aKeyId(2), userName: 'late' }))
    const outcome = await on.ledger.commit([
      open(anEntry({ accessKeyId: aKeyId(1) })),
      { kind: 'rotation', before: undefined, after: aRotation() },
      { kind: 'notice', before: undefined, after: aNotice() },
      { kind: 'scan-day', before: undefined, after: aScanDay() },
      { kind: 'account-scan', before: undefined, after: anAccountScan() },
      { kind: 'cap', cap: { date: '2026-01-05', scope: 'policy/standard', limit: 1 } },
      lost,
    ])
    expect(outcome).toStrictEqual({ kind: 'lost', write: lost, current: taken })
    expect(await on.ledger.entry(aKeyId(1))).toBeUndefined()
    expect(await on.ledger.timeline(aKeyId(1))).toStrictEqual([])
    expect(await on.ledger.rotation(anAccountId(), aUserId())).toBeUndefined()
    expect(await on.ledger.notice(aNoticeId())).toBeUndefined()
    expect(await on.ledger.scanDay('2026-01-05')).toBeUndefined()
    expect(await on.ledger.accountScan('2026-01-05', anAccountId())).toBeUndefined()
    expect(await on.ledger.timeline(aKeyId(2))).toHaveLength(1)
    await on.commit({
      kind: 'cap',
      cap: { date: '2026-01-05', scope: 'policy/standard', limit: 1 },
    })
  })

  it('writes nothing when its first write loses', async () => {
    const rotation = aRotation()
    await on.commit({ kind: 'rotation', before: undefined, after: rotation })
    const write: Write = { kind: 'rotation', before: undefined, after: rotation }
    const outcome = await on.ledger.commit([write, open(anEntry())])
    expect(outcome).toStrictEqual({ kind: 'lost', write, current: undefined })
    expect(await on.ledger.entry(aKeyId())).toBeUndefined()
  })

  it('may hold as many documents as `maxWrites`', async () => {
    const entries = Array.from({ length: maxWrites / 2 }, (_, index) =>
      anEntry({ accessKeyId: aKeyId(index) }),
    )
    expect(await on.ledger.commit(entries.map(open))).toStrictEqual({ kind: 'committed' })
  })
}
