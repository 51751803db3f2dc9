import { describe, expect, it } from 'vitest'
import { anEntry, aNoticeId, anOrganization, at } from '../testing/index.ts'
import { plusDays } from '../time.ts'
import { decide } from './decide.ts'
import { mayWait } from './reminder-time.ts'
import { isTakenAlong } from './taken-along.ts'

const now = at('2026-04-01T09:00:00Z')
const until = plusDays(now, 4)

const policiesWith = (enforce: object, fields: object = {}) =>
  anOrganization({
    policies: [
      {
        name: 'standard',
        mode: 'enforce',
        staleAtDay: 90,
        nag: { everyDays: 7, via: ['email'] },
        enforce: { kind: 'deactivate', atDay: 120, installationGraceDays: 7, ...enforce },
        ...fields,
      },
    ],
  }).policies

const calm = policiesWith({})
const entry = anEntry({ createdAt: plusDays(now, -90) })
const warned = anEntry({
  createdAt: plusDays(now, -100),
  nagCount: 1,
  lastNaggedAt: plusDays(now, -7),
  warned: { at: plusDays(now, -7), of: 'deactivate', policy: 'standard' },
})
const shownOn = (days: number) => ({
  shown: { deed: 'deactivate', date: plusDays(now, days), noticeId: aNoticeId() } as const,
})

describe('a reminder that is due', () => {
  it.each([
    ['while its date does not move', entry, calm, true],
    ['not if the grace makes the deed later', entry, policiesWith({ atDay: 98 }), false],
    [
      'not for most of the time before the date',
      entry,
      policiesWith({ atDay: 97, installationGraceDays: 1 }),
      false,
    ],
    ['where nothing is enforced', entry, policiesWith({}, { mode: 'notify' }), true],
    ['where the deed was announced', { ...warned, ...shownOn(20) }, calm, true],
    ['not past a date that does not stand', { ...warned, ...shownOn(2) }, calm, false],
    [
      'not if more reminders have to follow before the date',
      entry,
      policiesWith({ atDay: 104, afterNags: 3, installationGraceDays: 1 }),
      false,
    ],
  ])('may wait: %s', (_name, key, policies, may) => {
    expect(mayWait(key, policies, until, now)).toBe(may)
    const decision = decide({ ...key, remindAt: until }, policies, now)
    expect(decision).toMatchObject(may ? { kind: 'wait', until } : { kind: 'nag' })
  })

  it('waits no longer than it was to', () => {
    expect(decide({ ...entry, remindAt: until }, calm, until).kind).toBe('nag')
  })
})

describe('a message that goes anyway', () => {
  it.each([
    ['waits for it', { ...entry, remindAt: until }, true],
    ['is due in half a period', { ...warned, lastNaggedAt: plusDays(now, -3.5) }, true],
    ['is due later', { ...warned, lastNaggedAt: plusDays(now, -3) }, false],
    ['is snoozed', { ...entry, snooze: { until, by: 'ann@example.com' } }, false],
  ])('takes a key along that %s, or not', (_name, key, isAlong) => {
    expect(isTakenAlong(key, calm, now)).toBe(isAlong)
  })

  it('takes along what waits for the end of a quiet time', () => {
    const quiet = policiesWith({}, { quiet: { days: ['wednesday'] } })
    expect(decide(entry, quiet, now).kind).toBe('wait')
    expect(isTakenAlong(entry, quiet, now)).toBe(true)
  })
})
