import { GenerateCredentialReportCommand, IAMClient } from '@aws-sdk/client-iam'
import { AccountId, dayMs, hourMs, isoDay, minuteMs, type PolicyInput } from '@keynag/core'
import { consumers } from '@keynag/engine'
import { sqsHandler } from '@keynag/functions'
import { describe, expect, it } from 'vitest'
import type { World } from '@keynag/fake-aws/aws'
import { drain, EventSourceMapping } from '@keynag/fake-aws/lambda'
import { pick, seededRandom } from '@keynag/core/seeded-random'
import { aUserWithKey, memberId, smallOrganization, type Small } from './small-organization.ts'

/** A policy in dry-run mode: only the scan matters here. */
const policies = [
  { name: 'standard', mode: 'dry-run', staleAtDay: 90 },
] as const satisfies readonly PolicyInput[]

const marks = ['+', '=', ',', '.', '@', '_', '-'] as const

/**
 * Adds the users of a large account. About 10 % have a stale key, 25 % have a second key, some old
 * keys are Inactive, some pairs of keys were created in the same second, and the names contain every
 * punctuation mark that IAM allows.
 */
function crowd(world: World, users: number): void {
  const random = seededRandom(7)
  const now = world.clock.now()
  const young = (): number => now - Math.floor(random() * 80 * dayMs)
  const old = (): number => now - Math.floor((100 + random() * 900) * dayMs)
  for (let index = 0; index < users; index += 1) {
    const userName = `${pick(random, ['ann', 'Bo', 'ci'])}${pick(random, marks)}${index}`
    const isStale = random() < 0.1
    const firstAt = isStale ? old() : young()
    world.addUser(memberId, {
      userName,
      path: pick(random, ['/', '/ci/', '/people/berlin/']),
      createdAtMs: firstAt - dayMs,
      passwordEnabled: random() < 0.5,
    })
    if (!isStale && random() < 0.05) continue
    world.addAccessKey(memberId, userName, { createdAtMs: firstAt })
    if (random() >= 0.25) continue
    const kind = random()
    if (kind < 0.3) {
      world.addAccessKey(memberId, userName, { createdAtMs: old(), status: 'Inactive' })
    } else if (kind < 0.4) {
      world.addAccessKey(memberId, userName, {
        createdAtMs: firstAt,
        status: pick(random, ['Active', 'Inactive']),
      })
    } else {
      world.addAccessKey(memberId, userName, { createdAtMs: young() })
    }
  }
}

/** The expected result from the true state: every Active key of 90 days or more. */
function staleKeys(world: World): readonly string[] {
  const now = world.clock.now()
  return world
    .account(memberId)
    .users.sorted.flatMap(({ keys }) => keys)
    .filter((key) => key.exists.latest && key.status.latest === 'Active')
    .filter((key) => now - key.createdAtMs >= 90 * dayMs)
    .map(({ id }) => id)
    .toSorted()
}

const ownersOf = (world: World, keyIds: readonly string[]): readonly string[] =>
  [...new Set(keyIds.map((id) => world.key(id).user.name))].toSorted()

const inLedger = async (small: Small): Promise<readonly string[]> =>
  (await small.entries())
    .filter(({ state }) => state !== 'resolved')
    .map(({ accessKeyId }) => accessKeyId)
    .toSorted()

const scanOf = async ({ ports }: Small) =>
  ports.ledger.accountScan(isoDay(ports.clock.now()), AccountId.parse(memberId))

/** Another program requests a credential report. keynag gets the same report for four hours. */
async function makeReport(small: Small): Promise<void> {
  const credentials = small.world.credentialsForRole(memberId, 'keynag-reader', 'inventory')
  const iam = new IAMClient({ endpoint: small.awsUrl, region: 'us-east-1', credentials })
  await iam.send(new GenerateCredentialReportCommand({}))
}

/** Changes that people make after the report was made. */
function livelyMorning(world: World): void {
  const { users } = world.account(memberId)
  const [first, ...others] = users.sorted.filter(({ keys }) => keys.length === 1)
  for (const { name } of others.slice(0, 40)) world.createKeyByHand(memberId, name)
  const stale = others.slice(40).filter(({ keys }) => {
    const [key] = keys
    return key !== undefined && world.clock.now() - key.createdAtMs > 90 * dayMs
  })
  for (const { keys } of stale.slice(0, 5)) world.deleteKeyByHand(keys[0]?.id ?? '')
  for (const { keys } of stale.slice(5, 10)) world.setKeyStatus(keys[0]?.id ?? '', 'Inactive')
  if (first !== undefined) world.deleteUser(memberId, first.name)
  const [gone] = stale.slice(10)
  if (gone !== undefined) world.deleteUser(memberId, gone.name)
}

const callsIn = ({ calls }: Small, operation: string): number => calls.of(operation, memberId)

