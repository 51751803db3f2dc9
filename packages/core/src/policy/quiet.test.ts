import { assert, constantFrom, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at } from '../testing/index.ts'
import { dayMs, epochMs, hourMs, isoTime, minuteMs } from '../time.ts'
import { endOfQuiet, Quiet } from './quiet.ts'

const quiet = (fields: object) => Quiet.parse(fields)
const until = (fields: object, time: string, zone?: string): string =>
  isoTime(endOfQuiet(quiet(fields), at(time), zone))

const nights = { timeZone: 'Europe/Berlin', from: '18:00', to: '08:00' }
const weekends = { days: ['saturday', 'sunday'] }

describe('the quiet time of a policy', () => {
  it('ends in the morning, by the clock of its zone', () => {
    expect(until(nights, '2026-01-05T16:59:59Z')).toBe('2026-01-05T16:59:59Z')
    expect(until(nights, '2026-01-05T17:00:00Z')).toBe('2026-01-06T07:00:00Z')
    expect(until(nights, '2026-01-06T03:00:00Z')).toBe('2026-01-06T07:00:00Z')
    expect(until(nights, '2026-07-06T03:00:00Z')).toBe('2026-07-06T06:00:00Z')
  })

  it('counts by the own zone of the reader', () => {
    expect(until(nights, '2026-01-06T12:00:00Z', 'America/New_York')).toBe('2026-01-06T13:00:00Z')
  })

  it('lasts over quiet days and holidays, and then until the morning', () => {
    const fields = { ...nights, ...weekends, holidays: ['12-25', '2026-12-28'] }
    expect(until(fields, '2026-12-24T20:00:00Z')).toBe('2026-12-29T07:00:00Z')
  })

  it('is at noon where a policy says so', () => {
    const noon = { from: '12:00', to: '13:00' }
    expect(until(noon, '2026-01-05T12:30:00Z')).toBe('2026-01-05T13:00:00Z')
    expect(until(noon, '2026-01-05T13:00:00Z')).toBe('2026-01-05T13:00:00Z')
  })

  it.each([
    [{ from: '18:00' }, 'quiet hours need `from` and `to`'],
    [{ from: '18:00', to: '18:00' }, 'must differ from `from`; name whole days in `days`'],
    [{ from: '18:00', to: '17:59' }, 'leaves less than an hour a day in which keynag may write'],
    [
      {
        days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
      },
      'leaves no day on which keynag may write',
    ],
  ])('is refused: %j', (fields, sentence) => {
    const result = Quiet.safeParse(fields)
    expect(result.error?.issues.map(({ message }) => message)).toContain(sentence)
  })

  it('always ends, never before the message was due, and stays over once it is', () => {
    const zone = constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe')
    const minutes = integer({ min: 0, max: 365 * 24 * 60 })
    assert(
      property(zone, minutes, (timeZone, minute) => {
        const policy = quiet({ ...nights, ...weekends, timeZone })
        const due = epochMs(at('2026-01-01T00:00:00Z') + minute * minuteMs)
        const end = endOfQuiet(policy, due)
        expect(end).toBeGreaterThanOrEqual(due)
        expect(end - due).toBeLessThanOrEqual(3 * dayMs + hourMs)
        expect(endOfQuiet(policy, end)).toBe(end)
      }),
      { numRuns: 300 },
    )
  })
})
