import { beforeAll, afterAll, describe, expect, it } from 'vitest'
import { dayMs, type PolicyInput } from '@keynag/core'
import type { AccessKey, World } from '@keynag/fake-aws/aws'
import {
  aUserWithKey,
  memberId,
  rotating,
  smallOrganization,
  type Small,
} from './small-organization.ts'

/** Keys are 95 days old on day 0, so that keynag replaces them on day 15, after three reminders. */
const standard = { ...rotating, enforce: { ...rotating.enforce, atDay: 110 } } satisfies PolicyInput
const replacedOn = 15
const deactivatedOn = replacedOn + 7
const deletedOn = deactivatedOn + 7

const policies: readonly PolicyInput[] = [
  {
    ...standard,
    name: 'patient',
    match: { paths: ['/patient/'] },
    enforce: { ...standard.enforce, whenInUse: 'wait', inUseDays: 3 },
  },
  {
    ...standard,
    name: 'pushing',
    match: { paths: ['/pushing/'] },
    enforce: { ...standard.enforce, whenInUse: 'proceed' },
  },
  {
    ...standard,
    name: 'capped',
    match: { paths: ['/capped/'] },
    caps: { perDay: 1, perAccountPerDay: 1, shareOfEstatePerDay: 1 },
  },
  standard,
]

const settings = { protected: { paths: ['/protected/'] } }

/** Everybody lives in one world, where each has a user and a key of the same name. */
const people = [
  'deleter',
  'switcher',
  'waverer',
  'reactivator',
  'collector',
  'changer',
  'busy',
  'patient/busy',
  'pushing/busy',
  'capped/one',
  'capped/two',
  'capped/three',
  'protected/root',
  'nobody',
  'idle',
] as const
type Person = (typeof people)[number]

const nameOf = (person: Person): string => person.replace('/', '-')

function settle(world: World): ReadonlyMap<Person, AccessKey> {
  const keyOf = (person: Person): AccessKey =>
    aUserWithKey(world, nameOf(person), {
      user: {
        path: person.includes('/') ? `/${person.slice(0, person.indexOf('/'))}/` : '/',
        ...(person === 'nobody' ? { tags: {} } : {}),
      },
    })
  return new Map(people.map((person) => [person, keyOf(person)]))
}

