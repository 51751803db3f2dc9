import { describe, expect, it } from 'vitest'
import {
  aFact,
  aFullEntry,
  aKeyId,
  anEntry,
  anObservedKey,
  anOwner,
  aNoticeId,
  aRotationId,
  aSighting,
  at,
} from '../testing/index.ts'
import { evolve, openEntry } from './evolve.ts'
import { observed } from './observation.ts'

const now = at('2026-03-01T09:00:00Z')

describe('an entry', () => {
  it('starts with what the scan saw, and with all counts at 0', () => {
    const key = anObservedKey({ accessKeyId: aKeyId(7) })
    const sighting = aSighting({ policy: 'cis-rotation' })
    expect(openEntry(key, aFact('found', { sighting }), now)).toStrictEqual({
      state: 'nagging',
      accessKeyId: aKeyId(7),
      accountId: key.account.accountId,
      userId: key.user.userId,
      createdAt: key.createdAt,
      ...sighting,
      foundAt: now,
      nagCount: 0,
      undeliveredCount: 0,
      escalationLevel: 0,
      version: 1,
      changedAt: now,
    })
  })

  it('takes over what a later scan sees', () => {
    const sighting = aSighting({ userName: 'ann2', status: 'Inactive' })
    const after = evolve(anEntry({ nagCount: 2 }), aFact('observed', { sighting }), now)
    expect(after).toMatchObject({ ...sighting, nagCount: 2 })
  })

  it('starts anew for a new owner, who was told nothing', () => {
    const before = aFullEntry('escalated')
    const sighting = aSighting({ owner: anOwner({ id: 'b' }) })
    const after = evolve(before, aFact('observed', { sighting }), now)
    expect(after).toMatchObject({ nagCount: 0, escalationLevel: 0, undeliveredCount: 0 })
    expect(after).not.toHaveProperty('warned')
    expect(after).not.toHaveProperty('lastNaggedAt')
    expect(after).not.toHaveProperty('lastEscalatedAt')
    expect(after).not.toHaveProperty('handover.deliveredAt')
  })

  it('counts a post in a channel as no reminder, and not as a failed one', () => {
    const before = { ...aFullEntry('nagging'), undeliveredCount: 2 }
    const { version, changedAt, lastNaggedAt, ...after } = evolve(before, aFact('posted'), now)
    const { dueAt: _due, ...counts } = before
    expect({ ...counts, version, changedAt, lastNaggedAt }).toStrictEqual({
      ...after,
      version: before.version + 1,
      changedAt: now,
      lastNaggedAt: now,
    })
  })

  it.each(['nagging', 'escalated', 'issuing', 'issued', 'deactivated'] as const)(
    'starts anew where the key was off and is on again, while it is %s',
    (state) => {
      const off = aFact('observed', { sighting: aSighting({ status: 'Inactive' }) })
      const before = evolve({ ...aFullEntry(state), status: 'Active' }, off, now)
      expect(before).toHaveProperty('warned')
      const on = observed(before, aSighting({ status: 'Active' }))
      const after = evolve(before, on, now)
      expect(after).toMatchObject({ state, nagCount: 0, escalationLevel: 0 })
      for (const field of ['warned', 'deletionAnnounced', 'lastNaggedAt', 'lastEscalatedAt']) {
        expect(after).not.toHaveProperty(field)
      }
      expect(after).not.toHaveProperty('handover.deliveredAt')
      expect(observed(after, aSighting())).not.toHaveProperty('anew')
    },
  )

  it('has announced nothing once an exemption is granted', () => {
    const after = evolve(aFullEntry('issued'), aFact('exempted'), now)
    expect(after).not.toHaveProperty('warned')
    expect(after).not.toHaveProperty('handover.deliveredAt')
  })

  it('is a new object: the entry before does not change', () => {
    const before = Object.freeze(aFullEntry('escalated'))
    const copy = structuredClone(before)
    evolve(before, aFact('nagged'), now)
    expect(before).toStrictEqual(copy)
  })
})

