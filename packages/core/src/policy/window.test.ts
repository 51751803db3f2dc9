import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at } from '../testing/index.ts'
import { dayMs, isoTime, minuteMs, plusMs } from '../time.ts'
import { weekdays } from './wall-clock.ts'
import { nextOpening, Window } from './window.ts'

const opening = (window: Partial<Window>, from: string): string | undefined => {
  const next = nextOpening(Window.parse(window), at(from))
  return next === undefined ? undefined : isoTime(next)
}

describe('a window (I12)', () => {
  it('is always open by default', () => {
    expect(opening({}, '2026-03-04T05:06:07Z')).toBe('2026-03-04T05:06:07Z')
  })

  it('opens and closes to the millisecond', () => {
    const window = Window.parse({ from: '09:00', to: '17:00' })
    const opens = at('2026-03-04T09:00:00Z')
    const closes = at('2026-03-04T17:00:00Z')
    expect(nextOpening(window, plusMs(opens, -1))).toBe(opens)
    expect(nextOpening(window, opens)).toBe(opens)
    expect(nextOpening(window, plusMs(closes, -1))).toBe(plusMs(closes, -1))
    expect(nextOpening(window, closes)).toBe(at('2026-03-05T09:00:00Z'))
  })

  it('is closed on other weekdays and on holidays', () => {
    const window = { on: ['monday', 'friday'], notOn: ['2026-12-25'] } satisfies Partial<Window>
    expect(opening(window, '2026-12-24T12:00:00Z')).toBe('2026-12-28T00:00:00Z')
  })

  it('uses the weekday of its own time zone', () => {
    const window = { timeZone: 'Pacific/Auckland', on: ['friday'] } satisfies Partial<Window>
    expect(opening(window, '2026-07-01T00:00:00Z')).toBe('2026-07-02T12:00:00Z')
  })

  it('may last until midnight', () => {
    const window = { on: ['friday'], from: '23:55', to: '24:00' } satisfies Partial<Window>
    expect(opening(window, '2026-01-02T23:59:59Z')).toBe('2026-01-02T23:59:59Z')
    expect(opening(window, '2026-01-03T00:00:00Z')).toBe('2026-01-09T23:55:00Z')
  })

  it.each([
    // Summer time begins in Berlin on 29 March 2026, 02:00, and ends on 25 October, 03:00.
    { zone: 'Europe/Berlin', from: '2026-03-28T12:00:00Z', opens: '2026-03-29T07:00:00Z' },
    { zone: 'Europe/Berlin', from: '2026-03-27T12:00:00Z', opens: '2026-03-28T08:00:00Z' },
    { zone: 'Europe/Berlin', from: '2026-10-24T12:00:00Z', opens: '2026-10-25T08:00:00Z' },
    { zone: 'America/New_York', from: '2026-03-07T18:00:00Z', opens: '2026-03-08T13:00:00Z' },
    { zone: 'Asia/Kathmandu', from: '2026-03-07T18:00:00Z', opens: '2026-03-08T03:15:00Z' },
    { zone: 'Pacific/Kiritimati', from: '2026-03-07T20:00:00Z', opens: '2026-03-08T19:00:00Z' },
  ])('opens at nine by the clock of $zone after $from', ({ zone, from, opens }) => {
    expect(opening({ timeZone: zone, from: '09:00', to: '09:30' }, from)).toBe(opens)
  })

  it('inside the hour that summer time skips does not open that day', () => {
    const lost = { timeZone: 'Europe/Berlin', from: '02:15', to: '02:45' }
    expect(opening(lost, '2026-03-28T12:00:00Z')).toBe('2026-03-30T00:15:00Z')
    const whole = { timeZone: 'America/New_York', from: '02:00', to: '03:00' }
    expect(opening(whole, '2026-03-08T00:00:00-05:00')).toBe('2026-03-09T06:00:00Z')
  })

  it('that begins or ends in the skipped hour begins or ends at the change of the clock', () => {
    const begins = { timeZone: 'Europe/Berlin', from: '02:30', to: '04:00' }
    expect(opening(begins, '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00Z')
    const ends = { timeZone: 'America/New_York', from: '01:00', to: '02:30' }
    expect(opening(ends, '2026-03-08T06:59:59Z')).toBe('2026-03-08T06:59:59Z')
    expect(opening(ends, '2026-03-08T07:00:00Z')).toBe('2026-03-09T05:00:00Z')
  })

  it('that begins in the repeated hour begins at its first occurrence', () => {
    const twice = { timeZone: 'Europe/Berlin', from: '02:00', to: '03:00' }
    expect(opening(twice, '2026-10-24T12:00:00Z')).toBe('2026-10-25T00:00:00Z')
  })

  it('may last until the next day, and belongs to the day on which it opens', () => {
    const night = { on: ['friday'], from: '22:00', to: '04:00' } satisfies Partial<Window>
    // 2 January 2026 is a Friday.
    expect(opening(night, '2026-01-02T03:00:00Z')).toBe('2026-01-02T22:00:00Z')
    expect(opening(night, '2026-01-03T03:59:59Z')).toBe('2026-01-03T03:59:59Z')
    expect(opening(night, '2026-01-03T04:00:00Z')).toBe('2026-01-09T22:00:00Z')
    expect(opening({ ...night, to: '00:00' }, '2026-01-03T00:00:00Z')).toBe('2026-01-09T22:00:00Z')
  })

  it('that lasts until the next day ends at midnight before a holiday', () => {
    const night = { from: '22:00', to: '04:00', notOn: ['12-25'] } satisfies Partial<Window>
    expect(opening(night, '2026-12-24T23:59:59Z')).toBe('2026-12-24T23:59:59Z')
    expect(opening(night, '2026-12-25T00:00:00Z')).toBe('2026-12-26T22:00:00Z')
  })

  it('closes on the same holiday of every year, and on one of a single year', () => {
    const window = { notOn: ['12-25', '02-29', '2027-12-26'] } satisfies Partial<Window>
    expect(opening(window, '2026-12-25')).toBe('2026-12-26T00:00:00Z')
    expect(opening(window, '2027-12-25')).toBe('2027-12-27T00:00:00Z')
    expect(opening(window, '2028-02-29')).toBe('2028-03-01T00:00:00Z')
  })

  it('that ends in the hour that summer time skips ends at the change of the clock', () => {
    const night = { timeZone: 'Europe/Berlin', from: '22:00', to: '02:30' }
    expect(opening(night, '2026-03-29T00:59:59Z')).toBe('2026-03-29T00:59:59Z')
    expect(opening(night, '2026-03-29T01:00:00Z')).toBe('2026-03-29T20:00:00Z')
  })

  it('that never opens has no next opening', () => {
    const holidays = Array.from({ length: 900 }, (_, index) =>
      isoTime(plusMs(at('2026-01-01'), index * dayMs)).slice(0, 10),
    )
    expect(opening({ notOn: holidays }, '2026-01-01')).toBeUndefined()
  })

  it.each([
    { window: { timeZone: 'Mars/Olympus' }, says: /time zone such as/ },
    { window: { from: '9:00' }, says: /such as 09:30/ },
    { window: { from: '24:01' }, says: /such as 09:30/ },
    { window: { from: '09:00', to: '09:00' }, says: /must differ from `from`/ },
    { window: { from: '24:00', to: '04:00' }, says: /earlier than 24:00/ },
    { window: { notOn: ['2-30'] }, says: /or 12-25 for every year/ },
    { window: { notOn: ['02-30'] }, says: /or 12-25 for every year/ },
    { window: { notOn: everyDayOfAYear }, says: /leaves no day/ },
    { window: { on: [] }, says: /at least one weekday/ },
    { window: { notOn: ['2026-02-30'] }, says: /2026-12-25/ },
    { window: { holidays: [] }, says: /holidays/ },
  ])('is refused as $window', ({ window, says }) => {
    expect(() => Window.parse(window)).toThrow(says)
  })
})

const everyDayOfAYear = Array.from({ length: 366 }, (_, index) =>
  isoTime(plusMs(at('2028-01-01'), index * dayMs)).slice(5, 10),
)

/** The wall clock, computed in another way than in the code under test. */
function clockOf(instant: number, timeZone: string) {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    month: '2-digit',
    day: '2-digit',
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(instant)
  const part = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return {
    day: `${part('month')}-${part('day')}`,
    weekday: part('weekday').toLowerCase(),
    time: `${part('hour')}:${part('minute')}`,
  }
}

const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Havana',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Pacific/Apia',
)

