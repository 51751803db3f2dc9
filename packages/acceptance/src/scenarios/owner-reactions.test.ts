import { beforeAll, afterAll, describe, expect, it } from 'vitest'
import type { PolicyInput } from '@keynag/core'
import type { AccessKey, World } from '@keynag/fake-aws/aws'
import {
  aUserWithKey,
  memberId,
  rotating,
  smallOrganization,
  type Small,
} from './small-organization.ts'

/** Keys are 95 days old on day 0, so keynag replaces them on day 15, after three reminders. */
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

/** The people of one simulated organization. Each of them has an IAM user with one key. */
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

function addPeople(world: World): ReadonlyMap<Person, AccessKey> {
  const keyOf = (person: Person): AccessKey =>
    aUserWithKey(world, nameOf(person), {
      user: {
        path: person.includes('/') ? `/${person.slice(0, person.indexOf('/'))}/` : '/',
        ...(person === 'nobody' ? { tags: {} } : {}),
      },
    })
  return new Map(people.map((person) => [person, keyOf(person)]))
}

describe('how keynag reacts to owners: it', () => {
  let small: Small
  let keys: ReadonlyMap<Person, AccessKey> = new Map()
  let changersNewKey = ''
  let secondOfCollector = ''
  const key = (person: Person): AccessKey => {
    const found = keys.get(person)
    if (found === undefined) throw new Error(`${person} has no key`)
    return found
  }

  /** The people's actions on the evening of a day. */
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
    // One program has the replacement, and another one still has the old key.
    const [, replacement] = world.user(memberId, nameOf('pushing/busy')).keys
    if (replacement !== undefined) world.useKey(replacement.id, { service: 's3' })
  }

  const dayOf = (person: Person, fact: string): Promise<number | undefined> =>
    small.dayOf(key(person), fact)

  beforeAll(async () => {
    small = await smallOrganization({
      policies,
      settings,
      onSlack: people.map((person) => `${nameOf(person)}@example.com`),
      populate: (world) => {
        keys = addPeople(world)
      },
      ends: afterAll,
    })
    await small.live(deletedOn + 2, act)
  })

  it('resolves a key that its owner deletes', async () => {
    const entry = await small.known(key('deleter'))
    expect(entry).toMatchObject({ state: 'resolved', resolution: 'deleted-by-owner', nagCount: 1 })
    expect(small.doneBy('keynag', key('deleter'))).toEqual([])
  })

  it('resolves a key that its owner deactivates', async () => {
    const entry = await small.known(key('switcher'))
    expect(entry).toMatchObject({ state: 'resolved', resolution: 'deactivated-by-owner' })
    expect(small.doneBy('keynag', key('switcher'))).toEqual([])
  })

  it('reopens a resolved key that its owner reactivates', async () => {
    const story = await small.story(key('waverer'))
    const steps = ['found', 'nagged', 'resolved', 'called-off', 'reopened', 'nagged']
    expect(story.slice(0, steps.length)).toEqual(steps)
    expect(await dayOf('waverer', 'reopened')).toBe(9)
  })

  it('never changes a key again that was reactivated after keynag had deactivated it', async () => {
    const entry = await small.known(key('reactivator'))
    expect(entry).toMatchObject({ state: 'deactivated', hold: { code: 'reactivated' } })
    expect(small.world.keyWorks(key('reactivator').id)).toBe(true)
    expect(small.doneBy('keynag', key('reactivator'))).toHaveLength(1)
  })

  it('holds a key for an operator if its user has a second key that is not used', async () => {
    const entry = await small.known(key('collector'))
    expect(entry.hold?.code).toBe('two-keys')
    expect(entry.hold?.why).toContain(secondOfCollector)
    const told = small.letters(key('collector')).slice(-2)
    expect(told.map(({ to }) => to)).toContainEqual(['#security'])
    expect(told.map(({ text }) => text).join()).toContain('An announced date is off')
    for (const each of [key('collector').id, secondOfCollector]) {
      expect(small.doneBy('keynag', each)).toEqual([])
      expect(small.world.keyWorks(each)).toBe(true)
    }
  })

  it('deactivates and deletes the old key if the owner has created and used a new one', async () => {
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
    const told = small.letters(key('busy')).slice(-2)
    expect(told.map(({ to }) => to)).toContainEqual(['#security'])
    expect(told.map(({ text }) => text).join()).toContain('An announced date is off')
  })

  it('waits until the key is no longer used, if the policy says so', async () => {
    const entry = await small.known(key('patient/busy'))
    expect(entry.hold).toBeUndefined()
    // The last use is on the evening of day 23, and the policy waits three days.
    expect(await dayOf('patient/busy', 'deactivated')).toBe(27)
  })

  it('continues although the key is in use, if the policy says so', async () => {
    expect(await dayOf('pushing/busy', 'deactivated')).toBe(deactivatedOn)
    expect(await dayOf('pushing/busy', 'deleted')).toBe(deletedOn)
  })

  it('begins no more rotations per day than the cap allows, and begins the others later', async () => {
    const days = await Promise.all(
      (['capped/one', 'capped/two', 'capped/three'] as const).map((person) =>
        dayOf(person, 'rotation-opened'),
      ),
    )
    // The others hear on the first day that their date has moved, to the third day.
    expect(new Set(days)).toEqual(new Set([replacedOn, replacedOn + 2, replacedOn + 3]))
  })

  it('ignores users under a protected path', async () => {
    expect(await small.entry(key('protected/root'))).toBeUndefined()
    expect(small.letters(key('protected/root'))).toEqual([])
    expect(small.world.keyWorks(key('protected/root').id)).toBe(true)
  })

  it('holds the key and tells security if nobody can be warned', async () => {
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

  it('replaces and deletes the key of an owner who does nothing', async () => {
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
      'deactivation-delivered',
      'deleted',
      'secret-kept',
    ])
    expect(await dayOf('idle', 'deleted')).toBe(deletedOn)
  })

  it('violates no invariant and leaves no dead letters', async () => {
    expect(await small.violations()).toEqual([])
    expect(small.sqs.deadLetters()).toEqual([])
  })
})
