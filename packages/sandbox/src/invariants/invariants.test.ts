import {
  AccessKeyId,
  AccountId,
  dayMs,
  epochMs,
  hourMs,
  UserId,
  type Entry,
  type FactRecord,
  type Organization,
} from '@keynag/core'
import { seededRandom } from '@keynag/core/seeded-random'
import { aFact, anActor, anEntry, anOrganization } from '@keynag/core/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock, World, type AccessKey } from '@keynag/fake-aws/aws'
import { read } from '@keynag/oracle'
import { violationsIn, type Evidence } from './index.ts'

const accountId = '333333333333'
const startAt = Date.UTC(2026, 0, 5)

const organization = anOrganization({
  protected: { paths: ['/protected/'], userNames: ['break-GLASS-*'] },
  policies: [
    {
      name: 'standard',
      mode: 'enforce',
      enforce: {
        kind: 'rotate',
        atDay: 90,
        installationGraceDays: 7,
        recoveryGraceDays: 7,
        inUseDays: 3,
      },
    },
  ],
})

/** A session of keynag's, as the world's history names it. */
const keynag = {
  kind: 'role-session',
  arn: `arn:aws:sts::${accountId}:assumed-role/keynag-reaper/keynag-1`,
  accountId,
  principalId: 'AROA:keynag-1',
  username: 'keynag-1',
  sessionName: 'keynag-1',
} as const

/** A world in which keynag did all as it should: every test then adds what it should not have done. */
function aGoodStory() {
  const clock = new VirtualClock(startAt)
  const world = new World({ clock, random: seededRandom(1) })
  world.addAccount({ id: accountId, name: 'payments' })
  const tags = { Owner: 'ann@example.com' }
  const { id: userId } = world.addUser(accountId, { userName: 'ann', tags })
  const old = world.addAccessKey(accountId, 'ann', { createdAtMs: startAt - 100 * dayMs })
  return { clock, world, userId, old, letters: [newsOf(old, startAt)] }
}

const named = (key: AccessKey): string =>
  `access key ${key.id} of IAM user ann in account ${accountId}`

const shown = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** Ann reads that her key has a replacement, and when it is deactivated. */
const newsOf = (key: AccessKey, at: number, to = 'ann@example.com') => ({
  at,
  to,
  reading: read(
    `keynag created AKIAEXAMPLENEW000001 to replace the ${named(key)}. Old key works until: ${shown(at + 7 * dayMs)}`,
  ),
})

/** Ann reads that her key is deactivated, and when it is deleted. */
const farewell = (key: AccessKey, at: number) => ({
  at,
  to: 'ann@example.com',
  reading: read(
    `keynag deactivated the ${named(key)}. The key can be switched on again until keynag deletes it. That is on ${shown(at + 7 * dayMs)} at the earliest.`,
  ),
})

let story: ReturnType<typeof aGoodStory>
let entryFields: Parameters<typeof anEntry>[0] = {}
let timeline: readonly FactRecord[] = []
let writings: Evidence['writings'] = []

beforeEach(() => {
  story = aGoodStory()
  entryFields = {}
  timeline = []
  writings = []
})

const days = (count: number): void => story.clock.advance(count * dayMs)
const idOf = (key: AccessKey): AccessKeyId => AccessKeyId.parse(key.id)

const deactivate = (key: AccessKey): void => {
  story.world.keys.setStatus(key, 'Inactive', keynag, {})
  story.letters.push(farewell(key, story.clock.now()))
}
const remove = (key: AccessKey): void => story.world.keys.remove(key, keynag, {})
const make = (): AccessKey => {
  const key = story.world.keys.create(story.world.user(accountId, 'ann'), keynag, {})
  if (key === undefined) throw new Error('the user has two keys')
  return key
}
/** A replacement that somebody has taken into use. */
const replace = (): AccessKey => {
  const key = make()
  story.clock.advance(hourMs)
  story.world.useKey(key.id, { service: 's3' })
  return key
}

function found(of: Organization = organization): readonly string[] {
  const { world, old, userId, letters } = story
  const entry: Entry = anEntry({
    accessKeyId: idOf(old),
    accountId: AccountId.parse(accountId),
    userId: UserId.parse(userId),
    createdAt: epochMs(old.createdAtMs),
    ...entryFields,
  })
  const violations = violationsIn({
    world,
    organization: of,
    letters,
    entries: [entry],
    timelines: new Map([[idOf(old), timeline]]),
    writings,
  })
  for (const { sentence } of violations) expect(sentence.length).toBeGreaterThan(20)
  return [...new Set(violations.map(({ invariant }) => invariant))]
}

