import { describe, expect, it } from 'vitest'
import { aFact, aFullEntry, aKeyId, anEntry, aNoticeId, aRotation, at } from '../testing/index.ts'
import { entryStates } from './entry.ts'
import { evolve } from './evolve.ts'
import { HoldCode } from './fact.ts'
import { decideRollback, isUndone, releaseFact } from './rollback.ts'
import type { Rotation, RotationPhase } from './rotation.ts'

const deactivatedAt = at('2026-03-01T09:00:00Z')
const graceEnds = at('2026-03-08T09:00:00Z')
const entry = anEntry({
  state: 'deactivated',
  deactivatedAt,
  deletionAnnounced: { at: deactivatedAt, notBefore: graceEnds, noticeId: aNoticeId(5) },
})

const inPhase = (phase: RotationPhase, fields: Partial<Rotation> = {}) =>
  aRotation({ accessKeyId: entry.accessKeyId, phase, ...fields })
const deleting = { kind: 'deleting', deactivatedAt, intendedAt: graceEnds } as const

const why = (...args: Parameters<typeof decideRollback>): string => {
  const decision = decideRollback(...args)
  return decision.kind === 'refused' ? decision.why : decision.kind
}

describe('a rollback', () => {
  it('is possible until the deletion is intended, however long that has been due', () => {
    expect(why(entry, inPhase({ kind: 'deactivated', deactivatedAt }))).toBe('go')
    expect(why(entry, undefined)).toBe('go')
  })

  it.each(entryStates.filter((state) => state !== 'deactivated' && state !== 'deleted'))(
    'is refused while the key is %s, because keynag has not deactivated it',
    (state) => {
      expect(why(aFullEntry(state), undefined)).toBe(
        `keynag has not deactivated it: it is ${state}`,
      )
    },
  )

  it('is refused for a key that was deleted', () => {
    expect(why(aFullEntry('deleted'), undefined)).toMatch(/^keynag deleted/)
  })

  it('is refused once a deletion has begun, also when it was begun before', () => {
    expect(why(entry, inPhase(deleting))).toBe('its deletion has begun')
    const begun = evolve(entry, aFact('held', { code: 'rolled-back' }), graceEnds)
    expect(why(begun, inPhase(deleting))).toBe('its deletion has begun')
  })

  it('is possible when the deletion is of another key, or the rotation is closed', () => {
    const another = inPhase(deleting, { accessKeyId: aKeyId(77) })
    expect(why(entry, another)).toBe('go')
    const closed = inPhase({ kind: 'closed', outcome: 'deactivated' })
    expect(why(entry, closed)).toBe('go')
  })

  it('starts the key anew, Active and held', () => {
    const before = aFullEntry('deactivated')
    const { hold: _, ...unheld } = before
    const after = evolve(unheld, aFact('rolled-back'), graceEnds)
    expect(after).toMatchObject({
      state: 'nagging',
      status: 'Active',
      nagCount: 0,
      escalationLevel: 0,
      handover: before.handover,
      hold: { code: 'rolled-back', why: 'olga: the nightly export failed', since: graceEnds },
    })
    for (const field of ['warned', 'lastNaggedAt', 'postponed', 'deactivatedAt', 'rotationId']) {
      expect(after).not.toHaveProperty(field)
    }
  })

  it('keeps the hold that recorded its intent', () => {
    const begun = evolve(
      entry,
      aFact('held', { code: 'rolled-back', why: 'olga: outage' }),
      deactivatedAt,
    )
    const after = evolve(begun, aFact('rolled-back', { by: 'scan' }), graceEnds)
    expect(after.hold).toStrictEqual({
      code: 'rolled-back',
      why: 'olga: outage',
      since: deactivatedAt,
    })
  })
})

const held = (state: (typeof entryStates)[number], code: HoldCode) =>
  evolve(aFullEntry(state), aFact('held', { code }), graceEnds)

