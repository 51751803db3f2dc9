import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { anAccount, anObservedKey, aUser, factKinds } from '../testing/index.ts'
import { Entry } from './entry.ts'
import { evolve, openEntry } from './evolve.ts'
import { FactRecord } from './fact.ts'

/**
 * The facts and entries that the demo of each release recorded. They are never edited: every later
 * release must compute the same entry from the same facts.
 */
const root = new URL('../../fixtures/histories/', import.meta.url)
const History = z.object({ entry: Entry, facts: z.array(FactRecord).min(1) })
type History = z.infer<typeof History>

const releases = readdirSync(root).map((release) => ({
  release,
  histories: readdirSync(new URL(`${release}/`, root)).map((file) =>
    History.parse(JSON.parse(readFileSync(new URL(`${release}/${file}`, root), 'utf8'))),
  ),
}))

function replayed({ entry, facts: [first, ...others] }: History): Entry {
  if (first?.fact.kind !== 'found') throw new Error(`${entry.accessKeyId} was not found first`)
  const { accessKeyId, accountId, userId, createdAt } = entry
  const key = anObservedKey({
    accessKeyId,
    createdAt,
    account: anAccount({ accountId }),
    user: aUser({ userId }),
  })
  return others.reduce(
    (before, { fact, at }) => evolve(before, fact, at),
    openEntry(key, first.fact, first.at),
  )
}

/** `dueAt` depends on the present policy, not on the facts. */
const withoutDue = ({ dueAt: _due, ...rest }: Entry): Omit<Entry, 'dueAt'> => rest

describe.each(releases)('ledgers of $release', ({ histories }) => {
  it.each(histories.map((history) => ({ key: history.entry.accessKeyId, history })))(
    'still lead to the same entry: $key',
    ({ history }) => {
      expect(withoutDue(replayed(history))).toStrictEqual(withoutDue(history.entry))
      expect(history.facts.map(({ version }) => version)).toStrictEqual(
        history.facts.map((_, index) => index + 1),
      )
    },
  )
})

it('the newest release recorded every kind of fact, except those that it did not know or cause', () => {
  const { histories = [] } = releases.at(-1) ?? {}
  const recorded = new Set(histories.flatMap(({ facts }) => facts.map(({ fact }) => fact.kind)))
  const missing = factKinds.filter((kind) => !recorded.has(kind))
  expect(missing).toStrictEqual([
    'posted',
    'reminder-waits',
    'rotation-abandoned',
    'date-read',
    'called-off',
    'deactivation-delivered',
    'snoozed',
    'account-unread',
    'account-read',
  ])
})
