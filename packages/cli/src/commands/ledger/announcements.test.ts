import type { Fact, FactRecord } from '@keynag/core'
import { aFact, aKeyId, aNoticeId, anOwner, aSighting, at } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { announcementsOf } from './announcements.ts'

const date = at('2026-02-01T09:00:00Z')
const warning = aFact('nagged', { announced: 'delete', notBefore: date, noticeId: aNoticeId(1) })

const timelineOf = (...facts: readonly Fact[]): readonly FactRecord[] =>
  facts.map((fact, index) => ({
    accessKeyId: aKeyId(),
    version: index + 1,
    at: at(`2026-01-0${index + 1}T09:00:00Z`),
    actor: { kind: 'scan', date: '2026-01-01' },
    fact,
  }))

describe('what was announced for a key', () => {
  it('says to whom, when, by which channel and for which date', () => {
    expect(announcementsOf(timelineOf(aFact('found'), aFact('nagged'), warning))).toStrictEqual([
      {
        at: at('2026-01-03T09:00:00Z'),
        deed: 'deactivate',
        date,
        noticeId: aNoticeId(1),
        delivery: warning.delivery,
      },
    ])
  })

  it.each<readonly [Fact, string]>([
    [aFact('called-off'), 'taken back: the key is held (still-in-use)'],
    [aFact('called-off', { movedTo: date }), 'moved to 2026-02-01 09:00'],
    [aFact('delivery-withdrawn', { noticeId: aNoticeId(1) }), 'the mail came back (bounce)'],
    [aFact('exempted'), 'exempted by ciso@example.com'],
    [aFact('released'), 'a hold was released by olga'],
    [aFact('nagged'), 'a reminder announced nothing'],
    [aFact('deactivated'), 'done'],
    [aFact('resolved'), 'resolved: deleted-by-owner'],
    [
      aFact('observed', { sighting: aSighting({ owner: anOwner({ id: 'bob' }) }) }),
      'another owner',
    ],
  ])('says what ended it: %o', (fact, words) => {
    const [announcement] = announcementsOf(timelineOf(aFact('found'), warning, fact))
    expect(announcement?.end?.what).toContain(words)
  })

  it('stands when another mail comes back, or the same owner is seen', () => {
    const other = aFact('delivery-withdrawn', { noticeId: aNoticeId(9) })
    const [announcement] = announcementsOf(timelineOf(warning, other, aFact('observed')))
    expect(announcement).not.toHaveProperty('end')
  })

  it('is the replacement and the deletion too', () => {
    const told = aFact('deactivation-delivered')
    const all = announcementsOf(
      timelineOf(aFact('replacement-delivered'), aFact('deactivated'), told),
    )
    expect(all.map(({ deed, end }) => [deed, end?.what])).toStrictEqual([
      ['deactivate', 'done'],
      ['delete', undefined],
    ])
  })
})
