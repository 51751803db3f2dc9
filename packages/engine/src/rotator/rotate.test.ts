import { makeEvent, MemoryLedger, permanent, type Write } from '@keynag/core'
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
import { rotate } from './rotate.ts'

const now = at('2026-03-10T09:00:00Z')
const organization = anOrganization({
  policies: [
    {
      name: 'standard',
      mode: 'enforce',
      staleAtDay: 90,
      nag: { everyDays: 7, via: ['email'] },
      enforce: { kind: 'rotate', atDay: 90, installationGraceDays: 7, recoveryGraceDays: 7 },
    },
  ],
})
const never = (): never => {
  throw new Error('the rotator does not call this')
}

/** A ledger in which, once it is contended, another writer is always first. */
class ContendedLedger extends MemoryLedger {
  isContended = false

  override async commit(writes: readonly Write[]) {
    const before = await this.entry(aKeyId())
    if (this.isContended && before !== undefined) {
      const after = { ...before, version: before.version + 1 }
      const fact = aFact('observed')
      await super.commit([{ kind: 'entry', before, after, fact, actor: anActor() }])
    }
    return super.commit(writes)
  }
}

const refuse = (): never => {
  throw permanent('KEYNAG_ROLE_UNREACHABLE', 'the account does not let keynag in')
}

/** A warned key in an account whose reader role refuses keynag. */
async function anUnreachableAccount() {
  const ledger = new ContendedLedger()
  const warned = { at: at('2026-01-05T09:00:01Z'), of: 'rotate' } as const
  const after = anEntry({ nagCount: 3, warned })
  await ledger.commit([
    { kind: 'entry', before: undefined, after, fact: aFact('found'), actor: anActor() },
    { kind: 'account', before: undefined, after: aKnownAccount({ readAt: now }) },
  ])
  let ids = 0
  const ports: Parameters<typeof rotate>[0] = {
    clock: { now: () => now, sleep: () => Promise.resolve() },
    ids: { uuid: () => `id-${(ids += 1)}` },
    ledger,
    organization,
    source: 'keynag/test',
    telemetry: {
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
      count: () => undefined,
    },
    iam: {
      user: refuse,
      userInFull: refuse,
      credentialReport: never,
      users: never,
      accessKeys: never,
      lastUsed: never,
      hasKey: never,
      makerOf: never,
      deactivatedBy: never,
      lastCallOn: never,
      hasFetched: never,
    },
    mutations: { create: never, deactivate: never, reactivate: never, delete: never },
    handovers: {
      prepare: never,
      store: never,
      stored: never,
      offered: never,
      test: never,
      promote: never,
      retire: never,
    },
  }
  const origin = { source: 'keynag/test', now, newId: () => 'event' }
  const event = makeEvent('rotation.due', aKeyId(), { accessKeyId: aKeyId() }, origin)
  const deliver = () => rotate(ports)(event, { remainingMs: () => 300_000 })
  return { ledger, deliver }
}

describe('an account that keynag cannot reach', () => {
  it('postpones the key for a day, and the message is parked with the reason', async () => {
    const { ledger, deliver } = await anUnreachableAccount()
    await expect(deliver()).rejects.toMatchObject({
      code: 'KEYNAG_ROLE_UNREACHABLE',
      errorClass: 'permanent',
    })
    expect((await ledger.entry(aKeyId()))?.postponed?.why).toContain('KEYNAG_ROLE_UNREACHABLE')
  })

  it('makes one dead letter where two messages at a time meet it', async () => {
    const { deliver } = await anUnreachableAccount()
    const both = await Promise.allSettled([deliver(), deliver()])
    expect(both.map(({ status }) => status).toSorted()).toStrictEqual(['fulfilled', 'rejected'])
  })

  it('brings the message again when the postponement cannot be recorded', async () => {
    const { ledger, deliver } = await anUnreachableAccount()
    ledger.isContended = true
    await expect(deliver()).rejects.toMatchObject({
      code: 'KEYNAG_CONTENDED',
      errorClass: 'transient',
    })
  })
})
