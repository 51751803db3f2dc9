/* oxlint-disable no-restricted-globals -- these tests compare with Date */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  civilFromDays,
  dayMs,
  daysBetween,
  daysFromCivil,
  epochMs,
  isoDay,
  isoTime,
  parseIso,
  plusDays,
} from './time.ts'

const instant = fc
  .integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2200, 0, 1) })
  .map((ms) => epochMs(ms))
const failureOf = <T>(property: fc.IProperty<T>): string | undefined =>
  fc.defaultReportMessage(fc.check(property, { numRuns: 2_000 }))

describe('time', () => {
  it('is formatted as Date formats it, to the second', () => {
    const same = fc.property(
      instant,
      (at) =>
        isoTime(at) === new Date(Math.floor(at / 1_000) * 1_000).toISOString().replace('.000', ''),
    )
    expect(failureOf(same)).toBeUndefined()
  })

  it('is parsed as Date parses it, to the millisecond', () => {
    const same = fc.property(instant, (at) => parseIso(new Date(at).toISOString()) === at)
    expect(failureOf(same)).toBeUndefined()
  })

  it('is parsed exactly for each millisecond of a second', () => {
    for (let ms = 0; ms < 1_000; ms += 1) {
      const text = `2026-01-01T00:00:00.${String(ms).padStart(3, '0')}Z`
      expect(parseIso(text)).toBe(new Date(text).getTime())
    }
  })

  it('converts days to dates and back as Date does', () => {
    const same = fc.property(fc.integer({ min: -200_000, max: 200_000 }), (days) => {
      const date = new Date(days * dayMs)
      const civil = {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
      }
      return (
        JSON.stringify(civilFromDays(days)) === JSON.stringify(civil) &&
        daysFromCivil(civil) === days
      )
    })
    expect(failureOf(same)).toBeUndefined()
  })

  it.each([
    ['2026-11-21', '2026-11-21T00:00:00Z'],
    ['2026-11-21T09:00:00+02:00', '2026-11-21T07:00:00Z'],
    ['2026-11-21T09:00:00-0330', '2026-11-21T12:30:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
  ])('%s is parsed as %s', (text, utc) => {
    const at = parseIso(text)
    expect(at === undefined ? undefined : isoTime(at)).toBe(utc)
  })

  it.each([
    '',
    'N/A',
    'no_information',
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-11-31',
    '2026-11-21T24:00:00Z',
    '2026-11-21T09:60:00Z',
    '2026-11-21T09:00:00',
    '2026-11-21 09:00:00Z',
    '2026-11-21T09:00:00Z ',
    '21.11.2026',
    '2026-11-21T09:00:00+99:00',
  ])('"%s" is refused', (text) => {
    expect(parseIso(text)).toBeUndefined()
  })

  it('counts whole days', () => {
    const start = epochMs(0)
    expect(daysBetween(start, epochMs(dayMs - 1))).toBe(0)
    expect(daysBetween(start, epochMs(dayMs))).toBe(1)
    expect(plusDays(start, 0.5)).toBe(dayMs / 2)
    expect(isoDay(epochMs(-1))).toBe('1969-12-31')
  })
})
