import { type Entry, evolve, type Fact, type FactRecord, plusDays } from '@keynag/core'
import { aFact, anActor, anEntry, aNoticeId, at } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { brokenIn } from './ledger-invariants.ts'

const now = at('2026-03-01')
const warned = aFact('nagged', { announced: 'delete', noticeId: aNoticeId(1) })

/** A key and its story, as keynag writes them. */
function lived(...facts: readonly Fact[]) {
  let entry: Entry = anEntry()
  const timeline: FactRecord[] = []
  for (const fact of [aFact('found'), ...facts]) {
    if (fact.kind !== 'found') entry = evolve(entry, fact, now)
    const { accessKeyId, version } = entry
    timeline.push({ accessKeyId, version, at: now, actor: anActor(), fact })
  }
  return { entry, timeline }
}

describe('what the doctor finds in a story', () => {
  it('is nothing where all was as it should be', () => {
    const { entry, timeline } = lived(warned, aFact('deactivated'), aFact('deleted'))
    expect(brokenIn(entry, timeline)).toEqual([])
  })

  it('is a fact that is missing, between others and at the end', () => {
    const { entry, timeline } = lived(warned, warned)
    expect(brokenIn(entry, timeline.toSpliced(1, 1))).toEqual([
      'I10 (only declared transitions): fact 2 is missing',
    ])
    expect(brokenIn(entry, timeline.slice(0, -1))).toEqual([
      'I10 (only declared transitions): the entry has version 3, and its last fact has 2',
    ])
  })

  it('is a step that there is not, and a deletion without a deactivation', () => {
    const { entry, timeline } = lived(warned, warned)
    const forged = timeline.map((record) =>
      record.version === 3 ? { ...record, fact: aFact('deleted') } : record,
    )
    expect(brokenIn(entry, forged)).toEqual([
      'I10 (only declared transitions): "deleted" (fact 3) while nagging',
      'I5 (a key is deleted only after the full recovery grace): deleted without a deactivation',
    ])
  })

  it('is a deactivation that nobody was warned of', () => {
    const nobody =
      'I14 (no deactivation without a warning that was delivered in time): deactivated without a delivered warning'
    const toldNothing = lived(aFact('nagged', { announced: 'none' }), aFact('deactivated'))
    expect(brokenIn(toldNothing.entry, toldNothing.timeline)).toEqual([nobody])
    const back = aFact('delivery-withdrawn', { noticeId: aNoticeId(1) })
    const cameBack = lived(warned, back, aFact('deactivated'))
    expect(brokenIn(cameBack.entry, cameBack.timeline)).toEqual([nobody])
    const later = lived(warned, aFact('deactivated'), back)
    expect(brokenIn(later.entry, later.timeline)).toEqual([])
  })

  it('is a deletion whose date no delivered message named', () => {
    const untold =
      'I14 (no deactivation without a warning that was delivered in time): deleted without a delivered message that named the date'
    const dated = aFact('nagged', { announced: 'delete', noticeId: aNoticeId(1), notBefore: now })
    const told = aFact('deactivation-delivered', { noticeId: aNoticeId(2), deletesAt: now })
    const back = aFact('delivery-withdrawn', { noticeId: aNoticeId(2) })
    const found = (...facts: readonly Fact[]) => {
      const { entry, timeline } = lived(dated, aFact('deactivated'), ...facts, aFact('deleted'))
      return brokenIn(entry, timeline)
    }
    expect(found(told)).toEqual([])
    expect(found()).toEqual([untold])
    expect(found(told, back)).toEqual([untold])
    expect(found(told, aFact('held'), aFact('released'))).toEqual([untold])
    const tooSoon = aFact('deactivation-delivered', { deletesAt: plusDays(now, 1) })
    expect(found(tooSoon)).toEqual([untold])
  })
})
