import { describe, expect, it } from 'vitest'
import {
  afterFailure,
  afterList,
  afterRead,
  isOver,
  unreadAccount,
  unreadText,
  type KnownAccount,
} from './known-account.ts'
import { aKnownAccount, at } from './testing/index.ts'
import { plusDays } from './time.ts'

const now = at('2026-01-08T05:00:00Z')
const account = aKnownAccount({ readAt: plusDays(now, -1) })

/** The account after a list that shows it in this state. */
const listed = (before: KnownAccount, state: KnownAccount['state'], when = now): KnownAccount =>
  afterList(before, { ...before, state }, when) ?? before

describe('what keynag knows of an account', () => {
  it('is too old after so many days without a scan, and the scan’s failure is the reason', () => {
    expect(unreadAccount(account, 2, plusDays(now, 1))).toBeUndefined()
    const failing = afterFailure(account, 'KEYNAG_ROLE_UNREACHABLE: not trusted', now) ?? account
    const unread = unreadAccount(failing, 2, plusDays(now, 2))
    expect(unread).toStrictEqual({
      since: account.readAt,
      why: 'KEYNAG_ROLE_UNREACHABLE: not trusted',
    })
    expect(unreadText(unread ?? { why: '' })).toBe(
      'unread since 2026-01-07T05:00:00Z: KEYNAG_ROLE_UNREACHABLE: not trusted',
    )
    expect(unreadAccount(failing, 7, plusDays(now, 2))).toBeUndefined()
  })

  it('counts from the first list where no scan has finished', () => {
    const { readAt: _, ...never } = aKnownAccount({ listedAt: now })
    expect(unreadAccount(never, 2, plusDays(now, 1))).toBeUndefined()
    expect(unreadAccount(never, 2, plusDays(now, 3))?.since).toBe(now)
  })

  it('is nothing where no list has shown the account', () => {
    expect(unreadAccount(undefined, 2, now)).toStrictEqual({
      why: 'keynag has not listed the accounts yet',
    })
  })

  it('changes with a list only where the list tells something new', () => {
    expect(afterList(account, account, now)).toBeUndefined()
    expect(listed(account, 'SUSPENDED')).toMatchObject({ state: 'SUSPENDED', version: 2 })
    expect(afterList(account, { ...account, name: 'billing' }, now)).toStrictEqual({
      ...account,
      name: 'billing',
      version: 2,
    })
  })

  it('says once that scans fail, and since when', () => {
    const failing = afterFailure(account, 'denied', now)
    expect(failing).toMatchObject({ failing: { since: now, why: 'denied' } })
    const later = plusDays(now, 1)
    expect(afterFailure(failing ?? account, 'denied', later)).toBeUndefined()
    expect(afterFailure(failing ?? account, 'throttled', later)?.failing).toStrictEqual({
      since: now,
      why: 'throttled',
    })
    expect(afterRead(failing ?? account, undefined, later)).not.toHaveProperty('failing')
  })
})

describe.each(['SUSPENDED', 'PENDING_CLOSURE', 'CLOSED', 'UNLISTED'] as const)(
  'an account that is %s',
  (state) => {
    it('stops its keys at once, until a scan has read it as an ACTIVE account', () => {
      const stopped = listed(account, state)
      expect(unreadAccount(stopped, 2, now)).toBe(stopped.stopped)
      // A scan that began before the list cannot say that the account is back.
      const late = afterRead(stopped, stopped.stopped, plusDays(now, 1))
      expect(unreadAccount(late, 2, plusDays(now, 1))).toBe(stopped.stopped)

      const back = listed(stopped, 'ACTIVE', plusDays(now, 5))
      expect(unreadAccount(back, 2, plusDays(now, 5))).toMatchObject({
        since: now,
        why: 'no scan has read the account since it came back',
      })
      const read = afterRead(back, back.stopped, plusDays(now, 5))
      expect(unreadAccount(read, 2, plusDays(now, 5))).toBeUndefined()
      // A scan that did not tell every key of the stop does not end it.
      const inPart = afterRead(back, undefined, plusDays(now, 5))
      expect(unreadAccount(inPart, 2, plusDays(now, 5))).toBe(back.stopped)
    })
  },
)

describe('an account is over', () => {
  it('at once when it is CLOSED, and 90 days after the first list without it', () => {
    expect(isOver(listed(account, 'CLOSED'), now)).toBe(true)
    const gone = listed(account, 'UNLISTED')
    expect(isOver(gone, plusDays(now, 89))).toBe(false)
    expect(isOver(gone, plusDays(now, 90))).toBe(true)
  })

  it('never because it is suspended, or because nobody can read it', () => {
    expect(isOver(listed(account, 'SUSPENDED'), plusDays(now, 900))).toBe(false)
    expect(isOver(account, plusDays(now, 900))).toBe(false)
  })

  it('and comes back when a list shows it again', () => {
    const ended = { ...listed(account, 'CLOSED'), endedAt: now }
    expect(listed(ended, 'ACTIVE')).not.toHaveProperty('endedAt')
  })
})
