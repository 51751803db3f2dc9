import { describe, expect, it } from 'vitest'
import { afterFailedSend, afterSend, isDown, isOngoingOutage, whileTrying } from './outage.ts'
import { at } from './testing/ids.ts'
import { minuteMs, plusMs } from './time.ts'

const now = at('2026-01-05T09:00:00Z')
const opened = afterFailedSend(undefined, 'slack', { why: 'HTTP 503' }, now)

describe('an outage of a provider', () => {
  it('begins with the first message that fails, and lasts however long nobody tries', () => {
    expect(isDown(opened, at('2026-01-09'))).toBe(true)
    expect(opened).toMatchObject({ since: now, failures: 1, nextTryAt: plusMs(now, 4 * minuteMs) })
  })

  it('lets one message try, and the others wait for its result', () => {
    const later = plusMs(now, 5 * minuteMs)
    expect(whileTrying(opened, later).nextTryAt).toBeGreaterThan(plusMs(later, 5 * minuteMs))
  })

  it('goes on with each failure, and ends with a delivery', () => {
    const later = plusMs(now, 5 * minuteMs)
    const again = afterFailedSend(opened, 'slack', { why: 'HTTP 500' }, later)
    expect(again).toMatchObject({ since: now, failures: 2, why: 'HTTP 500' })
    const ended = afterSend(again, later)
    expect([isDown(ended, later), isOngoingOutage(ended)]).toEqual([false, false])
    expect(afterFailedSend(ended, 'slack', { why: 'HTTP 503' }, later)).toMatchObject({
      since: later,
      failures: 1,
    })
  })

  it('is a pause that ends by itself where the provider only asks to slow down', () => {
    const pause = afterFailedSend(undefined, 'slack', { why: 'slow down', pauseMs: 30_000 }, now)
    expect(isDown(pause, plusMs(now, 29_999))).toBe(true)
    expect(isDown(pause, plusMs(now, 30_000))).toBe(false)
  })

  it('is no pause any more when one pause follows another and nothing is delivered', () => {
    const slow = { why: 'slow down', pauseMs: 1_000 }
    let outage = afterFailedSend(undefined, 'ses', slow, now)
    for (let failures = 2; failures <= 4; failures += 1) {
      outage = afterFailedSend(outage, 'ses', slow, plusMs(now, failures * minuteMs))
    }
    expect(isDown(outage, at('2026-01-09'))).toBe(true)
  })

  it('is one pause for all messages that were on their way when it began', () => {
    const slow = { why: 'slow down', pauseMs: 30_000 }
    let outage = afterFailedSend(undefined, 'slack', slow, now)
    for (let others = 0; others < 5; others += 1) {
      outage = afterFailedSend(outage, 'slack', { ...slow, pauseMs: 29_000 }, now)
    }
    expect(outage).toMatchObject({ failures: 1, nextTryAt: plusMs(now, 30_000) })
    expect(isDown(outage, plusMs(now, 30_000))).toBe(false)
  })

  it('respects a provider that asks for a long time', () => {
    const hour = 60 * minuteMs
    let outage = opened
    outage = afterFailedSend(outage, 'slack', { why: 'slow down', pauseMs: hour }, now)
    outage = afterFailedSend(outage, 'slack', { why: 'slow down', pauseMs: hour }, now)
    outage = afterFailedSend(outage, 'slack', { why: 'slow down', pauseMs: hour }, now)
    expect(outage.nextTryAt).toBe(plusMs(now, hour))
  })
})