describe('an account of 5,000 users', () => {
  it('has exactly its stale keys found, with a report that is almost four hours old', async () => {
    const small = await smallOrganization({
      policies,
      world: { shortPageChance: 0.5 },
      populate: (world) => crowd(world, 5_000),
    })
    const { world, clock } = small
    await makeReport(small)
    const inReport = ownersOf(world, staleKeys(world))
    clock.advance(20 * minuteMs)
    livelyMorning(world)
    clock.advance(3.5 * hourMs)
    const wanted = staleKeys(world)
    expect(wanted.length).toBeGreaterThan(400)

    const asked: string[] = []
    small.faults.before('iam:ListAccessKeys', ({ input }) => {
      if (input['Marker'] === undefined) asked.push(String(input['UserName']))
    })
    small.calls.reset()
    await small.scan()
    expect(await inLedger(small)).toEqual(wanted)
    expect((await scanOf(small))?.result).toMatchObject({
      kind: 'finished',
      counts: { found: wanted.length, stale: wanted.length, resolved: 0 },
    })

    // One call for each user who has an old key in the report and still exists; none for others.
    const isThere = (name: string): boolean => world.account(memberId).users.get(name) !== undefined
    expect(asked.toSorted()).toEqual(inReport.filter(isThere))
    const fixed = ['iam:GenerateCredentialReport', 'iam:GetCredentialReport', 'iam:GetUser']
    const perAccount = fixed.reduce((sum, operation) => sum + callsIn(small, operation), 0)
    // The hub opens one session in each account that it may scan.
    expect(perAccount + small.calls.of('sts:AssumeRole')).toBeLessThanOrEqual(5)
    expect(callsIn(small, 'iam:GetAccessKeyLastUsed')).toBe(0)
  })

  it('gets no calls about keys on which the ledger and the report agree', async () => {
    const small = await smallOrganization({
      policies,
      settings: { fullWalkEveryDays: 1_000 },
      populate: (world) => crowd(world, 1_000),
    })
    await small.scan()
    const wanted = staleKeys(small.world)
    expect(await inLedger(small)).toEqual(wanted)
    const versions = new Map(
      (await small.entries()).map((entry) => [entry.accessKeyId, entry.version]),
    )

    small.clock.advance(dayMs)
    small.calls.reset()
    await small.scan()
    expect(callsIn(small, 'iam:ListAccessKeys')).toBe(0)
    expect(
      new Map((await small.entries()).map((entry) => [entry.accessKeyId, entry.version])),
    ).toEqual(versions)
    const writes = ['PutItem', 'UpdateItem', 'TransactWriteItems', 'BatchWriteItem', 'DeleteItem']
    const written = writes.map((operation) => small.calls.of(`dynamodb:${operation}`))
    // The planner writes one transaction and the day, and then that its messages are sent. The others are
    // the results of three accounts: one was read, and the time of that is written with its result.
    expect(written).toEqual([4, 0, 2, 0, 0])
    expect((await scanOf(small))?.result).toMatchObject({
      kind: 'finished',
      counts: { found: 0, resolved: 0, stale: wanted.length },
    })
  })

  it('is scanned in several invocations if one is too short, and no key is lost', async () => {
    const small = await smallOrganization({
      policies,
      world: { shortPageChance: 0.5 },
      populate: (world) => crowd(world, 1_500),
    })
    const wanted = staleKeys(small.world)
    let remaining = 0
    let invocations = 0
    const scan = sqsHandler(consumers(small.ports).scan)
    const mapping = new EventSourceMapping({
      name: 'scan',
      client: small.sqsClient,
      queue: { url: small.queueUrls.scan, arn: 'arn:aws:sqs:us-east-1:000000000000:keynag-scan' },
      batchSize: 1,
      maximumConcurrency: 1,
      depth: () => small.sqs.depth('keynag-scan'),
      handler: (event) => {
        invocations += 1
        // Each read of the remaining time takes one second, which is enough time for 40 users.
        remaining = 70_000
        return scan(event, { getRemainingTimeInMillis: () => (remaining -= 1_000) })
      },
    })
    await small.schedule.plan()
    await drain([mapping])
    expect(invocations).toBeGreaterThan(4)
    expect(await inLedger(small)).toEqual(wanted)
    expect((await scanOf(small))?.result).toMatchObject({
      kind: 'finished',
      counts: { found: wanted.length, stale: wanted.length },
    })
    for (const id of wanted) expect(await small.story(id)).toEqual(['found'])
  })
})

describe('a change that a report does not show', () => {
  it('is found by the next scan: a key reactivated after the report, a renamed user', async () => {
    const small = await smallOrganization({
      policies,
      settings: { fullWalkEveryDays: 1_000 },
      populate: (world) => {
        aUserWithKey(world, 'ann', { key: { status: 'Inactive' } })
        aUserWithKey(world, 'bob')
      },
    })
    await makeReport(small)
    small.clock.advance(minuteMs)
    const [ann, bob] = small.world.account(memberId).users.sorted.flatMap(({ keys }) => keys)
    small.world.setKeyStatus(ann?.id ?? '', 'Active')
    small.world.renameUser(memberId, 'bob', 'robert')
    small.clock.advance(hourMs)
    await small.scan()
    small.clock.advance(dayMs)
    await small.scan()
    expect(await inLedger(small)).toEqual(staleKeys(small.world))
    expect((await small.known(bob?.id ?? '')).userName).toBe('robert')
  })

  it('is found by the full walk at the latest: a status change that moved `last_rotated`', async () => {
    const small = await smallOrganization({
      policies,
      settings: { fullWalkEveryDays: 7 },
      world: { statusChangeMovesLastRotated: true },
      populate: (world) => {
        aUserWithKey(world, 'ann', { ageDays: 400, key: { status: 'Inactive' } })
      },
    })
    const [key] = small.world.user(memberId, 'ann').keys
    small.world.setKeyStatus(key?.id ?? '', 'Active')
    small.clock.advance(hourMs)
    await small.live(7)
    expect(await inLedger(small)).toEqual([key?.id])
  })
})
