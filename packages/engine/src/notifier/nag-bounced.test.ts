import {
  evolve,
  makeEvent,
  MemoryLedger,
  plusDays,
  type Committed,
  type Entry,
  type Write,
} from '@keynag/core'
import {
  aFact,
  aKeyId,
  anActor,
  aKnownAccount,
  anEntry,
  anOrganization,
  at,
} from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { withdraw } from '../bounces/withdraw.ts'
import type { Ports } from '../ports.ts'
import { nag } from './nag.ts'

const inTime = { remainingMs: () => 300_000 }
const now = at('2026-01-12T09:00:00Z')
const messageId = '0102-mail'
const organization = anOrganization({
  policies: [
    {
      name: 'standard',
      mode: 'enforce',
      staleAtDay: 90,
      nag: { everyDays: 7, via: ['email'] },
      enforce: { kind: 'deactivate', atDay: 90, installationGraceDays: 7 },
    },
  ],
})
const telemetry = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  count: () => undefined,
}
const clock = { now: () => now, sleep: () => Promise.resolve() }
const bounce = JSON.stringify({
  eventType: 'Bounce',
  bounce: { bounceType: 'Permanent', bounceSubType: 'NoEmail', bouncedRecipients: [] },
  mail: { messageId, timestamp: '2026-01-12T09:00:00.000Z' },
})

/** Does something before a commit of the notifier's, by its number. */
class Interrupted extends MemoryLedger {
  #commits = 0
  readonly #before: (commits: number) => Promise<void>

  constructor(before: (commits: number) => Promise<void>) {
    super()
    this.#before = before
  }

  override async commit(writes: readonly Write[]): Promise<Committed> {
    if (writes.some((write) => write.kind === 'notice')) {
      this.#commits += 1
      await this.#before(this.#commits)
    }
    return super.commit(writes)
  }
}

/** A reminder about one key; `before` happens before each commit that has to do with the notice. */
async function remind(before: (commits: number, ledger: MemoryLedger) => Promise<void>) {
  const ledger: Interrupted = new Interrupted((commits) => before(commits, ledger))
  const entry = anEntry({ createdAt: plusDays(now, -100) })
  await ledger.commit([
    { kind: 'entry', before: undefined, after: entry, fact: aFact('found'), actor: anActor() },
    { kind: 'account', before: undefined, after: aKnownAccount({ readAt: now }) },
  ])
  const ports: Parameters<typeof nag>[0] = {
    clock,
    ids: { uuid: () => 'id' },
    ledger,
    organization,
    source: 'keynag/test',
    messenger: {
      send: (message) =>
        Promise.resolve({
          kind: 'delivered',
          delivery: { channel: 'email', to: 'ann@example.com', messageId },
          named: message.kind === 'nag' ? message.keys.map((key) => key.accessKeyId) : [],
        }),
    },
  }
  const { accessKeyId, audience } = entry
  const origin = { source: 'keynag/test', now, newId: () => 'event' }
  const event = makeEvent('key.stale', audience, { accessKeyId, audience }, origin)
  await nag(ports)(event, inTime)
  return ledger
}

const bounced = (ledger: Ports['ledger']) =>
  withdraw({ clock, ledger, organization, telemetry })(bounce, 'sqs-1')

async function change(ledger: MemoryLedger): Promise<void> {
  const before = await ledger.entry(aKeyId())
  if (before === undefined) throw new Error('the key is gone')
  const fact = aFact('observed')
  await ledger.commit([
    { kind: 'entry', before, after: evolve(before, fact, now), fact, actor: anActor() },
  ])
}

const known = async (ledger: MemoryLedger): Promise<Entry | undefined> => ledger.entry(aKeyId())

describe('a reminder whose mail bounces', () => {
  it('is counted with its notice and its mail, in one commit', async () => {
    const before: unknown[] = []
    const ledger = await remind(async (_commits, open) => {
      before.push(await open.sentMail(messageId), (await known(open))?.nagCount)
    })
    // At the claim, and at the one commit after it.
    expect(before).toEqual([undefined, 0, undefined, 0])
    expect(await known(ledger)).toMatchObject({ nagCount: 1, warned: { of: 'deactivate' } })
    expect(await ledger.sentMail(messageId)).toMatchObject({ to: 'ann@example.com' })
    await bounced(ledger)
    expect(await known(ledger)).toMatchObject({ nagCount: 0, undeliveredCount: 1 })
  })

  it('before the reminder is counted, never counts', async () => {
    const ledger = await remind(async (commits, open) => {
      // The key changes under the first try, so that notice and key are written one by one.
      if (commits === 2) await change(open)
      if (commits === 4) await bounced(open)
    })
    const entry = await known(ledger)
    expect(entry).toMatchObject({ nagCount: 0, undeliveredCount: 1 })
    expect(entry).not.toHaveProperty('warned')
    const story = (await ledger.timeline(aKeyId())).map(({ fact }) => fact.kind)
    expect(story).toEqual(['found', 'observed', 'nag-undelivered'])
  })
})
