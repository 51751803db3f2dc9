import { AccountId, dayMs, hourMs, minuteMs, UserId, type Rotation } from '@keynag/core'
import { startFreeze } from '@keynag/engine'
import { describe, expect, it } from 'vitest'
import type { AccessKey, Fault, WorldOptions } from '@keynag/fake-aws/aws'
import { deleting, organization, rollBackKey, storyOf } from './rollback-fixture.ts'
import {
  aUserWithKey,
  memberId,
  rotating,
  smallOrganization,
  type Small,
} from './small-organization.ts'

/** Ann was warned on day 0. Her key is due for replacement in the first sweep of day 1. */
async function dueForReplacement(world: Partial<WorldOptions> = {}) {
  let old: AccessKey | undefined
  const small = await smallOrganization({
    policies: [{ ...rotating, enforce: { ...rotating.enforce, atDay: 96 } }],
    onSlack: ['ann@example.com'],
    world,
    populate: (world) => {
      old = aUserWithKey(world, 'ann')
    },
  })
  if (old === undefined) throw new Error('there is no key')
  await small.live(1)
  small.clock.advance(dayMs)
  return { small, old }
}

const annsKeys = ({ world }: Small): readonly AccessKey[] =>
  world.user(memberId, 'ann').keys.filter((key) => key.exists.latest)

/** The keys that keynag created, deleted ones included, oldest first. */
const madeByKeynag = ({ world }: Small): readonly AccessKey[] =>
  world.history.of('key-created').map(({ accessKeyId }) => world.key(accessKeyId))

const sagaOf = async (small: Small): Promise<Rotation['phase'] | undefined> => {
  const userId = UserId.parse(small.world.user(memberId, 'ann').id)
  return (await small.ports.ledger.rotation(AccountId.parse(memberId), userId))?.phase
}

/** Runs the sweeper at intervals until the key is in a state. */
async function sweepUntil(
  small: Small,
  key: AccessKey,
  state: string,
  within: number,
  every = 10 * minuteMs,
) {
  const end = small.clock.now() + within
  // keynag does nothing in an account that it has not read for two days.
  let scannedAt = within < dayMs ? small.clock.now() : 0
  while ((await small.known(key)).state !== state && small.clock.now() < end) {
    small.clock.advance(every)
    if (small.clock.now() - scannedAt >= dayMs) {
      scannedAt = small.clock.now()
      await small.scan()
    }
    await small.sweep()
  }
  expect(await small.known(key)).toMatchObject({ state })
  expect((await small.known(key)).hold).toBeUndefined()
}

/**
 * Expects exactly one replacement, which is stored and announced, an unchanged old key, and no other
 * key.
 */
async function expectOneReplacement(small: Small, old: AccessKey): Promise<AccessKey> {
  const entry = await small.known(old)
  const made = madeByKeynag(small)
  const [survivor, ...others] = made.filter((key) => key.exists.latest)
  if (survivor === undefined) throw new Error('there is no replacement')
  expect(others).toEqual([])
  expect(entry.handover?.replacementKeyId).toBe(survivor.id)
  expect(annsKeys(small).map(({ id }) => id)).toEqual([old.id, survivor.id])
  expect(small.world.keyWorks(old.id)).toBe(true)
  expect(small.world.keyWorks(survivor.id)).toBe(true)
  const current = small.world
    .holdingsOf(survivor.id)
    .filter(({ stages, retrievable }) => retrievable && stages.includes('AWSCURRENT'))
  expect(current).toHaveLength(1)
  expect(small.handoverFor(old)).toBe(current[0]?.secretArn)
  expect(await small.violations()).toEqual([])
  return survivor
}

