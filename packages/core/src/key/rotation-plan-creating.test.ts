import { describe, expect, it } from 'vitest'
import { aRotationId, at } from '../testing/ids.ts'
import {
  ago,
  creating,
  key,
  never,
  newId,
  newKey,
  now,
  oldId,
  secretArn,
  settledMs,
  stepOf,
  stored,
  unknown,
  usedAt,
} from '../testing/next-step.ts'
import { anEntry } from '../testing/rows.ts'
import { hourMs, minuteMs, plusMs } from '../time.ts'
import { sessionNameOf } from './rotation.ts'
import { propagationMs, trailLagMs, type Maker } from './rotation-step.ts'

describe.each([
  { phase: { kind: 'opened' }, go: { kind: 'prepare', recovery: 'preflight-again' } },
  {
    phase: { kind: 'prepared', secretArn, attempt: 2 },
    go: { kind: 'create', secretArn, attempt: 2 },
  },
] as const)('before creating, $phase.kind', ({ phase, go }) => {
  it('takes the next step with one Active key', () => {
    expect(stepOf({ phase, keys: [key()], stored: { kind: 'absent' } })).toStrictEqual(go)
  })

  it('resolves a key that its owner deleted or deactivated', () => {
    expect(stepOf({ phase, keys: [] })).toStrictEqual({ kind: 'resolve', how: 'deleted-by-owner' })
    for (const status of ['Inactive', 'Expired'] as const) {
      expect(stepOf({ phase, keys: [key({ status })] })).toStrictEqual({
        kind: 'resolve',
        how: 'deactivated-by-owner',
        status,
      })
    }
  })

  it('adopts a newer key that the owner made and uses', () => {
    const keys = [key(), newKey()]
    expect(stepOf({ phase, keys })).toStrictEqual({
      kind: 'look',
      at: { kind: 'last-used', accessKeyId: newId },
    })
    const used = [[newId, usedAt(ago(hourMs))]] as const
    expect(stepOf({ phase, keys, lastUsed: used })).toStrictEqual({
      kind: 'adopt-owners',
      newKeyId: newId,
    })
  })

  it('adopts a replacement that was issued before a roll-back', () => {
    const handover = { replacementKeyId: newId, issuedAt: ago(hourMs) }
    const entry = anEntry({ accessKeyId: oldId, handover })
    expect(stepOf({ phase, entry, keys: [key(), newKey()] })).toStrictEqual({
      kind: 'adopt-owners',
      newKeyId: newId,
    })
    const isOff = [key(), newKey({ status: 'Inactive' })]
    expect(stepOf({ phase, entry, keys: isOff })).toMatchObject({ kind: 'hold', code: 'two-keys' })
  })

  it.each([
    { second: 'newer, never used', other: newKey(), used: never },
    { second: 'newer, use unknown', other: newKey(), used: unknown },
    { second: 'newer, Inactive', other: newKey({ status: 'Inactive' }), used: usedAt(now) },
    { second: 'newer, Expired', other: newKey({ status: 'Expired' }), used: usedAt(now) },
    { second: 'older', other: newKey({ createdAt: at('2025-01-01') }), used: usedAt(now) },
    {
      second: 'of the same time',
      other: newKey({ createdAt: key().createdAt }),
      used: usedAt(now),
    },
  ])('holds a user with a second key ($second)', ({ other, used }) => {
    const step = stepOf({ phase, keys: [other, key()], lastUsed: [[newId, used]] })
    expect(step).toMatchObject({ kind: 'hold', code: 'two-keys' })
  })
})