describe('a nag', () => {
  it('counts once it was delivered', () => {
    const before = anEntry({ nagCount: 2, undeliveredCount: 2 })
    const after = evolve(before, aFact('nagged', { noticeId: aNoticeId(5) }), now)
    expect(after).toMatchObject({ nagCount: 3, undeliveredCount: 0, lastNaggedAt: now })
    expect(after.lastNoticeId).toBe(aNoticeId(5))
  })

  it('that reached nobody does not count, but the next one comes a nag period later', () => {
    const after = evolve(anEntry({ nagCount: 2 }), aFact('nag-undelivered'), now)
    expect(after).toMatchObject({ nagCount: 2, undeliveredCount: 1, lastNaggedAt: now })
    expect(after.warned).toBeUndefined()
  })

  it('is a warning of the enforcement that it announces', () => {
    const after = evolve(anEntry(), aFact('nagged', { announced: 'rotate' }), now)
    expect(after.warned).toStrictEqual({ at: now, of: 'rotate', noticeId: aNoticeId() })
  })

  it('that announces no enforcement is no warning', () => {
    expect(evolve(anEntry(), aFact('nagged'), now).warned).toBeUndefined()
  })

  it('keeps the first warning of the same enforcement', () => {
    const warned = { at: at('2026-02-01'), of: 'rotate' } as const
    const fact = aFact('nagged', { announced: 'rotate' })
    expect(evolve(anEntry({ warned }), fact, now).warned).toStrictEqual(warned)
  })

  it('binds keynag to the date that it shows, also a later one', () => {
    const first = aFact('nagged', { announced: 'rotate', notBefore: at('2026-03-08') })
    const later = aFact('nagged', { announced: 'rotate', notBefore: at('2026-03-15') })
    const after = evolve(evolve(anEntry(), first, now), later, at('2026-03-07'))
    expect(after.warned).toMatchObject({ at: now, notBefore: at('2026-03-15') })
  })

  it('that announces nothing takes an earlier warning back', () => {
    const warned = { at: at('2026-02-01'), of: 'rotate' } as const
    expect(evolve(anEntry({ warned }), aFact('nagged'), now)).not.toHaveProperty('warned')
  })

  it('that announces another enforcement begins a new grace', () => {
    const warned = { at: at('2026-02-01'), of: 'rotate' } as const
    const fact = aFact('nagged', { announced: 'delete' })
    expect(evolve(anEntry({ warned }), fact, now).warned).toMatchObject({ at: now, of: 'delete' })
  })
})

describe('a condition of a key', () => {
  it('is a hold, which stays until it is released', () => {
    const held = evolve(anEntry(), aFact('held', { code: 'two-keys', why: 'which?' }), now)
    expect(held.hold).toStrictEqual({ code: 'two-keys', why: 'which?', since: now })
    expect(evolve(held, aFact('observed'), now).hold).toStrictEqual(held.hold)
    expect(evolve(held, aFact('released'), now)).not.toHaveProperty('hold')
  })

  it('is a hold for an unreachable owner, whose release resets the count of failures', () => {
    const unreachable = anEntry({ undeliveredCount: 3 })
    const held = evolve(unreachable, aFact('held', { code: 'owner-unreachable' }), now)
    expect(evolve(held, aFact('released'), now).undeliveredCount).toBe(0)
  })

  it('is an exemption, which removes the warning before it', () => {
    const warned = { at: at('2026-02-01'), of: 'rotate' } as const
    const after = evolve(anEntry({ warned }), aFact('exempted'), now)
    expect(after.exemption).toStrictEqual({
      until: at('2026-06-01'),
      approver: 'ciso@example.com',
      why: 'vendor migration',
    })
    expect(after.warned).toBeUndefined()
  })

  it('is a hold that a person decides on, which stays until then, also when the key is resolved', () => {
    const resolved = aFact('resolved', { how: 'deactivated-by-owner' })
    const leftOpen = aFact('resolved', { how: 'no-longer-in-policy', open: aRotationId() })
    for (const code of ['rolled-back', 'reactivated', 'operator'] as const) {
      const hold = { code, why: 'the export failed', since: at('2026-02-01') }
      expect(evolve(anEntry({ hold }), resolved, now).hold).toStrictEqual(hold)
      expect(evolve(anEntry({ hold }), leftOpen, now).hold).toStrictEqual(hold)
    }
    const hold = { code: 'two-keys', why: 'which?', since: at('2026-02-01') } as const
    expect(evolve(anEntry({ hold }), resolved, now)).not.toHaveProperty('hold')
  })

  it('is a snooze or a postponement, each with its end', () => {
    const until = at('2026-04-01')
    expect(evolve(anEntry(), aFact('snoozed', { until, by: 'ann' }), now).snooze).toStrictEqual({
      until,
      by: 'ann',
    })
    const postponed = evolve(anEntry(), aFact('postponed', { until, why: 'cap' }), now).postponed
    expect(postponed).toStrictEqual({ until, why: 'cap' })
  })

  it('stays the same when the entry is rescheduled; the policy then sets dueAt', () => {
    const before = aFullEntry('nagging')
    const { dueAt: _, ...rest } = before
    const after = evolve(before, aFact('rescheduled'), now)
    expect(after).toStrictEqual({ ...rest, version: before.version + 1, changedAt: now })
  })
})

