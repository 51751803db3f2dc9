import type { ListedKey, ReportSlot } from '@keynag/core'
import { aKeyId, at } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { lastUsedOf } from './last-used-of.ts'

const created = at('2025-10-01T08:00:00Z')
const key: ListedKey = { accessKeyId: aKeyId(), status: 'Active', createdAt: created }
const used = { kind: 'at', at: at('2026-01-01'), service: 's3' } as const
const slot = (fields: Partial<ReportSlot> = {}): ReportSlot => ({
  slot: '1',
  active: true,
  lastRotated: created,
  lastUsed: { kind: 'never' },
  ...fields,
})

describe('the last use of a listed key, from a report without key IDs', () => {
  it('is that of the slot with the same creation second', () => {
    const other = slot({ slot: '2', lastRotated: at('2025-11-01'), lastUsed: { kind: 'never' } })
    expect(lastUsedOf(key, [other, slot({ lastUsed: used })])).toEqual(used)
    const later = { ...key, createdAt: at('2025-10-01T08:00:00.900Z') }
    expect(lastUsedOf(later, [slot({ lastUsed: used })])).toEqual(used)
  })

  it('is unknown, not never, when no slot fits', () => {
    const near = slot({ lastRotated: at('2025-10-01T08:00:01Z') })
    for (const slots of [[], [near], [slot({ lastRotated: undefined })]]) {
      expect(lastUsedOf(key, slots).kind).toBe('unknown')
    }
  })

  it('is found by status when two keys have the same creation second', () => {
    const pair = [slot({ lastUsed: used }), slot({ slot: '2', active: false })]
    expect(lastUsedOf(key, pair)).toEqual(used)
    expect(lastUsedOf({ ...key, status: 'Inactive' }, pair)).toEqual({ kind: 'never' })
  })

  it('is unknown when both slots fit and differ, and known when they agree', () => {
    const same = [slot({ lastUsed: used }), slot({ slot: '2', lastUsed: used })]
    expect(lastUsedOf(key, same)).toEqual(used)
    const differ = [slot({ lastUsed: used }), slot({ slot: '2' })]
    expect(lastUsedOf(key, differ).kind).toBe('unknown')
  })

  it('is unknown when the seconds fit but no status does', () => {
    const pair = [slot({ active: false }), slot({ slot: '2', active: false })]
    expect(lastUsedOf(key, pair).kind).toBe('unknown')
  })
})