const withoutReplacement = ['replacement-gone', 'handover-gone', 'replacement-not-fetched'] as const

describe('the release of a hold', () => {
  const by = { by: 'olga', why: 'settled' }

  it('accepts the reactivation of a key that keynag had deactivated', () => {
    const before = held('deactivated', 'reactivated')
    const fact = releaseFact(before, by)
    expect(fact).toStrictEqual({ kind: 'reactivation-accepted', ...by })
    const after = evolve(before, fact ?? aFact('released'), graceEnds)
    expect(after).toMatchObject({ state: 'nagging', status: 'Active', nagCount: 0 })
    for (const field of ['hold', 'warned', 'lastNaggedAt', 'deactivatedAt', 'postponed']) {
      expect(after).not.toHaveProperty(field)
    }
  })

  it('ends the story of a key that its owner has switched off again', () => {
    const seen = aFact('held', { code: 'reactivated', status: 'Inactive' })
    const before = evolve(aFullEntry('deactivated'), seen, graceEnds)
    const fact = releaseFact(before, by)
    expect(fact).toMatchObject({ kind: 'resolved', how: 'deactivated-by-owner', released: by })
    const after = evolve(before, fact ?? aFact('released'), graceEnds)
    expect(after).toMatchObject({ state: 'resolved', status: 'Inactive' })
    expect(after).not.toHaveProperty('hold')
  })

  it.each(withoutReplacement)('of code %s starts the key anew', (code) => {
    const before = held('issued', code)
    const fact = releaseFact(before, by)
    expect(fact).toStrictEqual({ kind: 'begun-anew', ...by })
    const after = evolve(before, fact ?? aFact('released'), graceEnds)
    expect(after).toMatchObject({ state: 'nagging', nagCount: 0, handover: before.handover })
    for (const field of ['hold', 'warned', 'lastNaggedAt', 'rotationId', 'postponed']) {
      expect(after).not.toHaveProperty(field)
    }
  })

  it.each(
    entryStates.flatMap((state) =>
      HoldCode.options
        .filter((code) => state !== 'deactivated' || code !== 'reactivated')
        .filter((code) => state !== 'issued' || !withoutReplacement.some((each) => each === code))
        .map((code) => ({ state, code })),
    ),
  )('of code $code while $state changes nothing else', ({ state, code }) => {
    expect(releaseFact(held(state, code), by)).toStrictEqual({
      kind: 'released',
      ...by,
      anew: true,
    })
  })

  it('of a deactivated key goes on without its replacement, after another announcement', () => {
    const before = {
      ...held('deactivated', 'replacement-gone'),
      lastUsed: { kind: 'never' } as const,
    }
    const after = evolve(before, releaseFact(before, by) ?? aFact('released'), graceEnds)
    expect(after).toMatchObject({ state: 'deactivated', handover: { isGivenUp: true } })
    expect(after).not.toHaveProperty('deletionAnnounced')
    const other = held('deactivated', 'use-unknown')
    expect(evolve(other, aFact('released'), graceEnds)).not.toHaveProperty('handover.isGivenUp')
  })

  it('is no fact if the key is not held', () => {
    expect(releaseFact(entry, by)).toBeUndefined()
  })
})

describe('a rotation', () => {
  it.each(['deactivated', 'deleting'] as const)(
    'in phase %s is over once its key is nagging or escalated again',
    (kind) => {
      const rotation = inPhase(kind === 'deleting' ? deleting : { kind, deactivatedAt })
      for (const state of entryStates) {
        const isBack = state === 'nagging' || state === 'escalated'
        expect(isUndone(rotation, aFullEntry(state))).toBe(isBack)
      }
    },
  )

  it('that has not deactivated its key yet is not over', () => {
    const before = inPhase({ kind: 'deactivating', intendedAt: deactivatedAt })
    expect(isUndone(before, aFullEntry('nagging'))).toBe(false)
  })
})
