import { hourMs, plusDays, plusMs, propagationMs, type Entry, type ListedKey } from '@keynag/core'
import { aKeyId, anAccount, anEntry, anOrganization, at, aUser } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import type { Candidate } from './candidates.ts'
import { observe } from './observe.ts'

const now = at('2026-01-05T05:00:00Z')
const createdAt = plusDays(now, -100)
const organization = anOrganization({
  policies: [{ name: 'standard', mode: 'enforce', staleAtDay: 90 }],
})
const [policy] = organization.policies
const tagged = aUser({ tags: { owner: 'ann@example.com' } })

const listed = (fields: Partial<ListedKey> = {}): ListedKey => ({
  accessKeyId: aKeyId(),
  status: 'Active',
  createdAt,
  ...fields,
})

const seen = (
  keys: readonly ListedKey[],
  known: readonly Entry[] = [],
  fields: Partial<Candidate> = {},
) => {
  const slots = keys.map((key, index) => ({
    slot: index === 0 ? ('1' as const) : ('2' as const),
    active: key.status === 'Active',
    lastRotated: key.createdAt,
    lastUsed: { kind: 'never' } as const,
  }))
  const candidate: Candidate = { user: tagged, policy, slots, known, ...fields }
  return observe(candidate, keys, { account: anAccount(), organization, now })
}

const facts = (...input: Parameters<typeof seen>): readonly unknown[] =>
  seen(...input).map(({ fact }) => fact)

/** An entry as an earlier scan left it. */
const entry = anEntry({ createdAt })

describe('a key that is as it was', () => {
  it('is no news when the ledger returns the fields of its owner in another order', () => {
    const [found] = seen([listed()])
    if (found === undefined) throw new Error('the key is not found')
    const { id, ...rest } = found.after.owner
    expect(facts([listed()], [{ ...found.after, owner: { ...rest, id } }])).toEqual([])
  })
})

describe('a key that the ledger does not know', () => {
  it('is found when it is old enough, and due at once', () => {
    const [change] = seen([listed()])
    expect(change).toMatchObject({
      before: undefined,
      fact: { kind: 'found' },
      after: { state: 'nagging', foundAt: now, dueAt: now, owner: { email: 'ann@example.com' } },
    })
  })

  it('is found by its age from ListAccessKeys, to the millisecond', () => {
    expect(facts([listed({ createdAt: plusDays(now, -90) })])).toHaveLength(1)
    expect(facts([listed({ createdAt: plusMs(plusDays(now, -90), 1) })])).toEqual([])
  })

  it('is ignored when it is not Active or under no policy', () => {
    expect(facts([listed({ status: 'Inactive' })])).toEqual([])
    expect(facts([listed({ status: 'Expired' })])).toEqual([])
    expect(facts([listed()], [], { policy: undefined })).toEqual([])
  })
})

