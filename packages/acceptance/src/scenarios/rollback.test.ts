import { AccessKeyId, dayMs, minuteMs, plusMs, type PolicyInput } from '@keynag/core'
import { runKeynag, type Place } from '@keynag/cli'
import { recordingShell } from '@keynag/cli/testing'
import { release, rollBack } from '@keynag/engine'
import { describe, expect, it } from 'vitest'
import type { AccessKey } from '@keynag/fake-aws/aws'
import {
  type Small,
  aUserWithKey,
  memberId,
  rotating,
  smallOrganization,
} from './small-organization.ts'

/** Warned on day 0, deactivated on day 7, deleted on day 14. */
const deleting = {
  ...rotating,
  enforce: { kind: 'delete', atDay: 90, installationGraceDays: 7, recoveryGraceDays: 7 },
  caps: { perDay: 100, perAccountPerDay: 100, shareOfEstatePerDay: 1 },
} as const satisfies PolicyInput
const off = 8

const request = { by: 'olga', why: 'the nightly export failed' }
const idOf = ({ id }: AccessKey): AccessKeyId => AccessKeyId.parse(id)
const back = ({ ports }: Small, key: AccessKey) => rollBack(ports, idOf(key), request)
const letGo = ({ ports }: Small, key: AccessKey) => release(ports, idOf(key), request)
/** Without what is written down only to be done at once. */
const storyOf = async (small: Small, key: AccessKey): Promise<readonly string[]> =>
  (await small.story(key)).filter((kind) => kind !== 'rescheduled')
const statusOf = ({ world }: Small, key: AccessKey) => world.key(key.id).status.latest

async function organization(policy: PolicyInput, names: readonly string[] = ['ann']) {
  const keys: AccessKey[] = []
  const small = await smallOrganization({
    policies: [policy],
    populate: (world) => {
      for (const name of names) keys.push(aUserWithKey(world, name))
    },
  })
  const [key] = keys
  if (key === undefined) throw new Error('there is nobody')
  return { small, keys, key }
}