describe('after a create that may have been lost', () => {
  const absent = { kind: 'absent' } as const
  const long = creating(ago(settledMs))
  const orphan = newKey({ createdAt: ago(settledMs) })
  const ours: Maker = {
    kind: 'session',
    sessionName: sessionNameOf({ rotationId: aRotationId(), attempt: 1 }),
  }

  it('reads the secret, and adopts a key that is stored there', () => {
    const keys = [key(), orphan]
    expect(stepOf({ phase: long, keys })).toMatchObject({ at: { kind: 'stored-secret' } })
    const stored = { kind: 'key', newKeyId: newId } as const
    expect(stepOf({ phase: long, keys, stored })).toStrictEqual({
      kind: 'adopt-stored',
      secretArn,
      newKeyId: newId,
      attempt: 1,
      recovery: 'stored-adopted',
    })
  })

  it("waits until IAM's lists can be trusted", () => {
    const phase = creating(ago(settledMs - 1))
    expect(stepOf({ phase, keys: [key()], stored: absent })).toMatchObject({
      kind: 'wait',
      until: plusMs(now, 1),
    })
  })

  it('creates again when the create made no key', () => {
    expect(stepOf({ phase: long, keys: [key()], stored: absent })).toStrictEqual({
      kind: 'retry-create',
      secretArn,
      attempt: 2,
      recovery: 'create-again',
    })
  })

  it('undoes an orphan that this rotation made and nobody used', () => {
    const given = { phase: long, keys: [key(), orphan], stored: absent }
    expect(stepOf(given)).toMatchObject({ at: { kind: 'maker', accessKeyId: newId } })
    const makers = [[newId, ours]] as const
    expect(stepOf({ ...given, makers })).toMatchObject({
      at: { kind: 'last-used', accessKeyId: newId },
    })
    expect(stepOf({ ...given, makers, lastUsed: [[newId, never]] })).toStrictEqual({
      kind: 'deactivate-orphan',
      orphanKeyId: newId,
      secretArn,
      attempt: 1,
      recovery: 'orphan-off',
    })
  })

  it('waits for CloudTrail to name the maker, and holds when it does not', () => {
    const makers = [[newId, { kind: 'not-found' }]] as const
    const keys = [key(), orphan]
    expect(stepOf({ phase: long, keys, stored: absent, makers }).kind).toBe('wait')
    const phase = creating(ago(trailLagMs))
    expect(stepOf({ phase, keys, stored: absent, makers })).toMatchObject({
      kind: 'hold',
      code: 'orphan-unproven',
    })
  })

  it.each([
    { lacking: 'somebody else made it', maker: { kind: 'other', who: 'ann' }, used: never },
    {
      lacking: 'another rotation made it',
      maker: {
        kind: 'session',
        sessionName: sessionNameOf({ rotationId: aRotationId(2), attempt: 1 }),
      },
      used: never,
    },
    {
      lacking: 'a rotation whose name ours begins made it',
      maker: { kind: 'session', sessionName: `keynag-${aRotationId()}0-1` },
      used: never,
    },
    { lacking: 'it has been used', maker: ours, used: usedAt(ago(minuteMs)) },
    { lacking: 'nobody can tell whether it was used', maker: ours, used: unknown },
    {
      lacking: 'it is older than the intent',
      maker: ours,
      used: never,
      orphan: newKey({ createdAt: ago(settledMs + minuteMs + 1) }),
    },
  ] as const)('holds when a proof is missing: $lacking', ({ maker, used, ...given }) => {
    const found = 'orphan' in given ? given.orphan : orphan
    const step = stepOf({
      phase: long,
      keys: [key(), found],
      stored: absent,
      makers: [[newId, maker]],
      lastUsed: [[newId, used]],
    })
    expect(step).toMatchObject({ kind: 'hold', code: 'orphan-unproven' })
  })
})

describe('attempts', () => {
  it('stop after four, and after four more since each release', () => {
    const held = Array.from({ length: 12 }, (_, index) => index + 1).filter((attempt) => {
      const phase = { kind: 'prepared', secretArn, attempt } as const
      return stepOf({ phase, keys: [key()] }).kind === 'hold'
    })
    expect(held).toStrictEqual([5, 10])
  })
})

describe('a stored key', () => {
  it('is tested and issued', () => {
    const phase = stored(ago(hourMs))
    const inVault = { kind: 'key', newKeyId: newId } as const
    expect(stepOf({ phase, keys: [key(), newKey()], stored: inVault })).toStrictEqual({
      kind: 'test-and-issue',
      phase,
      recovery: 'issue-again',
    })
  })

  it('is awaited until lists can be trusted, and then held if it is gone or not Active', () => {
    expect(stepOf({ phase: stored(ago(propagationMs - 1)), keys: [key()] }).kind).toBe('wait')
    for (const keys of [[key()], [key(), newKey({ status: 'Inactive' })]]) {
      expect(stepOf({ phase: stored(ago(propagationMs)), keys })).toMatchObject({
        kind: 'hold',
        code: 'replacement-gone',
      })
    }
  })
})
