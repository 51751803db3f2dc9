import { describe, expect, it } from 'vitest'
import {
  ago,
  enforcement,
  key,
  never,
  newId,
  newKey,
  oldId,
  otherId,
  secretArn,
  stepOf,
  stored,
  unknown,
  usedAt,
} from '../testing/next-step.ts'
import { anEntry } from '../testing/rows.ts'
import { dayMs, hourMs, minuteMs } from '../time.ts'
import type { LastUsed } from './access-key.ts'
import type { SecretVersion } from './rotation-step.ts'

const issuedAt = ago(7 * dayMs)
const handover = { replacementKeyId: newId, secretArn, issuedAt, retireAt: ago(-dayMs) }
const entry = anEntry({ state: 'issued', accessKeyId: oldId, handover })
const deactivatedAt = ago(9 * dayMs)
const gone = { kind: 'gone', why: 'it is scheduled for deletion' } as const
const inVault = { kind: 'key', newKeyId: newId } as const

const lastUsed = (replacement?: LastUsed) => [
  [oldId, never] as const,
  ...(replacement === undefined ? [] : [[newId, replacement] as const]),
]

describe.each([
  { deed: 'deactivate', phase: { kind: 'replaced', newKeyId: newId }, old: key() },
  {
    deed: 'delete',
    phase: { kind: 'deactivated', newKeyId: newId, deactivatedAt },
    old: key({ status: 'Inactive' }),
  },
] as const)('before the $deed of a replaced key, $phase.kind', ({ deed, phase, old }) => {
  const given = { entry, phase, keys: [old, newKey()] }

  it('looks whether the owner can fetch the replacement', () => {
    expect(stepOf({ ...given, lastUsed: lastUsed() })).toMatchObject({
      at: { kind: 'offered-secret', secretArn },
    })
    expect(stepOf({ ...given, lastUsed: lastUsed(), offered: inVault }).kind).toBe(deed)
  })

  it.each<SecretVersion>([gone, { kind: 'absent' }, { kind: 'key', newKeyId: otherId }])(
    'holds the key while nobody has the replacement, and the secret shows $kind',
    (offered) => {
      expect(stepOf({ ...given, lastUsed: lastUsed(), offered })).toMatchObject({
        at: { kind: 'last-used', accessKeyId: newId },
      })
      // Before the issue, keynag itself has tested the new key.
      for (const replacement of [never, unknown, usedAt(issuedAt)]) {
        const seen = { ...given, lastUsed: lastUsed(replacement), offered }
        expect(stepOf(seen)).toMatchObject({ at: { kind: 'fetched', secretArn } })
        expect(stepOf({ ...seen, isFetched: true }).kind).toBe(deed)
        expect(stepOf({ ...seen, isFetched: false })).toMatchObject({
          kind: 'hold',
          code: 'handover-gone',
        })
      }
      const inUse = lastUsed(usedAt(ago(dayMs)))
      expect(stepOf({ ...given, lastUsed: inUse, offered }).kind).toBe(deed)
    },
  )

  it('asks nothing where keynag has retired the secret, or the owner made the replacement', () => {
    const { secretArn: _, ...byOwner } = handover
    for (const done of [{ ...handover, retiredAt: ago(dayMs) }, byOwner]) {
      const settled = anEntry({ state: 'issued', accessKeyId: oldId, handover: done })
      expect(stepOf({ ...given, entry: settled, lastUsed: lastUsed() }).kind).toBe(deed)
    }
  })
})

it('does not ask for a secret whose key was deleted, once an operator has accepted that', () => {
  const givenUp = { ...entry, handover: { ...handover, isGivenUp: true as const } }
  const phase = { kind: 'deactivated', newKeyId: newId, deactivatedAt } as const
  const keys = [key({ status: 'Inactive' })]
  const given = { phase, keys, lastUsed: lastUsed() }
  expect(stepOf({ ...given, entry })).toMatchObject({ code: 'replacement-gone' })
  expect(stepOf({ ...given, entry: givenUp }).kind).toBe('delete')
})