describe('no answer to CreateAccessKey, which took effect', () => {
  const lost = [
    { error: 'drop-response' },
    { error: 'timeout-after-effect', holdMs: 20 },
  ] as const satisfies readonly Partial<Fault>[]

  it.each(lost)('$error: keynag deletes the unusable key, and creates another', async (fault) => {
    const { small, old } = await dueForReplacement()
    small.faults.add({ operation: 'iam:CreateAccessKey', times: 1, ...fault })
    await small.sweep()
    expect(await sagaOf(small)).toMatchObject({ kind: 'creating', attempt: 1 })
    const [orphan] = madeByKeynag(small)
    if (orphan === undefined) throw new Error('no key was made')

    await sweepUntil(small, old, 'issued', 4 * hourMs)
    await expectOneReplacement(small, old)
    const [created, deactivated, deleted] = small.doneBy('keynag', orphan)
    expect([created?.kind, deactivated?.kind, deleted?.kind]).toEqual([
      'key-created',
      'key-status-changed',
      'key-deleted',
    ])
    expect((deleted?.atMs ?? 0) - (deactivated?.atMs ?? Infinity)).toBeGreaterThanOrEqual(hourMs)
  })

  it('deletes the key only after CloudTrail names the session that created it', async () => {
    const { small, old } = await dueForReplacement()
    small.faults.add({ operation: 'iam:CreateAccessKey', error: 'drop-response', times: 1 })
    small.faults.add({ operation: 'cloudtrail:LookupEvents', error: 'access-denied' })
    await small.sweep()
    for (let sweeps = 0; sweeps < 24; sweeps += 1) {
      small.clock.advance(10 * minuteMs)
      await small.sweep()
    }
    const [orphan] = madeByKeynag(small)
    expect(small.doneBy('keynag', orphan?.id ?? '').map(({ kind }) => kind)).toEqual([
      'key-created',
    ])
    expect(await small.known(old)).toMatchObject({ state: 'issuing' })
    const codes = small.sqs.deadLetters().map((each) => each.messageAttributes['code']?.StringValue)
    expect(codes).toEqual(['KEYNAG_ACCESS_DENIED'])

    small.faults.clear()
    await sweepUntil(small, old, 'issued', 2 * dayMs)
    await expectOneReplacement(small, old)
  })

  it('asks an operator about a key that another person created meanwhile', async () => {
    const { small, old } = await dueForReplacement()
    small.faults.add({ operation: 'iam:CreateAccessKey', error: 'reset-before-effect', times: 1 })
    await small.sweep()
    const theirs = small.world.createKeyByHand(memberId, 'ann')
    for (let sweeps = 0; sweeps < 6; sweeps += 1) {
      small.clock.advance(10 * minuteMs)
      await small.sweep()
    }
    expect(await small.known(old)).toMatchObject({ hold: { code: 'orphan-unproven' } })
    expect(small.doneBy('keynag', theirs)).toEqual([])
    expect(small.world.keyWorks(theirs.id)).toBe(true)
    const readers = small
      .letters(old)
      .slice(-2)
      .flatMap(({ to }) => to)
    expect(readers.toSorted()).toEqual(['#security', 'ann@example.com'])
  })
})

describe('a secret that cannot be stored', () => {
  it('has its key deactivated and deleted, and another one created', async () => {
    const { small, old } = await dueForReplacement()
    small.faults.add({
      operation: 'secretsmanager:PutSecretValue',
      error: 'access-denied',
      times: 3,
    })
    await small.sweep()
    const [orphan] = madeByKeynag(small)
    expect(orphan?.status.latest).toBe('Inactive')
    expect(await sagaOf(small)).toMatchObject({ kind: 'undoing' })
    await sweepUntil(small, old, 'issued', 2 * dayMs)
    await expectOneReplacement(small, old)
  })

  it('is found in Secrets Manager when only the answers were lost', async () => {
    const { small, old } = await dueForReplacement()
    // The SDK's attempts in all three deliveries.
    small.faults.add({
      operation: 'secretsmanager:PutSecretValue',
      error: 'drop-response',
      times: 15,
    })
    await small.sweep()
    small.faults.clear()
    await sweepUntil(small, old, 'issued', 2 * dayMs)
    await expectOneReplacement(small, old)
    expect(madeByKeynag(small)).toHaveLength(1)
  })

  it('is stored once when one answer was lost', async () => {
    const { small, old } = await dueForReplacement()
    small.faults.add({
      operation: 'secretsmanager:PutSecretValue',
      error: 'drop-response',
      times: 1,
    })
    await sweepUntil(small, old, 'issued', hourMs)
    const survivor = await expectOneReplacement(small, old)
    expect(madeByKeynag(small)).toEqual([survivor])
  })
})

