import { entryStates } from '@keynag/core'
import { aFact, aFullEntry, aKeyId, aPolicy, at, factKinds } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { withIsoTimes } from '../../output/format.ts'
import { actorInWords, factInWords, lastUsedInWords } from './fact-words.ts'
import { renderStory } from './render-story.ts'
import { decisionInWords, storyOf } from './story.ts'

const now = at('2026-02-10T12:00:00Z')
const plain = (_: string, text: string): string => text

describe('a fact in words', () => {
  it.each([
    ['found', 'found: Active, last used never, owner ann@example.com, policy standard'],
    [
      'observed',
      'looked at again: Active, last used never, owner ann@example.com, policy standard',
    ],
    ['nagged', 'reminded the owner'],
    ['posted', 'posted in #access-keys'],
    ['nag-undelivered', 'a reminder reached nobody'],
    [
      'reminder-waits',
      'the reminder waits until 2026-01-26 09:00 at most, for the next message to its reader',
    ],
    ['escalated', 'escalated to manager, step 1'],
    ['replaced-by-owner', `the owner made the replacement ${aKeyId(900)}`],
    ['replacement-delivered', 'told the owner where the replacement is'],
    [
      'delivery-withdrawn',
      'the mail of nag/person-1/2026-01-05 came back (bounce), so it no longer counts',
    ],
    ['deactivated', 'deactivated the key'],
    ['deleted', 'deleted the key'],
    ['secret-retired', "deleted the replacement's secret from Secrets Manager"],
    ['secret-kept', "kept the replacement's secret until 2026-04-01"],
    ['resolved', 'resolved without keynag: deleted-by-owner'],
    ['held', 'held for an operator: operator'],
    ['rolled-back', 'reactivated the key, asked by olga'],
    [
      'reactivation-accepted',
      'olga accepted that the key is Active again; keynag starts from the beginning',
    ],
    ['begun-anew', 'olga let keynag start from the beginning'],
    ['released', 'released by olga'],
    ['exempted', 'exempt until 2026-06-01, approved by ciso@example.com'],
    ['snoozed', 'snoozed by ann@example.com until 2026-02-01 00:00'],
    ['postponed', 'put off until 2026-02-01 00:00'],
  ] as const)('%s: %s', (kind, what) => {
    expect(factInWords(aFact(kind)).what).toBe(what)
  })

  it.each(factKinds)('%s has the rule or the reason that the ledger has', (kind) => {
    const fact = aFact(kind)
    const reason = 'rule' in fact ? fact.rule : 'why' in fact ? fact.why : undefined
    expect(factInWords(fact).why).toBe(reason)
    expect(factInWords(fact).proof).toBe('delivery' in fact ? fact.delivery : undefined)
  })

  it('says what a reminder announced', () => {
    expect(factInWords(aFact('nagged', { announced: 'rotate' })).what).toBe(
      'reminded the owner, and announced: rotate',
    )
  })
})

describe('other words', () => {
  it('never call unknown never', () => {
    expect(lastUsedInWords({ kind: 'unknown', why: 'throttled' })).toBe('unknown: throttled')
    expect(lastUsedInWords({ kind: 'never' })).toBe('never')
    expect(lastUsedInWords({ kind: 'at', at: now, service: 's3' })).toBe('2026-02-10 (s3)')
  })

  it('name who did it', () => {
    expect(actorInWords({ kind: 'scan', date: '2026-01-05' })).toBe('scan of 2026-01-05')
    expect(actorInWords({ kind: 'operator', name: 'olga' })).toBe('operator olga')
  })

  it.each([
    [{ kind: 'wait', until: now, rule: 'r' }, 'nothing before 2026-02-10 12:00'],
    [{ kind: 'wait', until: undefined, rule: 'r' }, 'nothing by itself'],
    [{ kind: 'nag', rule: 'r' }, 'a reminder, at the next sweep'],
    [
      { kind: 'escalate', level: 1, rung: { to: 'manager' }, rule: 'r' },
      'tell manager, at the next sweep',
    ],
    [{ kind: 'enforce', step: 'deactivate', rule: 'r' }, 'deactivate the key, at the next sweep'],
    [
      { kind: 'hold', code: 'operator', why: 'r' },
      'a hold that an operator must release: operator',
    ],
  ] as const)('say of %j: %s', (decision, what) => {
    expect(decisionInWords(decision)).toStrictEqual({ what, rule: 'r' })
  })

  it('write the times of a document as ISO 8601, however deep', () => {
    expect(withIsoTimes({ dueAt: now, count: 3, deep: [{ until: now }], gone: undefined })).toEqual(
      {
        dueAt: '2026-02-10T12:00:00Z',
        count: 3,
        deep: [{ until: '2026-02-10T12:00:00Z' }],
      },
    )
  })
})

const story = (state: (typeof entryStates)[number]) => {
  const entry = aFullEntry(state)
  const timeline = factKinds.map((kind, index) => ({
    accessKeyId: entry.accessKeyId,
    version: index + 1,
    at: at('2026-01-05T09:00:00Z'),
    actor: { kind: 'delivery', event: 'key.stale', eventId: 'e-1' } as const,
    fact: aFact(kind),
  }))
  return storyOf(entry, timeline, { freeze: undefined, policies: [aPolicy()], now })
}

describe("a key's story", () => {
  it.each(entryStates)('of one that is %s names all that stops it and its replacement', (state) => {
    const text = renderStory(story(state), { width: undefined, style: plain })
    expect(text).toContain(`  state       ${state}`)
    expect(text).toContain('hold        still-in-use since 2026-01-21 09:00: s3 "quoted" ✓')
    expect(text).toContain(
      'exempt      until 2026-06-01, approved by ciso@example.com: vendor migration (SEC-12)',
    )
    expect(text).toContain('snoozed     until 2026-01-25 09:00, which is over, by ann@example.com')
    expect(text).toContain(`replaced    by ${aKeyId(901)} on 2026-01-21`)
    expect(text).toContain(
      'next        nothing by itself: the key is held (still-in-use) until an operator',
    )
  })

  it.each([40, 80])('keeps to a terminal of %i columns where words can be broken', (width) => {
    const text = renderStory(story('escalated'), { width, style: plain })
    for (const line of text.split('\n')) {
      const longestWord = Math.max(
        ...line
          .trim()
          .split(' ')
          .map((word) => word.length),
      )
      expect(line.length).toBeLessThanOrEqual(Math.max(width, 18 + longestWord))
    }
    const whole = renderStory(story('escalated'), { width: undefined, style: plain })
    expect(text.split(/\s+/)).toStrictEqual(whole.split(/\s+/))
  })

  it('lets no control characters through', () => {
    const { entry, ...rest } = story('nagging')
    const text = renderStory(
      { ...rest, entry: { ...entry, userName: 'ann\u001B[2J\u202E' } },
      { width: undefined, style: plain },
    )
    expect(text).toContain(String.raw`ann\u001b[2J\u202e`)
  })
})
