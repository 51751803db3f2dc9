import { expect, vi } from 'vitest'
import type { Entry } from '../../key/entry.ts'
import { evolve } from '../../key/evolve.ts'
import type { Fact } from '../../key/fact.ts'
import { aFact, anActor } from '../../testing/rows.ts'
import { plusMs } from '../../time.ts'
import { maxWrites, type Ledger, type Write } from '../ledger.ts'

/** Makes an empty ledger; `close` is called after the test. */
export type MakeLedger = () => Promise<{ ledger: Ledger; close?: () => Promise<void> }>

/** A new ledger for each test. */
export class LedgerUnderTest {
  readonly #make: MakeLedger
  #made: Awaited<ReturnType<MakeLedger>> | undefined

  constructor(make: MakeLedger) {
    this.#make = make
  }

  async open(): Promise<void> {
    this.#made = await this.#make()
  }

  async close(): Promise<void> {
    await this.#made?.close?.()
    this.#made = undefined
  }

  get ledger(): Ledger {
    if (this.#made === undefined) throw new Error('a ledger is open only during a test')
    return this.#made.ledger
  }

  /** Commits writes that must not lose. */
  async commit(...writes: readonly Write[]): Promise<void> {
    await commitsAll(this.ledger, writes)
  }

  /** Commits new entries, as many as there may be. */
  async given(...entries: readonly Entry[]): Promise<void> {
    for (let start = 0; start < entries.length; start += maxWrites / 2) {
      await this.commit(...entries.slice(start, start + maxWrites / 2).map(open))
    }
  }
}

const commitsAll = async (ledger: Ledger, writes: readonly Write[]): Promise<void> => {
  expect(await ledger.commit(writes)).toStrictEqual({ kind: 'committed' })
}

/** Indexes may lag, and a busy machine is slow: the test's own time-out is the limit. */
export const eventually = (check: () => Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 100_000, interval: 50 })

export const byId = (a: Entry, b: Entry): number => (a.accessKeyId < b.accessKeyId ? -1 : 1)

export const open = (entry: Entry): Write => ({
  kind: 'entry',
  before: undefined,
  after: entry,
  fact: aFact('found'),
  actor: anActor(),
})

export const change = (before: Entry, fact: Fact, now = plusMs(before.changedAt, 1_000)) => {
  const after = evolve(before, fact, now)
  const write: Write = { kind: 'entry', before, after, fact, actor: anActor() }
  return { after, write }
}

export const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
