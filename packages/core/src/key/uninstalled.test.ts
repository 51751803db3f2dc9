import { describe, expect, it } from 'vitest'
import { day, given, nagged } from '../testing/given.ts'
import { aFact, aKeyId, anEntry, anOwner, aPolicy, aSighting } from '../testing/index.ts'
import { rotating } from '../testing/starts-at.ts'
import { Policy } from '../policy/policy.ts'
import { presets } from '../presets/presets.ts'
import { decide } from './decide.ts'
import type { Handover } from './entry.ts'
import { keyCard } from './key-card.ts'
import { nextDeed } from './next-deed.ts'
import { replacedBy } from './uninstalled.ts'

const made = aKeyId(2)
const handover: Handover = { replacementKeyId: made, secretArn: 'arn', issuedAt: day(10) }
const never = { kind: 'never' } as const
const usedOn = (age: number) => ({ kind: 'at', at: day(age) }) as const

const seen = (age: number, fields = {}) =>
  [age, aFact('observed', { sighting: aSighting(fields) })] as const

describe('a key replaces another one', () => {
  const old = anEntry({ handover })
  const { accessKeyId } = old

  it('until a program uses it: the test by keynag is no such use', () => {
    const replaced = { accessKeyId, status: 'Active', secretArn: 'arn' }
    expect(replacedBy(made, never, [old])).toStrictEqual(replaced)
    expect(replacedBy(made, usedOn(9), [old])).toStrictEqual(replaced)
    expect(replacedBy(made, { kind: 'unknown', why: 'denied' }, [old])).toStrictEqual(replaced)
    expect(replacedBy(made, usedOn(11), [old])).toBeUndefined()
  })

  it('and not after a use from before it became the replacement anew', () => {
    const again = anEntry({ handover: { ...handover, issuedAt: day(20), firstIssuedAt: day(10) } })
    expect(replacedBy(made, usedOn(11), [again])).toBeUndefined()
    expect(replacedBy(made, usedOn(9), [again])).toBeDefined()
  })

  it('only if keynag made it', () => {
    const byOwner = anEntry({ handover: { replacementKeyId: made, issuedAt: day(10) } })
    expect(replacedBy(made, never, [byOwner])).toBeUndefined()
    expect(replacedBy(aKeyId(3), never, [old])).toBeUndefined()
  })

  it('whatever became of the other one', () => {
    const entry = { accessKeyId, secretArn: 'arn' }
    const off = anEntry({ state: 'deactivated', status: 'Inactive', handover })
    expect(replacedBy(made, never, [off])).toStrictEqual({ ...entry, status: 'Inactive' })
    const resolved = (resolution: 'deleted-by-owner' | 'deactivated-by-owner') =>
      anEntry({ state: 'resolved', resolution, status: 'Inactive', handover })
    const kept = replacedBy(made, never, [resolved('deactivated-by-owner')])
    expect(kept).toStrictEqual({ ...entry, status: 'Inactive' })
    for (const gone of [anEntry({ state: 'deleted', handover }), resolved('deleted-by-owner')]) {
      expect(replacedBy(made, never, [gone])).toStrictEqual(entry)
    }
  })

  it('without a secret to fetch, once that is retired or lost', () => {
    const retired = anEntry({ handover: { ...handover, retiredAt: day(40) } })
    const hold = { code: 'handover-gone', why: 'deleted', since: day(40) } as const
    for (const entry of [retired, anEntry({ handover, hold })]) {
      expect(replacedBy(made, never, [entry])).toStrictEqual({ accessKeyId, status: 'Active' })
    }
  })
})

describe('a replacement that nobody has installed', () => {
  const policy = aPolicy({
    enforce: rotating,
    warnFromDay: 83,
    escalation: [{ afterNags: 1, to: 'manager' }],
  })
  const replaces = { accessKeyId: aKeyId(5), status: 'Active', secretArn: 'arn' } as const
  const uninstalled = given(seen(83, { replaces }), nagged(83), nagged(90), nagged(97))

  it('gets reminders, and nothing else', () => {
    expect(nextDeed(uninstalled, [policy], day(104))).toBeUndefined()
    expect(decide(uninstalled, [policy], day(103))).toMatchObject({ kind: 'wait', until: day(104) })
    expect(decide(uninstalled, [policy], day(104))).toMatchObject({ kind: 'nag' })
    expect(keyCard(uninstalled, [policy], day(104))).toMatchObject({
      replaces,
      ahead: { kind: 'nothing' },
    })
  })

  it('is a key like any other from its first use, and nothing said before counts', () => {
    const used = given(seen(83, { replaces }), nagged(83), nagged(90), seen(92))
    expect(used).toMatchObject({ nagCount: 0, escalationLevel: 0 })
    expect(used).not.toHaveProperty('replaces')
    expect(nextDeed(used, [policy], day(97))).toMatchObject({ deed: 'rotate', isTold: false })
    expect(decide(used, [policy], day(97))).toMatchObject({ kind: 'nag' })
  })

  it('counts no reminder to replace it from before', () => {
    const warned = given(nagged(83, 'rotate'), seen(84, { replaces }))
    expect(warned).toMatchObject({ nagCount: 0 })
    expect(warned).not.toHaveProperty('warned')
  })

  it('is not asked for where the policy lets its users have no keys', () => {
    const purge = Policy.parse({ ...presets['weekly-purge'], mode: 'enforce' })
    const entry = given(seen(83, { replaces, policy: purge.name, owner: anOwner() }))
    expect(nextDeed(entry, [purge], day(90))).toMatchObject({ deed: 'deactivate' })
    expect(keyCard(entry, [purge], day(90))).not.toHaveProperty('replaces')
  })
})
