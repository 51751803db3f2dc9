import { MemoryLedger, plusDays, plusMs, type Entry, type EpochMs, type Notice } from '@keynag/core'
import { aFact, aKeyId, anActor, anEntry, anOrganization, aNotice, at } from '@keynag/core/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { nagNoticeId } from './nag-notice.ts'
import { lastReminder, letWait } from './nag-period.ts'

const audience = 'owner:ann@example.com'
const midnight = at('2026-04-01T00:00:00Z')
const before = plusMs(midnight, -2_000)
const now = plusMs(midnight, 1_000)
const delivery = { channel: 'email', to: 'ann@example.com', messageId: '0102-mail' }

const organization = anOrganization({
  policies: [
    {
      name: 'standard',
      mode: 'enforce',
      staleAtDay: 90,
      nag: { everyDays: 7, via: ['email'] },
      enforce: { kind: 'deactivate', atDay: 120, installationGraceDays: 7 },
    },
  ],
})

const ofAge = (days: number, n = 1): Entry =>
  anEntry({ accessKeyId: aKeyId(n), createdAt: plusDays(now, -days), audience })

describe('the last reminder to an audience', () => {
  let ledger = new MemoryLedger()
  beforeEach(() => {
    ledger = new MemoryLedger()
  })
  const write = (part: number, day: EpochMs, fields: Partial<Notice>) =>
    ledger.commit([
      {
        kind: 'notice',
        before: undefined,
        after: aNotice({ noticeId: nagNoticeId(audience, part, day), ...fields }),
      },
    ])
  const ports = () => ({
    clock: { now: () => now, sleep: () => Promise.resolve() },
    ledger,
    organization,
  })
  const last = () => lastReminder(ports(), audience, [ofAge(91)], now)

  it('is the one of this period, by the time of its first message', async () => {
    expect(await last()).toEqual({ kind: 'none' })
    const told = plusDays(now, -6)
    await write(1, told, { delivery, deliveredAt: told, continues: true })
    await write(2, told, { delivery, deliveredAt: plusMs(told, 5_000) })
    expect(await last()).toEqual({ kind: 'told', at: told })
  })

  it('goes on after midnight, where a message has left keys for a further one', async () => {
    await write(1, before, { delivery, deliveredAt: before, continues: true })
    expect(await last()).toEqual({ kind: 'goes-on' })
  })

  it('is being sent by a delivery that began before midnight', async () => {
    const lease = { holder: 'another', fence: 1, until: plusDays(now, 1) }
    await write(1, before, { lease, dueAt: lease.until })
    expect(await last()).toEqual({ kind: 'begun' })
  })

  it('is none that reached nobody or came back', async () => {
    const told = plusDays(now, -5)
    await write(1, told, { delivery, deliveredAt: told })
    await write(1, plusDays(now, -3), {
      delivery,
      deliveredAt: plusDays(now, -3),
      withdrawn: { at: plusDays(now, -3), how: 'bounce', why: 'Permanent/NoEmail' },
    })
    await write(1, plusDays(now, -2), { undeliverable: 'no way reaches anybody' })
    expect(await last()).toEqual({ kind: 'told', at: told })
  })

  it('lets all reminders wait, or none', async () => {
    const calm = ofAge(91, 1)
    const urgent = ofAge(119, 2)
    for (const after of [calm, urgent]) {
      await ledger.commit([
        { kind: 'entry', before: undefined, after, fact: aFact('found'), actor: anActor() },
      ])
    }
    const lastAt = plusDays(now, -2)
    expect(await letWait(ports(), [calm, urgent], lastAt, anActor(), now)).toBe(false)
    expect(await ledger.entry(calm.accessKeyId)).not.toHaveProperty('remindAt')
    expect(await letWait(ports(), [calm], lastAt, anActor(), now)).toBe(true)
    const until = plusDays(lastAt, 7)
    expect(await ledger.entry(calm.accessKeyId)).toMatchObject({ remindAt: until, dueAt: until })
  })
})