describe('a rollback', () => {
  it('switches the key on again, and nothing more is done to it', async () => {
    const { small, key } = await organization(deleting)
    await small.live(off)
    expect(statusOf(small, key)).toBe('Inactive')
    expect(await back(small, key)).toMatchObject({ kind: 'done' })
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
      'held',
      'rolled-back',
    ])
    expect(statusOf(small, key)).toBe('Active')
    expect(small.letters(key).some(({ to }) => to.includes('#security'))).toBe(true)
    expect(await small.violations()).toEqual([])
    const sessions = small.doneBy('keynag', key).map(({ actor }) => actor.sessionName ?? '')
    expect(sessions).toEqual([
      expect.stringMatching(/^keynag-[\da-f-]{36}$/),
      expect.stringMatching(/^keynag-[\da-f-]{36}-rollback$/),
    ])
  })

  it('that is released gives the owner a new warning and all of the grace', async () => {
    const { small, key } = await organization(deleting)
    await small.live(off)
    await back(small, key)
    await small.live(3)
    const releasedAt = small.clock.now()
    expect(await letGo(small, key)).toMatchObject({ kind: 'recorded' })
    await small.live(7)
    expect(statusOf(small, key)).toBe('Active')
    const warnings = small.letters(key).filter(({ at }) => at > releasedAt)
    expect(warnings).not.toEqual([])
    await small.live(9)
    expect(await storyOf(small, key)).toEqual(
      'found nagged deactivated held rolled-back released nagged deactivated deleted'.split(' '),
    )
    expect(await small.violations()).toEqual([])
  })

  it('keeps the replacement: after its release the owner is told of that one again', async () => {
    const { small, key } = await organization(rotating)
    await small.live(off)
    expect(await small.known(key)).toMatchObject({ state: 'deactivated' })
    const handover = small.handoverFor(key)
    await back(small, key)
    await letGo(small, key)
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
    expect(story.slice(-4)).toEqual([
      'replaced-by-owner',
      'replacement-delivered',
      'deactivated',
      'deleted',
    ])
    expect(await small.violations()).toEqual([])
  })

  it('is refused when it is too late, and changes nothing', async () => {
    const { small, key } = await organization(deleting)
    expect(await back(small, key)).toMatchObject({ kind: 'refused' })
    await small.live(16)
    expect(await back(small, key)).toMatchObject({
      kind: 'refused',
      sentence: expect.stringContaining('keynag deleted it'),
    })
    expect(
      await rollBack(small.ports, AccessKeyId.parse('AKIAIOSFODNN7EXAMPLE'), request),
    ).toMatchObject({ kind: 'refused' })
  })

  it('never switches on the key of another user of the same name', async () => {
    const { small, key } = await organization(deleting)
    await small.live(off)
    small.world.deleteUser(memberId, 'ann')
    small.world.addUser(memberId, { userName: 'ann' })
    const answer = await back(small, key)
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

  it('waits for a function that is at work on the same keys', async () => {
    const { small, key } = await organization(deleting)
    await small.live(off)
    const entry = await small.known(key)
    const rotation = await small.ports.ledger.rotation(entry.accountId, entry.userId)
    if (rotation === undefined) throw new Error('there is no rotation')
    const until = plusMs(small.ports.clock.now(), 6 * minuteMs)
    const lease = { holder: 'a function', fence: rotation.fence + 1, until }
    const after = { ...rotation, lease, version: rotation.version + 1 }
    await small.ports.ledger.commit([{ kind: 'rotation', before: rotation, after }])
    expect(await back(small, key)).toMatchObject({ kind: 'busy' })
    expect(statusOf(small, key)).toBe('Inactive')
    small.clock.advance(7 * minuteMs)
    expect(await back(small, key)).toMatchObject({ kind: 'done' })
  })

  it('that dies at any point loses nothing: repeated, it ends as if it had not', async () => {
    const probe = await organization(deleting)
    await probe.small.live(off)
    const whole = mortal(probe.small, Infinity)
    await rollBack(whole.ports, idOf(probe.key), request)
    const points = whole.calls() * 2
    expect(points).toBeGreaterThan(18)
    const names = Array.from({ length: points }, (_, point) => `user-${point}`)
    const { small, keys } = await organization(deleting, names)
    await small.live(off)
    for (const [point, key] of keys.entries()) {
      const { ports } = mortal(small, point / 2)
      await expect(rollBack(ports, idOf(key), request)).rejects.toThrow('killed')
    }
    small.clock.advance(7 * minuteMs)
    for (const key of keys.filter((_, point) => point % 4 < 2)) {
      expect(await back(small, key)).toMatchObject({ kind: expect.stringMatching(/done|refused/) })
      expect(statusOf(small, key)).toBe('Active')
    }
    // Nobody repeats the others: what was not begun is deleted in time, what was begun is held.
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

/** Ports of a process that is killed at a call: before it where `at` is whole, else after it. */
function mortal({ ports }: Small, at: number) {
  let calls = 0
  const dying = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return async (...args: readonly unknown[]): Promise<unknown> => {
          const call = calls
          calls += 1
          if (call >= at) throw new Error('killed')
          const answer: unknown = await Reflect.apply(value, target, args)
          if (call + 0.5 >= at) throw new Error('killed')
          return answer
        }
      },
    })
  return {
    calls: () => calls,
    ports: {
      ...ports,
      organization: ports.organization,
      ledger: dying(ports.ledger),
      iam: dying(ports.iam),
      mutations: dying(ports.mutations),
    },
  }
}

describe('a key that its owner switched on again', () => {
  it('is held once; when that is released, it is warned of anew and not held again', async () => {
    const { small, key } = await organization(deleting)
    await small.live(off)
    small.world.setKeyStatus(key.id, 'Active')
    await small.live(3)
    expect(await small.known(key)).toMatchObject({ hold: { code: 'reactivated' } })
    expect(await letGo(small, key)).toMatchObject({ kind: 'recorded' })
    const entry = await small.known(key)
    expect(entry).toMatchObject({ state: 'nagging' })
    const rotation = await small.ports.ledger.rotation(entry.accountId, entry.userId)
    expect(rotation?.phase).toEqual({ kind: 'closed', outcome: 'reactivated' })
    await small.live(7)
    expect(statusOf(small, key)).toBe('Active')
    await small.live(9)
    expect(await storyOf(small, key)).toEqual(
      'found nagged deactivated held reactivation-accepted nagged deactivated deleted'.split(' '),
    )
    expect(await small.violations()).toEqual([])
    expect(await letGo(small, key)).toMatchObject({ kind: 'refused' })
  })

  it('has its old rotation taken over even where a crash left it open', async () => {
    const { small, key } = await organization(deleting)
    await small.live(off)
    const before = await small.known(key)
    const open = await small.ports.ledger.rotation(before.accountId, before.userId)
    expect(open?.phase.kind).toBe('deactivated')
    // The scan records what a rollback that died has done; the saga stays open.
    const { ports } = mortal(small, 9)
    await expect(rollBack(ports, idOf(key), request)).rejects.toThrow('killed')
    small.clock.advance(dayMs / 2)
    await small.live(2)
    expect(await small.known(key)).toMatchObject({
      state: 'nagging',
      hold: { code: 'rolled-back' },
    })
    await letGo(small, key)
    await small.live(16)
    expect((await storyOf(small, key)).slice(-3)).toEqual(['nagged', 'deactivated', 'deleted'])
    expect(await small.violations()).toEqual([])
  })
})

async function rollback(small: Small, key: AccessKey, of: Partial<Place> = {}) {
  const { shell, output, remarks } = recordingShell()
  const place: Place = {
    ...small.ports,
    name: 'stage test',
    reportLedger: () => small.ports.ledger,
    queues: () => Promise.reject(new Error('no queues')),
    operator: () => Promise.resolve('olga'),
    members: () => small.ports,
    close: () => Promise.resolve(),
    ...of,
  }
  const words = ['rollback', key.id, '--why', 'the export failed', '--yes', '--sandbox']
  const exitCode = await runKeynag(words, shell, { openSandbox: () => Promise.resolve(place) })
  return { exitCode, output: output(), remarks: remarks() }
}

describe('keynag rollback', () => {
  it('switches the key on again and says so', async () => {
    const { small, key } = await organization(deleting)
    await small.live(off)
    const { exitCode, output } = await rollback(small, key)
    expect(exitCode).toBe(0)
    expect(output).toContain(`${key.id} is Active again`)
    expect(statusOf(small, key)).toBe('Active')
    expect((await small.known(key)).hold).toMatchObject({ why: 'olga: the export failed' })
  })

  it('says why not, for a key that nobody switched off', async () => {
    const { small, key } = await organization(deleting)
    await small.live(1)
    const { exitCode, remarks } = await rollback(small, key)
    expect(exitCode).toBe(1)
    expect(remarks).toContain('KEYNAG_DECISION_REFUSED')
    expect(statusOf(small, key)).toBe('Active')
  })

  it('is not there in a sandbox', async () => {
    const { small, key } = await organization(deleting)
    await small.live(off)
    const { exitCode, remarks } = await rollback(small, key, { members: undefined })
    expect(exitCode).toBe(1)
    expect(remarks).toContain('KEYNAG_OPTION_INVALID')
    expect(statusOf(small, key)).toBe('Inactive')
  })
})