/** Lets calls take effect but loses their answers, for as many attempts as the SDK makes. */
const loseAnswers = (small: Small, operation: string): void => {
  small.faults.add({ operation, error: 'drop-response', times: 1 })
  small.faults.add({ operation, error: 'reset-before-effect', times: 4 })
}

describe('no answer to a change of the old key', () => {
  it('UpdateAccessKey: recorded when keynag sees its effect, and the grace begins then', async () => {
    const { small, old } = await dueForReplacement()
    await small.live(8)
    loseAnswers(small, 'iam:UpdateAccessKey')
    await small.live(1)
    expect(old.status.latest).toBe('Inactive')
    await sweepUntil(small, old, 'deactivated', hourMs)
    const [deactivation] = small.doneBy('keynag', old)
    const entry = await small.known(old)
    expect('deactivatedAt' in entry && entry.deactivatedAt).toBeGreaterThan(deactivation?.atMs ?? 0)

    await small.live(9)
    expect((await small.known(old)).state).toBe('deleted')
    const [, deletion] = small.doneBy('keynag', old)
    const grace = (deletion?.atMs ?? 0) - ('deactivatedAt' in entry ? entry.deactivatedAt : 0)
    expect(grace).toBeGreaterThanOrEqual(7 * dayMs)
    expect(await small.violations()).toEqual([])
    expect(small.letters(old).filter(({ text }) => /deactivated/i.test(text))).not.toEqual([])
  })

  it('UpdateAccessKey that did nothing: a key that its owner deactivates is never deleted', async () => {
    const { small, old } = await dueForReplacement()
    await small.live(8)
    const ends = small.faults.add({ operation: 'iam:UpdateAccessKey', error: '500' })
    await small.live(1)
    expect(old.status.latest).toBe('Active')
    ends()
    small.world.setKeyStatus(old.id, 'Inactive')
    await sweepUntil(small, old, 'resolved', 30 * hourMs)
    expect(await small.known(old)).toMatchObject({ resolution: 'deactivated-by-owner' })
    await small.live(12)
    expect(old.exists.latest).toBe(true)
    expect(small.doneBy('keynag', old)).toEqual([])
    expect(await small.violations()).toEqual([])
  })

  it('DeleteAccessKey: recorded as keynag’s deletion, not as the owner’s', async () => {
    const { small, old } = await dueForReplacement()
    await small.live(15)
    loseAnswers(small, 'iam:DeleteAccessKey')
    await small.live(1)
    expect(old.exists.latest).toBe(false)
    await sweepUntil(small, old, 'deleted', hourMs)
    expect(small.world.history.of('key-deleted')).toHaveLength(1)
    expect(await small.violations()).toEqual([])
  })
})

describe('lists that are out of date', () => {
  it('are not mistaken for a reactivation by the owner', async () => {
    const { small, old } = await dueForReplacement({ consistencyMs: 90_000 })
    await small.live(8)
    // The next sweep deactivates the key. A scan right after it still sees the key Active.
    small.clock.set(Math.ceil(small.clock.now() / dayMs) * dayMs + 9 * hourMs)
    await small.sweep()
    expect(await small.known(old)).toMatchObject({ state: 'deactivated' })
    await small.scan()
    expect((await small.known(old)).hold).toBeUndefined()
    expect(await small.story(old)).not.toContain('observed')
    await small.live(8)
    expect(await small.known(old)).toMatchObject({ state: 'deleted' })
  })

  it('do not disturb a rotation when IAM is slow', async () => {
    const { small, old } = await dueForReplacement({ consistencyMs: 90_000 })
    small.faults.add({ operation: 'iam:CreateAccessKey', error: 'drop-response', times: 1 })
    await small.sweep()
    // The sweeper runs every minute, so it runs while lists are still out of date.
    await sweepUntil(small, old, 'issued', 3 * hourMs, minuteMs)
    await expectOneReplacement(small, old)
    expect(madeByKeynag(small)).toHaveLength(2)
  })
})

