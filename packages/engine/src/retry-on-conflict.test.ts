import { MemoryLedger } from '@keynag/core'
import { aFact, aKeyId, anEntry, anOrganization, at } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { recordFact } from './record-fact.ts'
import { conflict, retryOnConflict } from './retry-on-conflict.ts'

describe('a write that loses its race', () => {
  it('is decided anew until no other writer is first', async () => {
    let tries = 0
    const written = await retryOnConflict('a key', async () => {
      tries += 1
      return tries < 3 ? conflict : 'written'
    })
    expect([written, tries]).toStrictEqual(['written', 3])
  })

  it('is reported as transient after five tries, never dropped', async () => {
    let tries = 0
    const giveUp = retryOnConflict('a key', async () => {
      tries += 1
      return conflict
    })
    await expect(giveUp).rejects.toMatchObject({
      code: 'KEYNAG_CONTENDED',
      errorClass: 'transient',
    })
    expect(tries).toBe(5)
  })

  it('passes on what the attempt throws', async () => {
    const failing = retryOnConflict('a key', () => Promise.reject(new Error('no table')))
    await expect(failing).rejects.toThrow('no table')
  })
})

describe('a fact that is recorded while others write about the same key', () => {
  const accessKeyId = aKeyId()
  const clock = { now: () => at('2026-04-01T09:00:00Z'), sleep: () => Promise.resolve() }
  const organization = anOrganization()
  const actor = { kind: 'operator', name: 'olga' } as const
  const fact = { kind: 'postponed', until: at('2026-04-02'), why: 'an incident' } as const

  /** A ledger in which another writer is first, so many times. */
  class ContendedLedger extends MemoryLedger {
    left = 0

    override async commit(writes: Parameters<MemoryLedger['commit']>[0]) {
      const before = await this.entry(accessKeyId)
      if (this.left > 0 && before !== undefined) {
        this.left -= 1
        const after = { ...before, version: before.version + 1 }
        await super.commit([{ kind: 'entry', before, after, fact: aFact('observed'), actor }])
      }
      return super.commit(writes)
    }
  }

  async function aLedger(contended = 0): Promise<MemoryLedger> {
    const ledger = new ContendedLedger()
    const after = anEntry({ accessKeyId, version: 1 })
    await ledger.commit([{ kind: 'entry', before: undefined, after, fact: aFact('found'), actor }])
    ledger.left = contended
    return ledger
  }

  it('is recorded once, on the entry as it is then', async () => {
    const ledger = await aLedger(2)
    const ports = { clock, organization, ledger }
    expect(await recordFact(ports, accessKeyId, () => fact, actor)).toBe(true)
    const kinds = (await ledger.timeline(accessKeyId)).map((record) => record.fact.kind)
    expect(kinds).toStrictEqual(['found', 'observed', 'observed', 'postponed'])
  })

  it('is an error when it cannot be recorded, so that its message comes again', async () => {
    const ports = { clock, organization, ledger: await aLedger(9) }
    const recording = recordFact(ports, accessKeyId, () => fact, actor)
    await expect(recording).rejects.toMatchObject({ errorClass: 'transient' })
  })

  it('is not recorded where it no longer applies', async () => {
    const ledger = await aLedger()
    const ports = { clock, organization, ledger }
    expect(await recordFact(ports, accessKeyId, () => undefined, actor)).toBe(false)
    expect(await recordFact(ports, aKeyId(2), () => fact, actor)).toBe(false)
    expect(await ledger.timeline(accessKeyId)).toHaveLength(1)
  })
})