describe('a rotation', () => {
  it('is recorded step by step', () => {
    const rotationId = aRotationId(3)
    const opened = evolve(anEntry(), aFact('rotation-opened', { rotationId }), now)
    expect(opened).toMatchObject({ state: 'issuing', rotationId })
    const issued = evolve(opened, aFact('replacement-issued', { rotationId }), now)
    expect(issued.handover).toStrictEqual({
      replacementKeyId: aKeyId(900),
      secretArn: aFact('replacement-issued').secretArn,
      issuedAt: now,
      retireAt: at('2026-03-01'),
    })
    const later = at('2026-03-01T09:05:00Z')
    const deactivatesAt = at('2026-03-08T09:05:00Z')
    const delivered = evolve(issued, aFact('replacement-delivered', { deactivatesAt }), later)
    expect(delivered.handover).toMatchObject({ deliveredAt: later, notBefore: deactivatesAt })
    const deactivated = evolve(delivered, aFact('deactivated', { rotationId }), later)
    expect(deactivated).toMatchObject({
      state: 'deactivated',
      status: 'Inactive',
      rotationId,
      deactivatedAt: later,
      handover: { deliveredAt: later },
    })
    const deleted = evolve(deactivated, aFact('deleted', { rotationId }), now)
    expect(deleted).toMatchObject({ state: 'deleted', deactivatedAt: later, deletedAt: now })
  })

  it('by the owner has no secret that keynag must retire', () => {
    const after = evolve(anEntry({ state: 'issuing' }), aFact('replaced-by-owner'), now)
    expect(after.handover).toStrictEqual({ replacementKeyId: aKeyId(900), issuedAt: now })
  })

  it('that adopts the key of an earlier rotation keeps its secret, and the owner is told again', () => {
    const handover = {
      replacementKeyId: aKeyId(900),
      secretArn: 'arn:s',
      issuedAt: at('2026-01-01'),
      deliveredAt: at('2026-01-01'),
      notBefore: at('2026-01-08'),
      retireAt: at('2026-02-01'),
    }
    const fact = aFact('replaced-by-owner', { firstIssuedAt: handover.issuedAt })
    const after = evolve(anEntry({ state: 'issuing', handover }), fact, now)
    const { deliveredAt: _deliveredAt, notBefore: _notBefore, ...kept } = handover
    expect(after.handover).toStrictEqual({
      ...kept,
      issuedAt: now,
      firstIssuedAt: handover.issuedAt,
    })
  })

  it('that is open when its key is resolved stays in the entry until it is abandoned', () => {
    const open = aRotationId()
    const resolved = evolve(anEntry({ state: 'issued' }), aFact('resolved', { open }), now)
    expect(resolved).toMatchObject({ state: 'resolved', rotationId: open })
    const given = evolve(resolved, aFact('rotation-abandoned'), now)
    expect(given.state).toBe('resolved')
    expect(given).not.toHaveProperty('rotationId')
  })

  it('that was abandoned is no longer in the entry', () => {
    const after = evolve(anEntry({ state: 'issuing' }), aFact('rotation-abandoned'), now)
    expect(after).not.toHaveProperty('rotationId')
  })

  it('records that its secret is kept or retired', () => {
    const issued = aFullEntry('deactivated')
    const kept = evolve(issued, aFact('secret-kept'), now)
    expect(kept.handover?.retireAt).toBe(at('2026-04-01'))
    expect(evolve(kept, aFact('secret-retired'), now).handover?.retiredAt).toBe(now)
    expect(() => evolve(anEntry(), aFact('secret-retired'), now)).toThrow(/no replacement/)
  })
})

describe('a reopened key', () => {
  it('starts anew, without its former warning, counts, level and snooze', () => {
    const before = { ...aFullEntry('resolved') }
    const after = evolve(before, aFact('reopened'), now)
    expect(after).toMatchObject({
      state: 'nagging',
      nagCount: 0,
      undeliveredCount: 0,
      escalationLevel: 0,
      foundAt: now,
    })
    for (const field of [
      'warned',
      'lastNaggedAt',
      'lastEscalatedAt',
      'snooze',
      'resolution',
      'resolvedAt',
    ]) {
      expect(after).not.toHaveProperty(field)
    }
  })

  it('of an account that came back keeps a date only if its owner is the one who read it', () => {
    const shown = { deed: 'rotate', date: now, noticeId: aNoticeId() } as const
    const closed = { ...aFullEntry('resolved'), shown, resolution: 'account-closed' as const }
    const { owner } = closed
    const by = (one: typeof owner) => aFact('reopened', { sighting: aSighting({ owner: one }) })
    expect(evolve(closed, by(owner), now).shown).toStrictEqual(shown)
    expect(evolve(closed, by(anOwner({ id: 'bob@example.com' })), now)).not.toHaveProperty('shown')
  })

  it('keeps its hold and its exemption, which people decided', () => {
    const before = aFullEntry('resolved')
    const after = evolve(before, aFact('reopened'), now)
    expect(after).toMatchObject({ hold: before.hold, exemption: before.exemption })
  })
})
