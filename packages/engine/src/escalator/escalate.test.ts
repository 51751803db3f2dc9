import { makeEvent, MemoryLedger, plusDays, type EpochMs } from '@keynag/core'
import { aFact, aKnownAccount, anActor, anEntry, anOrganization, at } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { escalate } from './escalate.ts'

const now = at('2026-04-01T09:00:00Z')
const organization = anOrganization({
  policies: [
    {
      name: 'standard',
      mode: 'notify',
      staleAtDay: 90,
      nag: { everyDays: 7 },
      escalation: [{ afterNags: 2, to: 'security' }],
    },
  ],
})

/** What becomes of a key whose owner did not answer two reminders, in an account read at this time. */
async function afterTwoReminders(readAt: EpochMs) {
  const ledger = new MemoryLedger()
  const entry = anEntry({
    createdAt: plusDays(now, -120),
    nagCount: 2,
    lastNaggedAt: plusDays(now, -7),
  })
  await ledger.commit([
    { kind: 'entry', before: undefined, after: entry, fact: aFact('found'), actor: anActor() },
    { kind: 'account', before: undefined, after: aKnownAccount({ readAt }) },
  ])
  const source = 'keynag/test'
  let ids = 0
  const uuid = (): string => `id-${(ids += 1)}`
  const clock = { now: () => now, sleep: () => Promise.resolve() }
  const { accessKeyId } = entry
  const origin = { source, now, newId: uuid }
  const event = makeEvent('nags.unanswered', accessKeyId, { accessKeyId }, origin)
  const outcome = await escalate({ clock, ids: { uuid }, ledger, organization, source })(event)
  return { outcome, state: (await ledger.entry(accessKeyId))?.state }
}

describe('an owner who does not answer', () => {
  it('has the key escalated', async () => {
    const { outcome, state } = await afterTwoReminders(plusDays(now, -1))
    expect([outcome.kind, state]).toStrictEqual(['next', 'escalated'])
  })

  it('has nobody told of it while the account is unread', async () => {
    const { outcome, state } = await afterTwoReminders(plusDays(now, -3))
    expect([outcome.kind, state]).toStrictEqual(['done', 'nagging'])
  })
})
