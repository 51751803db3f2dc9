import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at } from '../testing/index.ts'
import { dayMs, isoTime, minuteMs, plusMs } from '../time.ts'
import { nextOpening, weekdays, Window } from './window.ts'

const opening = (window: Partial<Window>, from: string): string | undefined => {
  const next = nextOpening(Window.parse(window), at(from))
  return next === undefined ? undefined : isoTime(next)
}

describe('a window', () => {
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
    { window: { from: '17:00', to: '09:00' }, says: /later than `from`/ },
    { window: { from: '09:00', to: '09:00' }, says: /later than `from`/ },
    { window: { on: [] }, says: /at least one weekday/ },
    { window: { notOn: ['2026-02-30'] }, says: /2026-12-25/ },
    { window: { holidays: [] }, says: /holidays/ },
  ])('is refused as $window', ({ window, says }) => {
    expect(() => Window.parse(window)).toThrow(says)
  })
})

/** The wall clock, computed in another way than in the code under test. */
function clockOf(instant: number, timeZone: string) {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(instant)
  const part = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return { weekday: part('weekday').toLowerCase(), time: `${part('hour')}:${part('minute')}` }
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

describe('the next opening of any window', () => {
  it('is inside the window, not before the given time, and the first such instant', () => {
    const hour = fc.integer({ min: 0, max: 23 }).map((hour) => String(hour).padStart(2, '0'))
    const property = fc.property(
      zones,
      hour,
      hour,
      fc.subarray([...weekdays], { minLength: 1 }),
      fc.integer({ min: 0, max: 366 * 24 * 4 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (timeZone, one, two, on, quarter, part) => {
        if (one === two) return true
        const [from = one, to = two] = [`${one}:00`, `${two}:00`].sort()
        const window = Window.parse({ timeZone, from, to, on })
        const start = plusMs(at('2026-01-01'), quarter * 15 * minuteMs)
        const next = nextOpening(window, start)
        if (next === undefined || next < start) return false
        const isOpen = (instant: number): boolean => {
          const { weekday, time } = clockOf(instant, timeZone)
          return on.some((day) => day === weekday) && time >= from && time < to
        }
        const between = Math.floor((start + (next - start - 1) * part) / minuteMs) * minuteMs
        return isOpen(next) && (between < start || between >= next || !isOpen(between))
      },
    )
    const failure = fc.defaultReportMessage(fc.check(property, { numRuns: 800 }))
    expect(failure).toBeUndefined()
  })
})