describe('a key that the ledger knows', () => {
  it('is not written again when nothing has changed', () => {
    expect(facts([listed()], [entry])).toEqual([])
  })

  it('is written again when its last use moved by a day, and not by an hour', () => {
    const used = (ms: number) => [{ ...slotOf(plusMs(now, -ms)) }]
    const before = anEntry({ createdAt, lastUsed: { kind: 'at', at: plusDays(now, -2) } })
    expect(facts([listed()], [before], { slots: used(47 * hourMs) })).toEqual([])
    expect(facts([listed()], [before], { slots: used(24 * hourMs) })).toMatchObject([
      { kind: 'observed' },
    ])
  })

  it('keeps its known last use when the report has none', () => {
    const before = anEntry({ createdAt, lastUsed: { kind: 'at', at: plusDays(now, -2) } })
    expect(facts([listed()], [before], { slots: [] })).toEqual([])
  })

  it.each(['nagging', 'escalated'] as const)(
    'is resolved when its owner acted while it was %s',
    (state) => {
      const before = anEntry({ state, createdAt })
      expect(facts([], [before])).toEqual([{ kind: 'resolved', how: 'deleted-by-owner' }])
      expect(facts([listed({ status: 'Inactive' })], [before])).toEqual([
        { kind: 'resolved', how: 'deactivated-by-owner', status: 'Inactive' },
      ])
      expect(facts([listed()], [before], { policy: undefined })).toEqual([
        { kind: 'resolved', how: 'no-longer-in-policy', status: 'Active' },
      ])
    },
  )

  it.each(['issuing', 'issued', 'deactivated'] as const)(
    'is left to the rotator while it is there, and resolved when it is gone, while %s',
    (state) => {
      const before = anEntry({ state, createdAt, status: 'Inactive' })
      expect(facts([listed({ status: 'Inactive' })], [before], { policy: undefined })).toEqual([])
      expect(facts([], [before])).toEqual([{ kind: 'resolved', how: 'deleted-by-owner' }])
    },
  )

  it('has its true status when it is resolved, and after that', () => {
    const before = anEntry({ createdAt })
    const [off] = seen([listed({ status: 'Inactive' })], [before])
    expect(off?.after).toMatchObject({ state: 'resolved', status: 'Inactive' })
    const young = anEntry({
      state: 'resolved',
      resolution: 'deactivated-by-owner',
      createdAt: plusDays(now, -2),
      status: 'Inactive',
    })
    const [on] = seen([listed({ createdAt: plusDays(now, -2) })], [young])
    expect(on).toMatchObject({
      fact: { kind: 'observed' },
      after: { state: 'resolved', status: 'Active' },
    })
  })

  it('is recorded as deleted, also after its owner had deactivated it', () => {
    const off = anEntry({ state: 'resolved', resolution: 'deactivated-by-owner', createdAt })
    expect(facts([], [off])).toEqual([{ kind: 'resolved', how: 'deleted-by-owner' }])
    expect(facts([], [anEntry({ ...off, resolution: 'deleted-by-owner' })])).toEqual([])
  })

  it('is reopened when it is Active again after it was resolved', () => {
    const before = anEntry({
      state: 'resolved',
      resolution: 'deactivated-by-owner',
      createdAt,
      status: 'Inactive',
    })
    expect(facts([listed()], [before])).toMatchObject([{ kind: 'reopened' }])
    expect(facts([listed({ status: 'Inactive' })], [before])).toEqual([])
  })

  it('has the rollback recorded that a dead process left, once the key is Active', () => {
    const deactivated = anEntry({ state: 'deactivated', createdAt, status: 'Inactive' })
    const hold = { code: 'rolled-back', why: 'olga: outage', since: plusDays(now, -1) } as const
    const before = { ...deactivated, hold }
    const [change] = seen([listed()], [before])
    expect(change).toMatchObject({
      fact: { kind: 'rolled-back', by: 'scan' },
      after: { state: 'nagging', status: 'Active', hold },
    })
    expect(facts([listed({ status: 'Inactive' })], [before])).not.toMatchObject([
      { kind: 'rolled-back' },
    ])
    const after = change?.after
    expect(facts([listed()], after === undefined ? [] : [after])).toEqual([])
  })

  it('is held once when it is Active again after keynag deactivated it', () => {
    const deactivated = (ms: number, fields: object = {}) =>
      anEntry({ state: 'deactivated', createdAt, deactivatedAt: plusMs(now, -ms), ...fields })
    expect(facts([listed()], [deactivated(propagationMs)])).toMatchObject([
      { kind: 'held', code: 'reactivated' },
    ])
    const held = { hold: { code: 'reactivated', why: 'seen before', since: now } } as const
    expect(
      seen([listed()], [deactivated(hourMs, held)]).map(({ fact }) => fact.kind),
    ).not.toContain('held')
  })

  it('is not held while the list may be older than the deactivation', () => {
    const before = anEntry({
      state: 'deactivated',
      createdAt,
      deactivatedAt: plusMs(now, 1 - propagationMs),
    })
    expect(facts([listed()], [before])).toEqual([])
  })

  it('is seen as a replacement to install until a program uses it', () => {
    const issuedAt = plusDays(createdAt, 1)
    const handover = { replacementKeyId: aKeyId(), secretArn: 'arn', issuedAt }
    const old = anEntry({ accessKeyId: aKeyId(2), createdAt: plusDays(createdAt, -90), handover })
    const both = [listed(), listed({ accessKeyId: aKeyId(2), createdAt: old.createdAt })]
    const slots = (used: Candidate['slots'][number]['lastUsed']) => [
      { ...slotOf(now), lastUsed: used },
    ]
    const tested = { kind: 'at', at: createdAt } as const
    const [found] = seen(both, [old], { slots: slots(tested) })
    const replaces = { accessKeyId: aKeyId(2), status: 'Active', secretArn: 'arn' }
    expect(found?.after).toMatchObject({ accessKeyId: aKeyId(), replaces })
    const known = found === undefined ? [] : [old, found.after]
    expect(facts(both, known, { slots: slots(tested) })).toEqual([])
    const [used] = seen(both, known, { slots: slots({ kind: 'at', at: plusDays(now, -1) }) })
    expect(used?.fact.kind).toBe('observed')
    expect(used?.after).not.toHaveProperty('replaces')
  })

  it('is left alone when it was deleted', () => {
    expect(facts([listed()], [anEntry({ state: 'deleted', createdAt })])).toEqual([])
  })
})

const slotOf = (usedAt: typeof now): Candidate['slots'][number] => ({
  slot: '1',
  active: true,
  lastRotated: createdAt,
  lastUsed: { kind: 'at', at: usedAt },
})