describe('a replacement from before a rollback', () => {
  const given = { entry, phase: { kind: 'opened' }, keys: [key(), newKey()] } as const

  it('is taken again only while its owner can fetch it', () => {
    expect(stepOf({ ...given, offered: inVault }).kind).toBe('adopt-owners')
    const seen = { ...given, offered: gone, lastUsed: lastUsed(never), isFetched: false }
    expect(stepOf(seen)).toMatchObject({
      kind: 'hold',
      code: 'handover-gone',
    })
  })
})

const inAttempt = (attempt: number) =>
  ({ phase: { kind: 'prepared', secretArn, attempt }, keys: [key()] }) as const

describe('the empty hand-over secret', () => {
  it('is looked at before a key is made', () => {
    expect(stepOf(inAttempt(1))).toMatchObject({
      at: { kind: 'stored-secret', secretArn, attempt: 1 },
    })
  })

  it('is made anew where it is gone before the first key, and held after a lost key', () => {
    expect(stepOf({ ...inAttempt(1), stored: gone }).kind).toBe('prepare-anew')
    for (const attempt of [2, 3]) {
      expect(stepOf({ ...inAttempt(attempt), stored: gone })).toMatchObject({
        kind: 'hold',
        code: 'handover-gone',
      })
    }
  })
})

describe('a new key that was stored and not issued', () => {
  const given = { phase: stored(ago(hourMs)), keys: [key(), newKey()] } as const

  it.each<SecretVersion>([gone, { kind: 'absent' }, { kind: 'key', newKeyId: otherId }])(
    'is undone where its secret shows $kind, unless it was used',
    (version) => {
      const seen = { ...given, stored: version }
      expect(stepOf({ ...seen, lastUsed: lastUsed(never) })).toMatchObject({
        kind: 'deactivate-orphan',
        orphanKeyId: newId,
        recovery: 'orphan-off',
      })
      expect(stepOf({ ...seen, lastUsed: lastUsed(usedAt(ago(minuteMs))) })).toMatchObject({
        kind: 'hold',
        code: 'orphan-unproven',
      })
    },
  )
})

describe('a policy that deactivates keys in use', () => {
  const enforce = enforcement({
    kind: 'rotate',
    atDay: 90,
    whenInUse: 'proceed',
    inUseDays: 3,
    recoveryGraceDays: 7,
  })
  const phase = { kind: 'replaced', newKeyId: newId } as const
  const given = { entry, phase, enforce, keys: [key(), newKey()], offered: inVault }
  const inUse = usedAt(ago(2 * dayMs))

  it.each([
    { use: 'in use', old: inUse },
    { use: 'of unknown use', old: unknown },
  ])('asks whether the owner has the replacement of a key $use', ({ old }) => {
    const seen = (replacement: LastUsed) => ({
      ...given,
      lastUsed: [[oldId, old] as const, [newId, replacement] as const],
    })
    expect(stepOf({ ...seen(never), isFetched: false })).toMatchObject({
      kind: 'hold',
      code: 'replacement-not-fetched',
    })
    expect(stepOf({ ...seen(never), isFetched: true }).kind).toBe('deactivate')
    expect(stepOf(seen(usedAt(ago(hourMs)))).kind).toBe('deactivate')
  })

  it('asks for a fetch since the new key was made: it may have been offered before', () => {
    const since = newKey().createdAt
    const lastUsed = [[oldId, inUse] as const, [newId, never] as const]
    expect(stepOf({ ...given, lastUsed })).toMatchObject({ at: { kind: 'fetched', since } })
  })

  it('is not stopped by silence about a quiet key', () => {
    for (const quiet of [never, usedAt(ago(3 * dayMs))]) {
      expect(stepOf({ ...given, lastUsed: [[oldId, quiet]] }).kind).toBe('deactivate')
    }
  })
})