describe('what owners do, and what keynag makes of it', () => {
  let small: Small
  let keys: ReadonlyMap<Person, AccessKey> = new Map()
  let changersNewKey = ''
  let secondOfCollector = ''
  const key = (person: Person): AccessKey => {
    const found = keys.get(person)
    if (found === undefined) throw new Error(`${person} has no key`)
    return found
  }

  /** What people do on the evening of a day. */
  const act = (day: number): void => {
    const { world } = small
    if (day === 3) {
      world.deleteKeyByHand(key('deleter').id)
      world.setKeyStatus(key('switcher').id, 'Inactive')
      world.setKeyStatus(key('waverer').id, 'Inactive')
    }
    if (day === 8) world.setKeyStatus(key('waverer').id, 'Active')
    if (day === 5) {
      secondOfCollector = world.createKeyByHand(memberId, 'collector').id
      changersNewKey = world.createKeyByHand(memberId, 'changer').id
    }
    if (day > 5) world.useKey(changersNewKey, { service: 's3' })
    if (day === deactivatedOn + 1) world.setKeyStatus(key('reactivator').id, 'Active')
    const busy: readonly Person[] = [
      'busy',
      'pushing/busy',
      ...(day < 24 ? (['patient/busy'] as const) : []),
    ]
    for (const person of busy) world.useKey(key(person).id, { service: 's3' })
  }

  const dayOf = (person: Person, fact: string): Promise<number | undefined> =>
    small.dayOf(key(person), fact)

  beforeAll(async () => {
    small = await smallOrganization({
      policies,
      settings,
      onSlack: people.map((person) => `${nameOf(person)}@example.com`),
      populate: (world) => {
        keys = settle(world)
      },
      ends: afterAll,
    })
    await small.live(deletedOn + 2, act)
  })

  it('is satisfied when the owner deletes the key', async () => {
    const entry = await small.known(key('deleter'))
    expect(entry).toMatchObject({ state: 'resolved', resolution: 'deleted-by-owner', nagCount: 1 })
    expect(small.doneBy('keynag', key('deleter'))).toEqual([])
  })

  it('is satisfied when the owner deactivates the key', async () => {
    const entry = await small.known(key('switcher'))
    expect(entry).toMatchObject({ state: 'resolved', resolution: 'deactivated-by-owner' })
    expect(small.doneBy('keynag', key('switcher'))).toEqual([])
  })

  it('begins anew when the owner reactivates a key that was resolved', async () => {
    const story = await small.story(key('waverer'))
    expect(story.slice(0, 5)).toEqual(['found', 'nagged', 'resolved', 'reopened', 'nagged'])
    expect(await dayOf('waverer', 'reopened')).toBe(9)
  })

  it('never touches a key again that somebody reactivated after keynag had deactivated it', async () => {
    const entry = await small.known(key('reactivator'))
    expect(entry).toMatchObject({ state: 'deactivated', hold: { code: 'reactivated' } })
    expect(small.world.keyWorks(key('reactivator').id)).toBe(true)
    expect(small.doneBy('keynag', key('reactivator'))).toHaveLength(1)
  })

  it('asks an operator about a second key that is not used', async () => {
    const entry = await small.known(key('collector'))
    expect(entry.hold?.code).toBe('two-keys')
    expect(entry.hold?.why).toContain(secondOfCollector)
    expect(small.letters(key('collector')).at(-1)?.to).toEqual(['#security'])
    for (const each of [key('collector').id, secondOfCollector]) {
      expect(small.doneBy('keynag', each)).toEqual([])
      expect(small.world.keyWorks(each)).toBe(true)
    }
  })

  it('goes on with the old key when the owner has made and used a new one', async () => {
    const entry = await small.known(key('changer'))
    expect(entry).toMatchObject({
      state: 'deleted',
      handover: { replacementKeyId: changersNewKey },
    })
    expect(await dayOf('changer', 'replaced-by-owner')).toBe(replacedOn)
    expect(await dayOf('changer', 'deactivated')).toBe(deactivatedOn)
    expect(small.world.keyWorks(changersNewKey)).toBe(true)
    expect(small.world.user(memberId, 'changer').keysEver).toBe(2)
  })

  it('holds a key that is still used after its replacement was issued', async () => {
    const entry = await small.known(key('busy'))
    expect(entry).toMatchObject({ state: 'issued', hold: { code: 'still-in-use' } })
    expect(small.world.keyWorks(key('busy').id)).toBe(true)
    expect(small.letters(key('busy')).at(-1)?.to).toEqual(['#security'])
  })

  it('waits until the key is quiet where the policy says so', async () => {
    const entry = await small.known(key('patient/busy'))
    expect(entry.hold).toBeUndefined()
    // Last used on the evening of day 23, and three days must be over.
    expect(await dayOf('patient/busy', 'deactivated')).toBe(27)
  })

  it('goes on although the key is in use where the policy says so', async () => {
    expect(await dayOf('pushing/busy', 'deactivated')).toBe(deactivatedOn)
    expect(await dayOf('pushing/busy', 'deleted')).toBe(deletedOn)
  })

  it('begins no more a day than the cap allows, and comes back for the others', async () => {
    const days = await Promise.all(
      (['capped/one', 'capped/two', 'capped/three'] as const).map((person) =>
        dayOf(person, 'rotation-opened'),
      ),
    )
    expect(new Set(days)).toEqual(new Set([replacedOn, replacedOn + 1, replacedOn + 2]))
  })

  it('leaves users under a protected path alone', async () => {
    expect(await small.entry(key('protected/root'))).toBeUndefined()
    expect(small.letters(key('protected/root'))).toEqual([])
    expect(small.world.keyWorks(key('protected/root').id)).toBe(true)
  })

  it('stops and tells security when nobody can be warned', async () => {
    const entry = await small.known(key('nobody'))
    expect(entry).toMatchObject({
      state: 'nagging',
      nagCount: 0,
      undeliveredCount: 3,
      hold: { code: 'owner-unreachable' },
    })
    expect(small.letters(key('nobody')).map(({ to }) => to)).toEqual([['#security']])
    expect(small.world.keyWorks(key('nobody').id)).toBe(true)
  })

  it('takes the key of an owner who does nothing to its end', async () => {
    expect(await small.story(key('idle'))).toEqual([
      'found',
      'nagged',
      'nagged',
      'nagged',
      'rotation-opened',
      'postponed',
      'replacement-issued',
      'replacement-delivered',
      'deactivated',
      'deleted',
      'secret-kept',
    ])
    expect(await dayOf('idle', 'deleted')).toBe(deletedOn)
  })

  it('breaks no invariant and leaves no message behind', async () => {
    expect(await small.violations()).toEqual([])
    expect(small.sqs.deadLetters()).toEqual([])
  })
})

