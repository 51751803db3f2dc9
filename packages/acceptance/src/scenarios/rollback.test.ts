import { AccessKeyId, minuteMs, plusMs } from '@keynag/core'
import { rollBack } from '@keynag/engine'
import { describe, expect, it } from 'vitest'
import { memberId, rotating } from './small-organization.ts'
import {
  rollBackKey,
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

describe('a rollback', () => {
  it('reactivates the key, and keynag does not change it again', async () => {
    const { small, key } = await organization(deleting)
    await small.live(untilDeactivated)
    expect(statusOf(small, key)).toBe('Inactive')
    expect(await rollBackKey(small, key)).toMatchObject({ kind: 'done' })
    expect(statusOf(small, key)).toBe('Active')
    expect(await small.known(key)).toMatchObject({
      state: 'nagging',
      status: 'Active',
      hold: { code: 'rolled-back', why: 'olga: the nightly export failed' },
    })
    await small.live(12)
    expect(await storyOf(small, key)).toEqual([
      'found',
      'nagged',
      'deactivated',
      'deactivation-delivered',
      'held',
      'rolled-back',
      'called-off',
    ])
    expect(small.letters(key).at(-1)?.text).toContain('An announced date is off')
    expect(statusOf(small, key)).toBe('Active')
    expect(small.letters(key).some(({ to }) => to.includes('#security'))).toBe(true)
    expect(await small.violations()).toEqual([])
    const sessions = small.doneBy('keynag', key).map(({ actor }) => actor.sessionName ?? '')
    expect(sessions).toEqual([
      expect.stringMatching(/^keynag-[\da-f-]{36}$/),
      expect.stringMatching(/^keynag-[\da-f-]{36}-rollback$/),
    ])
  })

  it('gives the owner a new warning and the full grace after its hold is released', async () => {
    const { small, key } = await organization(deleting)
    await small.live(untilDeactivated)
    await rollBackKey(small, key)
    await small.live(3)
    const releasedAt = small.clock.now()
    expect(await releaseKey(small, key)).toMatchObject({ kind: 'recorded' })
    await small.live(7)
    expect(statusOf(small, key)).toBe('Active')
    const warnings = small.letters(key).filter(({ at }) => at > releasedAt)
    expect(warnings).not.toEqual([])
    await small.live(9)
    expect(await storyOf(small, key)).toEqual(
      'found nagged deactivated deactivation-delivered held rolled-back called-off released nagged deactivated deactivation-delivered deleted'.split(
        ' ',
      ),
    )
    expect(await small.violations()).toEqual([])
  })

  it('keeps the replacement, and the owner is told about it again after the release', async () => {
    const { small, key } = await organization(rotating)
    await small.live(untilDeactivated)
    expect(await small.known(key)).toMatchObject({ state: 'deactivated' })
    const handover = small.handoverFor(key)
    await rollBackKey(small, key)
    await releaseKey(small, key)
    const releasedAt = small.clock.now()
    await small.live(2)
    expect(await small.known(key)).toMatchObject({
      state: 'issued',
      handover: { secretArn: handover },
    })
    expect(small.world.user(memberId, 'ann').keys).toHaveLength(2)
    const told = small
      .letters(key)
      .filter(({ at, text }) => at > releasedAt && text.includes(handover ?? '?'))
    expect(told).toHaveLength(1)
    await small.live(14)
    const story = (await storyOf(small, key)).filter((kind) => kind !== 'secret-kept')
    expect(story.slice(-5)).toEqual([
      'replaced-by-owner',
      'replacement-delivered',
      'deactivated',
      'deactivation-delivered',
      'deleted',
    ])
    expect(await small.violations()).toEqual([])
  })

  it('is refused before a deactivation, after the deletion, and for an unknown key', async () => {
    const { small, key } = await organization(deleting)
    expect(await rollBackKey(small, key)).toMatchObject({ kind: 'refused' })
    await small.live(16)
    expect(await rollBackKey(small, key)).toMatchObject({
      kind: 'refused',
      sentence: expect.stringContaining('keynag deleted it'),
    })
    expect(
      await rollBack(small.ports, AccessKeyId.parse('AKIAIOSFODNN7EXAMPLE'), request),
    ).toMatchObject({ kind: 'refused' })
  })

  it('never reactivates a key of another user with the same name', async () => {
    const { small, key } = await organization(deleting)
    await small.live(untilDeactivated)
    small.world.deleteUser(memberId, 'ann')
    small.world.addUser(memberId, { userName: 'ann' })
    const answer = await rollBackKey(small, key)
    expect(answer).toMatchObject({
      kind: 'refused',
      sentence: expect.stringContaining('another user'),
    })
    expect(await small.known(key)).not.toHaveProperty('hold')
    expect(
      (
        await small.ports.ledger.rotation(
          (await small.known(key)).accountId,
          (await small.known(key)).userId,
        )
      )?.lease,
    ).toBeUndefined()
  })

  it('waits while a function works on the keys of the same user', async () => {
    const { small, key } = await organization(deleting)
    await small.live(untilDeactivated)
    const entry = await small.known(key)
    const rotation = await small.ports.ledger.rotation(entry.accountId, entry.userId)
    if (rotation === undefined) throw new Error('there is no rotation')
    const until = plusMs(small.ports.clock.now(), 6 * minuteMs)
    const lease = { holder: 'a function', fence: rotation.fence + 1, until }
    const after = { ...rotation, lease, version: rotation.version + 1 }
    await small.ports.ledger.commit([{ kind: 'rotation', before: rotation, after }])
    expect(await rollBackKey(small, key)).toMatchObject({ kind: 'busy' })
    expect(statusOf(small, key)).toBe('Inactive')
    small.clock.advance(7 * minuteMs)
    expect(await rollBackKey(small, key)).toMatchObject({ kind: 'done' })
  })

  it('can be repeated after its process died at any point', async () => {
    const probe = await organization(deleting)
    await probe.small.live(untilDeactivated)
    const whole = portsKilledAt(probe.small, Infinity)
    await rollBack(whole.ports, idOf(probe.key), request)
    const points = whole.calls() * 2
    expect(points).toBeGreaterThan(18)
    const names = Array.from({ length: points }, (_, point) => `user-${point}`)
    const { small, keys } = await organization(deleting, names)
    await small.live(untilDeactivated)
    for (const [point, key] of keys.entries()) {
      const { ports } = portsKilledAt(small, point / 2)
      await expect(rollBack(ports, idOf(key), request)).rejects.toThrow('killed')
    }
    small.clock.advance(7 * minuteMs)
    for (const key of keys.filter((_, point) => point % 4 < 2)) {
      expect(await rollBackKey(small, key)).toMatchObject({
        kind: expect.stringMatching(/done|refused/),
      })
      expect(statusOf(small, key)).toBe('Active')
    }
    // The other rollbacks are not repeated. If one had not begun, its key is deleted as planned; if
    // it had begun, its key is held.
    await small.live(10)
    const ends = new Set<string>()
    for (const key of keys) {
      const { state, status, hold } = await small.known(key)
      ends.add([state, status, hold?.code ?? 'free', statusOf(small, key)].join(' '))
    }
    expect([...ends].toSorted()).toEqual([
      'deactivated Inactive rolled-back Inactive',
      'deleted Inactive free Inactive',
      'nagging Active rolled-back Active',
    ])
    expect(await small.violations()).toEqual([])
  })
})
