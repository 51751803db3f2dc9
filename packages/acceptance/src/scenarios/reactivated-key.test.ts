import { dayMs } from '@keynag/core'
import { rollBack } from '@keynag/engine'
import { describe, expect, it } from 'vitest'
import {
  deleting,
  idOf,
  releaseKey,
  portsKilledAt,
  untilDeactivated,
  organization,
  request,
  statusOf,
  storyOf,
} from './rollback-fixture.ts'

describe('a key that its owner reactivated', () => {
  it('is held once; after the release its owner is warned again, and it is not held again', async () => {
    const { small, key } = await organization(deleting)
    await small.live(untilDeactivated)
    small.world.setKeyStatus(key.id, 'Active')
    await small.live(3)
    expect(await small.known(key)).toMatchObject({ hold: { code: 'reactivated' } })
    expect(await releaseKey(small, key)).toMatchObject({ kind: 'recorded' })
    const entry = await small.known(key)
    expect(entry).toMatchObject({ state: 'nagging' })
    const rotation = await small.ports.ledger.rotation(entry.accountId, entry.userId)
    expect(rotation?.phase).toEqual({ kind: 'closed', outcome: 'reactivated' })
    await small.live(7)
    expect(statusOf(small, key)).toBe('Active')
    await small.live(9)
    expect(await storyOf(small, key)).toEqual(
      'found nagged deactivated deactivation-delivered held called-off reactivation-accepted nagged deactivated deactivation-delivered deleted'.split(
        ' ',
      ),
    )
    expect(await small.violations()).toEqual([])
    expect(await releaseKey(small, key)).toMatchObject({ kind: 'refused' })
  })

  it('can be rotated again although a crash left its old rotation open', async () => {
    const { small, key } = await organization(deleting)
    await small.live(untilDeactivated)
    const before = await small.known(key)
    const open = await small.ports.ledger.rotation(before.accountId, before.userId)
    expect(open?.phase.kind).toBe('deactivated')
    // The scan records the reactivation by the rollback that died. The rotation stays open.
    const { ports } = portsKilledAt(small, 9)
    await expect(rollBack(ports, idOf(key), request)).rejects.toThrow('killed')
    small.clock.advance(dayMs / 2)
    await small.live(2)
    expect(await small.known(key)).toMatchObject({
      state: 'nagging',
      hold: { code: 'rolled-back' },
    })
    await releaseKey(small, key)
    await small.live(16)
    expect((await storyOf(small, key)).slice(-4)).toEqual([
      'nagged',
      'deactivated',
      'deactivation-delivered',
      'deleted',
    ])
    expect(await small.violations()).toEqual([])
  })
})