describe('the operator', () => {
  const atOnce = { ...rotating, enforce: { ...rotating.enforce, atDay: 96 } } satisfies PolicyInput

  it('stops every mutation with a freeze, and lifting it goes on', async () => {
    let old: AccessKey | undefined
    const small = await smallOrganization({
      policies: [atOnce],
      populate: (world) => {
        old = aUserWithKey(world, 'ann')
      },
    })
    if (old === undefined) throw new Error('there is no key')
    const freeze = (): Promise<void> =>
      small.ports.ledger.setFreeze({ since: small.ports.clock.now(), by: 'olga', why: 'an audit' })
    const thaw = (): Promise<void> => small.ports.ledger.setFreeze(undefined)

    await freeze()
    await small.live(4)
    expect(small.world.user(memberId, 'ann').keysEver).toBe(1)
    expect(await small.known(old)).toMatchObject({ state: 'nagging', nagCount: 1 })
    await thaw()
    await small.sweep()
    await small.live(1)
    expect(await small.known(old)).toMatchObject({ state: 'issued' })

    await freeze()
    await small.live(9)
    expect(small.doneBy('keynag', old)).toEqual([])
    await thaw()
    await small.sweep()
    expect(await small.known(old)).toMatchObject({ state: 'deactivated' })

    await freeze()
    await small.live(9)
    expect(small.doneBy('keynag', old)).toHaveLength(1)
    await thaw()
    await small.sweep()
    expect(await small.known(old)).toMatchObject({ state: 'deleted' })
    expect(await small.violations()).toEqual([])
  })

  it('has a dry run that sends nothing and changes nothing for sixty days', async () => {
    let old: AccessKey | undefined
    const small = await smallOrganization({
      policies: [{ ...rotating, mode: 'dry-run' }],
      onSlack: ['ann@example.com'],
      populate: (world) => {
        old = aUserWithKey(world, 'ann', { ageDays: 80 })
      },
    })
    if (old === undefined) throw new Error('there is no key')
    for (let day = 0; day < 60; day += 3) {
      await small.live(1)
      small.clock.advance(2 * dayMs)
    }
    expect(await small.story(old)).toEqual(['found'])
    expect(small.slack.messages).toEqual([])
    expect(small.ses.mails).toEqual([])
    expect(small.doneBy('anybody', old)).toEqual([])
    expect(small.world.history.of('secret-created')).toEqual([])
    const assumed = small.world.history.of('role-assumed').map(({ roleArn }) => roleArn)
    expect([...new Set(assumed)]).toEqual([`arn:aws:iam::${memberId}:role/keynag-reader`])
  })
})
