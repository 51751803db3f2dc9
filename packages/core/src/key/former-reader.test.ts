import { expect, it } from 'vitest'
import { aNotice, anEntry, anOwner, aNoticeId, at } from '../testing/index.ts'
import { plusDays } from '../time.ts'
import { formerReader, isStillToldTo } from './former-reader.ts'

const ann = anOwner({ id: 'ann@example.com', email: 'ann@example.com' })
const bob = anOwner({ id: 'bob@example.com', email: 'bob@example.com' })
const date = at('2026-03-08T09:00:00Z')
const now = at('2026-03-01T09:00:00Z')
const shown = { deed: 'deactivate', date, noticeId: aNoticeId() } as const
const before = anEntry({ owner: ann, userName: 'ann', shown })
const lost = anEntry({ owner: bob, userName: 'bob' })

it('is the owner who read a date, when the key has another owner', () => {
  const former = { owner: ann, userName: 'ann', deed: 'deactivate', date }
  expect(formerReader(before, lost)).toStrictEqual(former)
})

it('is nobody where the owner stays, read no date, or cannot be reached', () => {
  const { email: _, ...nobody } = ann
  expect(formerReader(before, before)).toBeUndefined()
  expect(formerReader(anEntry({ owner: ann }), lost)).toBeUndefined()
  expect(formerReader(anEntry({ owner: nobody, shown }), lost)).toBeUndefined()
})

it('has read the date to which the first one was moved', () => {
  const movedTo = plusDays(date, 3)
  const calledOff = { at: now, noticeId: aNoticeId(2), movedTo }
  const moved = anEntry({ owner: ann, shown: { ...shown, calledOff } })
  expect(formerReader(moved, lost)).toMatchObject({ date: movedTo })
})

it('is told for a month, and not after a new date', () => {
  const former = { owner: ann, userName: 'ann', deed: 'deactivate', date } as const
  const notice = aNotice({ kind: 'called-off', createdAt: now, former })
  expect(isStillToldTo(former, notice, lost, plusDays(now, 29))).toBe(true)
  expect(isStillToldTo(former, notice, lost, plusDays(now, 30))).toBe(false)
  expect(isStillToldTo(former, notice, anEntry({ owner: ann }), now)).toBe(true)
  expect(isStillToldTo(former, notice, before, now)).toBe(false)
})