const twoDigits = (number: number): string => String(number).padStart(2, '0')

describe('the next opening of any window', () => {
  it('is inside the window, not before the given time, and the first such instant', () => {
    const hour = fc.integer({ min: 0, max: 23 }).map((hour) => `${twoDigits(hour)}:00`)
    const holiday = fc
      .tuple(fc.constantFrom(1, 3, 10, 12), fc.integer({ min: 1, max: 31 }))
      .map(([month, day]) => `${twoDigits(month)}-${twoDigits(day)}`)
    const property = fc.property(
      zones,
      hour,
      hour,
      fc.subarray([...weekdays], { minLength: 1 }),
      fc.array(holiday, { maxLength: 8 }),
      fc.integer({ min: 0, max: 366 * 24 * 4 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (timeZone, from, to, on, notOn, quarter, part) => {
        if (from === to) return true
        const window = Window.parse({ timeZone, from, to, on, notOn })
        const start = plusMs(at('2026-01-01'), quarter * 15 * minuteMs)
        const next = nextOpening(window, start)
        if (next === undefined || next < start) return false
        const isOpen = (instant: number): boolean => {
          const { day, weekday, time } = clockOf(instant, timeZone)
          // The same clock a day earlier: no zone here changes its clock twice in two days.
          const before = clockOf(instant - dayMs, timeZone)
          const opensOn = (one: typeof before): boolean =>
            on.some((name) => name === one.weekday) && !notOn.includes(one.day)
          if (from < to) return opensOn({ day, weekday, time }) && time >= from && time < to
          if (time >= from) return opensOn({ day, weekday, time })
          return time < to && !notOn.includes(day) && opensOn(before)
        }
        const between = Math.floor((start + (next - start - 1) * part) / minuteMs) * minuteMs
        return isOpen(next) && (between < start || between >= next || !isOpen(between))
      },
    )
    const failure = fc.defaultReportMessage(fc.check(property, { numRuns: 800 }))
    expect(failure).toBeUndefined()
  })
})