const recorded = (...kinds: readonly (readonly [FactRecord['fact']['kind'], number?])[]) =>
  kinds.map(([kind, day = 0], index): FactRecord => ({
    accessKeyId: idOf(story.old),
    version: index + 1,
    at: epochMs(startAt + day * dayMs),
    actor: anActor(),
    fact: aFact(kind),
  }))

describe('no invariant', () => {
  it('is broken by a rotation as it should be', () => {
    replace()
    days(8)
    deactivate(story.old)
    days(7)
    remove(story.old)
    timeline = recorded(['found'], ['nagged'], ['nagged', 7], ['rotation-opened', 8])
    expect(found()).toEqual([])
  })

  it('is broken by what people do', () => {
    const { world, old } = story
    world.setKeyStatus(old.id, 'Inactive')
    world.setKeyStatus(old.id, 'Active')
    world.setKeyStatus(old.id, 'Inactive')
    world.deleteKeyByHand(old.id)
    expect(found()).toEqual([])
  })

  it('is broken by deleting a new key whose secret was lost', () => {
    remove(make())
    expect(found()).toEqual([])
  })
})

describe('each invariant bites', () => {
  it('I1: a replacement that nobody can fetch', () => {
    make()
    expect(found()).toEqual(['I1'])
  })

  it('I1: a test by keynag itself is no pick-up', () => {
    const key = make()
    story.clock.advance(hourMs)
    story.world.useKey(key.id, { service: 'sts' })
    expect(found()).toEqual(['I1'])
  })

  it('I2: a secret in a log', () => {
    const { secretAccessKey } = story.world.credentialsForKey(story.old.id)
    writings = [
      { what: 'the log', text: JSON.stringify({ sentence: `stored ${secretAccessKey}` }) },
    ]
    expect(found()).toEqual(['I2'])
  })

  it('I3: three keys of one user', () => {
    story.world.addAccessKey(accountId, 'ann')
    story.world.addAccessKey(accountId, 'ann')
    expect(found()).toEqual(['I3'])
  })

  it('I4: the only key switched off', () => {
    days(8)
    deactivate(story.old)
    expect(found()).toEqual(['I4'])
  })

  it('I4: a replacement that was Inactive or gone by then', () => {
    const key = replace()
    days(8)
    story.world.setKeyStatus(key.id, 'Inactive')
    deactivate(story.old)
    expect(found()).toEqual(['I4'])
  })

  it('I5: deleted before the recovery grace was over', () => {
    replace()
    days(8)
    deactivate(story.old)
    days(6.9)
    remove(story.old)
    expect(found()).toEqual(['I5', 'I14'])
  })

  it('I5: deleted while Active', () => {
    replace()
    days(8)
    remove(story.old)
    expect(found()).toEqual(['I5'])
  })

  it('I5: deleted although its owner had deactivated it', () => {
    replace()
    story.world.setKeyStatus(story.old.id, 'Inactive')
    days(20)
    remove(story.old)
    expect(found()).toEqual(['I5'])
  })

  it('I5: deleted after somebody had switched it on again', () => {
    replace()
    days(8)
    deactivate(story.old)
    days(1)
    story.world.setKeyStatus(story.old.id, 'Active')
    days(10)
    remove(story.old)
    expect(found()).toEqual(['I5'])
  })

  it('I5: a replacement that is in use, deleted', () => {
    remove(replace())
    expect(found()).toEqual(['I5'])
  })

  it('I6: deactivated again after somebody had reactivated it', () => {
    replace()
    days(8)
    deactivate(story.old)
    story.world.setKeyStatus(story.old.id, 'Active')
    story.letters.push(newsOf(story.old, story.clock.now()))
    days(8)
    deactivate(story.old)
    expect(found()).toEqual(['I6'])
    timeline = recorded(['found'], ['deactivated', 8])
    expect(found()).toEqual(['I6'])
    timeline = recorded(['found'], ['deactivated', 8], ['reactivation-accepted', 9])
    expect(found()).toEqual([])
  })

  it('I7: deactivated while it was in use, and IAM had long said so', () => {
    replace()
    days(7)
    story.world.useKey(story.old.id, { service: 's3' })
    days(1)
    deactivate(story.old)
    expect(found()).toEqual(['I7'])
  })

  it('I7: but not for a use that IAM had not yet told of', () => {
    replace()
    days(8)
    story.world.useKey(story.old.id, { service: 's3' })
    story.clock.advance(hourMs)
    deactivate(story.old)
    expect(found()).toEqual([])
  })

  it('I9: a nag counted twice on one day', () => {
    timeline = recorded(['found'], ['nagged', 1], ['nagged', 1.2])
    expect(found()).toEqual(['I9'])
  })

  it('I10: a state that does not admit the fact', () => {
    timeline = recorded(['found'], ['rolled-back'])
    expect(found()).toEqual(['I10'])
  })

  it('I10: a life that does not begin with its finding', () => {
    timeline = recorded(['nagged'])
    expect(found()).toEqual(['I10'])
  })

  it('I10: a fact that is missing', () => {
    const [first, , third] = recorded(['found'], ['nagged'], ['nagged', 7])
    timeline = [first, third].filter((record) => record !== undefined)
    expect(found()).toEqual(['I10'])
  })

  it.each([
    ['protected', { userPath: '/protected/root/' }],
    ['of a protected name in another case', { userName: 'Break-Glass-1' }],
    [
      'exempt',
      {
        exemption: { until: epochMs(startAt + 90 * dayMs), approver: 'security', why: 'needed' },
      },
    ],
  ])('I13: a key that is %s was touched', (_, fields) => {
    entryFields = fields
    replace()
    days(8)
    deactivate(story.old)
    expect(found()).toEqual(['I13'])
  })

  it('I14: nobody was warned', () => {
    story.letters = []
    replace()
    days(8)
    deactivate(story.old)
    expect(found()).toEqual(['I14'])
  })

  it('I14: a warning that came too late, or after the fact', () => {
    for (const day of [1.1, 9]) {
      story = aGoodStory()
      story.letters = [newsOf(story.old, startAt + day * dayMs)]
      replace()
      days(8)
      deactivate(story.old)
      expect(found()).toEqual(['I14'])
    }
  })

  it('I14: a warning that another person got, or that does not say what happens', () => {
    const wrong = [
      newsOf(story.old, startAt, 'bob@example.com'),
      { ...newsOf(story.old, startAt), reading: read(`Old key: ${story.old.id}`) },
    ]
    for (const letter of wrong) {
      story = aGoodStory()
      story.letters = [letter]
      replace()
      days(8)
      deactivate(story.old)
      expect(found()).toEqual(['I14'])
    }
  })

  it('I14: a warning that a later message took back', () => {
    const reading = read(
      `keynag told you that the deactivation of the ${named(story.old)} comes on ${shown(startAt + 7 * dayMs)}. That date does not stand any more.`,
    )
    story.letters.push({ at: startAt + dayMs, to: 'ann@example.com', reading })
    replace()
    days(8)
    deactivate(story.old)
    expect(found()).toEqual(['I14'])
  })

  it('I14: a deletion of which the owner read nothing', () => {
    replace()
    days(8)
    deactivate(story.old)
    story.letters = story.letters.slice(0, 1)
    days(7)
    remove(story.old)
    expect(found()).toEqual(['I14'])
  })

  it('I14: the key belongs to somebody else by now', () => {
    replace()
    story.world.tagUser(accountId, 'ann', { owner: 'bob@example.com' })
    days(8)
    deactivate(story.old)
    expect(found()).toEqual(['I14'])
  })

  it('I14: a message that nobody understands', () => {
    story.letters.push({ at: startAt, to: 'ann@example.com', reading: read('keynag is sorry.') })
    expect(found()).toEqual(['I14'])
  })

  it('I14: a deletion whose date nobody was told, or that comes before this date', () => {
    timeline = recorded(
      ['found'],
      ['deactivated', 8],
      ['deactivation-delivered', 8],
      ['deleted', 31],
    )
    expect(found()).toEqual([])
    timeline = recorded(['found'], ['deactivated', 8], ['deleted', 38])
    expect(found()).toEqual(['I14'])
    timeline = recorded(
      ['found'],
      ['deactivated', 8],
      ['deactivation-delivered', 8],
      ['deleted', 30],
    )
    expect(found()).toEqual(['I14'])
  })

  it('all: a key switched off that the ledger does not know', () => {
    story.world.addAccount({ id: '444444444444', name: 'search' })
    story.world.addUser('444444444444', { userName: 'bob' })
    const bobs = story.world.addAccessKey('444444444444', 'bob')
    deactivate(bobs)
    expect(found()).toEqual(expect.arrayContaining(['I4', 'I6', 'I7', 'I14']))
  })

  it('deactivated under a policy that is gone', () => {
    replace()
    days(8)
    deactivate(story.old)
    expect(found(anOrganization({ policies: [{ name: 'another' }] }))).toEqual(['I14'])
  })
})