const freeze = (small: Small) =>
  startFreeze(small.ports, { kind: 'all' }, { by: 'olga', why: 'incident' })

async function deactivatedUnrecorded() {
  const { small, key } = await organization(deleting)
  await small.live(7)
  small.clock.set(Math.ceil(small.clock.now() / dayMs) * dayMs + 9 * hourMs)
  // Every call takes effect, and no answer arrives.
  small.faults.add({ operation: 'iam:UpdateAccessKey', error: 'drop-response' })
  await small.sweep()
  small.faults.clear()
  expect(key.status.latest).toBe('Inactive')
  expect(await small.known(key)).toMatchObject({ state: 'nagging' })
  return { small, key }
}

describe('no answer to a deactivation, and somebody acts before the recovery', () => {
  it.each<[string, (small: Small) => unknown]>([
    ['a freeze and a scan', freeze],
    ['a change to notify', ({ configure }) => configure([{ ...deleting, mode: 'notify' }])],
    ['a change to a dry run', ({ configure }) => configure([{ ...deleting, mode: 'dry-run' }])],
    ['the end of the policy', ({ configure }) => configure([{ ...deleting, name: 'another' }])],
  ])('%s: it is recorded as keynag’s, the owner is told, and it can be undone', async (_, act) => {
    const { small, key } = await deactivatedUnrecorded()
    await act(small)
    small.clock.advance(10 * minuteMs)
    await small.scan()
    await sweepUntil(small, key, 'deactivated', hourMs)
    await small.sweep()
    const news = small.letters(key).findLast(({ text }) => /deactivated/i.test(text))
    expect(news).toMatchObject({ to: ['ann@example.com'] })
    expect(news?.text).toContain(key.id)
    await rollBackKey(small, key)
    expect(key.status.latest).toBe('Active')
  })

  it('a rollback: it is recorded, and then rolled back', async () => {
    const { small, key } = await deactivatedUnrecorded()
    await freeze(small)
    small.clock.advance(10 * minuteMs)
    expect(await rollBackKey(small, key)).toMatchObject({ kind: 'done' })
    expect(key.status.latest).toBe('Active')
    const story = await storyOf(small, key)
    expect(story.slice(story.indexOf('deactivated'))).toEqual([
      'deactivated',
      'held',
      'rolled-back',
    ])
    expect(await small.violations()).toEqual([])
  })

  it('a deactivation by the owner: it is recorded as the owner’s, and keynag deletes nothing', async () => {
    const { small, key } = await organization(deleting)
    await small.live(7)
    small.clock.set(Math.ceil(small.clock.now() / dayMs) * dayMs + 9 * hourMs)
    small.faults.add({ operation: 'iam:UpdateAccessKey', error: 'reset-before-effect' })
    await small.sweep()
    small.faults.clear()
    small.world.setKeyStatus(key.id, 'Inactive')
    for (let sweeps = 0; sweeps < 18; sweeps += 1) {
      small.clock.advance(10 * minuteMs)
      await small.sweep()
    }
    await small.live(9)
    expect(await small.known(key)).toMatchObject({ resolution: 'deactivated-by-owner' })
    expect(key.exists.latest).toBe(true)
    expect(small.letters(key).filter(({ text }) => /was deactivated/i.test(text))).toEqual([])
  })
})
