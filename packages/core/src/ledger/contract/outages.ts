import { expect, it } from 'vitest'
import { at } from '../../testing/ids.ts'
import { Outage } from '../../outage.ts'
import type { Write } from '../ledger.ts'
import type { LedgerUnderTest } from './ledger-under-test.ts'

export const outageCases = (on: LedgerUnderTest): void => {
  it('keeps the last outage of each provider and channel, and refuses a write from an old version', async () => {
    const slack = Outage.parse({
      provider: 'slack',
      since: at('2026-01-05T09:00:00Z'),
      why: 'HTTP 503',
      failures: 1,
      nextTryAt: at('2026-01-05T09:04:00Z'),
      version: 1,
    })
    const ses: Outage = { ...slack, provider: 'ses', isPause: true }
    expect(await on.ledger.outage('slack')).toBeUndefined()
    await on.commit({ kind: 'outage', before: undefined, after: slack })
    await on.commit({ kind: 'outage', before: undefined, after: ses })
    const ended: Outage = { ...slack, endedAt: at('2026-01-05T10:00:00Z'), version: 2 }
    await on.commit({ kind: 'outage', before: slack, after: ended })
    expect(await on.ledger.outage('slack')).toStrictEqual(ended)
    expect(await on.ledger.outage('ses')).toStrictEqual(ses)
    const channel: Outage = { ...slack, channel: '#team', isBroken: true }
    await on.commit({ kind: 'outage', before: undefined, after: channel })
    expect(await on.ledger.outage('#team')).toStrictEqual(channel)
    expect(await on.ledger.outages()).toStrictEqual(expect.arrayContaining([ended, ses, channel]))
    expect(await on.ledger.outages()).toHaveLength(3)
    const late: Write = { kind: 'outage', before: slack, after: { ...slack, version: 2 } }
    expect(await on.ledger.commit([late])).toStrictEqual({
      kind: 'lost',
      write: late,
      current: undefined,
    })
  })
}
