import { describe, expect, it } from 'vitest'
import {
  ago,
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
  {
    deed: 'delete',
    phase: { kind: 'deleting', newKeyId: newId, deactivatedAt, intendedAt: ago(minuteMs) },
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
        expect(stepOf({ ...given, lastUsed: lastUsed(replacement), offered })).toMatchObject({
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

it('does not ask for a secret whose key was deleted', () => {
  const phase = { kind: 'deactivated', newKeyId: newId, deactivatedAt } as const
  const keys = [key({ status: 'Inactive' })]
  expect(stepOf({ entry, phase, keys, lastUsed: lastUsed() }).kind).toBe('delete')
})

describe('a replacement from before a rollback', () => {
  const given = { entry, phase: { kind: 'opened' }, keys: [key(), newKey()] } as const

  it('is taken again only while its owner can fetch it', () => {
    expect(stepOf({ ...given, offered: inVault }).kind).toBe('adopt-owners')
    expect(stepOf({ ...given, offered: gone, lastUsed: lastUsed(never) })).toMatchObject({
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
