import { DeleteItemCommand, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { memberRoleSettings, memberRolesIn, setUpTable } from '@keynag/aws'
import { dayMs, evolve, hourMs, isoDay, type Entry } from '@keynag/core'
import { aFact, anActor, aRotation } from '@keynag/core/testing'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { World } from '@keynag/fake-aws/aws'
import { ledgerTable, region } from '@keynag/sandbox/resources'
import { externalId, hubAccountId, hubRoleName } from '@keynag/sandbox/roles'
import { memberId, otherMemberId, type Small } from '../scenarios/small-organization.ts'
import { startDoctorStage } from './doctor-fixture.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** Starts a proxy that changes some answers of an endpoint, and forwards all others. */
async function standIn(
  target: string,
  change: (asked: string, answer: string) => string | undefined,
): Promise<string> {
  const server = createServer((request, response) => {
    const pass = async (): Promise<void> => {
      const body = await text(request)
      const path = body === '' ? request.url : body
      const { 'content-type': contentType = '', 'x-amz-target': asked = path } = request.headers
      const { authorization = '' } = request.headers
      const answer = await fetch(target, {
        method: 'POST',
        headers: { 'content-type': contentType, authorization, 'x-amz-target': String(asked) },
        body,
      })
      const said = await answer.text()
      const changed = change(String(asked), said)
      const type = answer.headers.get('content-type') ?? 'text/xml'
      response.writeHead(changed === undefined ? answer.status : 200, { 'content-type': type })
      response.end(changed ?? said)
    }
    void pass()
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}`
}

const dynamoDbOf = ({ dynamoDbUrl }: Small): DynamoDBClient =>
  new DynamoDBClient({
    endpoint: dynamoDbUrl,
    region,
    credentials: { accessKeyId: 'AKIASANDBOX', secretAccessKey: 'sandbox' },
  })

async function theEntry(small: Small): Promise<Entry> {
  const [entry] = await small.entries()
  if (entry === undefined) throw new Error('no key was found')
  return entry
}

describe('keynag doctor, about the member roles,', () => {
  const hubRole = `arn:aws:iam::${hubAccountId}:role/${hubRoleName}`
  const memberRoles = { externalId, alsoTrusted: [hubRole] }
  const template = (organizationId: string, changes: object = {}) =>
    memberRoleSettings({
      stage: 'clinic',
      hubAccount: hubAccountId,
      memberRoles: {
        reader: 'keynag-reader',
        creator: 'keynag-creator',
        reaper: 'keynag-reaper',
        ...memberRoles,
      },
      protected: { paths: [], userNames: [] },
      organizationId,
      region,
      ...changes,
    })
  const installing =
    (changes: object = {}) =>
    (world: World, accountId: string): void => {
      const settings = template(world.organization.id, accountId === memberId ? changes : {})
      for (const made of memberRolesIn(accountId, settings)) world.addRole(accountId, made)
    }

  it('finds nothing when they match the template', async () => {
    const { examine } = await startDoctorStage({ memberRoles, installRoles: installing() })
    const { findings, code } = await examine('--stage', 'clinic')
    expect(findings).toEqual([])
    expect(code).toBe(0)
  })

  it('names the account and the role whose trust or policy differs from the template', async () => {
    const lax = { protected: { paths: [], userNames: ['nobody-else'] } }
    const trusting = { stage: 'other' }
    const { small, examine } = await startDoctorStage({
      memberRoles,
      installRoles: installing(lax),
    })
    expect((await examine('--stage', 'clinic')).findings).toMatchObject([
      { code: 'role-drifted', subject: `${memberId} (member-1)`, severity: 'wrong' },
      { code: 'role-drifted' },
    ])
    for (const name of ['keynag-reader', 'keynag-creator', 'keynag-reaper']) {
      small.world.removeRole(memberId, name)
    }
    installing(trusting)(small.world, memberId)
    const { findings } = await examine('--stage', 'clinic')
    expect(findings.map((each) => each.code)).toEqual(Array(3).fill('role-drifted'))
    expect(findings[0]?.sentence).toContain('reader trusts other principals than the template does')
    expect(findings[0]?.sentence).toContain('keynag-other-scanner')
  })

  it('cannot compare them when the table and the queues are named one by one', async () => {
    const { examine } = await startDoctorStage({
      memberRoles,
      installRoles: installing({ stage: 'other' }),
    })
    expect((await examine()).findings).toEqual([])
  })
})

describe('keynag doctor, about the resources of the functions,', () => {
  it('names a missing index, and disabled point-in-time recovery', async () => {
    const { small, examine } = await startDoctorStage()
    const url = await standIn(small.dynamoDbUrl, (asked, answer) => {
      if (asked.endsWith('.DescribeContinuousBackups')) {
        return JSON.stringify({
          ContinuousBackupsDescription: {
            ContinuousBackupsStatus: 'ENABLED',
            PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
          },
        })
      }
      return asked.endsWith('.DescribeTable')
        ? answer.replace('"IndexName":"owner"', '"IndexName":"another"')
        : undefined
    })
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', url)
    expect((await examine()).findings).toMatchObject([
      { code: 'index-missing', subject: ledgerTable, sentence: 'the index "owner" does not exist' },
      { code: 'recovery-off', subject: ledgerTable },
    ])
  })

  it('names a sender that SES has not verified, and an account in SES’s sandbox', async () => {
    const { small, examine } = await startDoctorStage()
    const url = await standIn(small.ses.url, (asked) =>
      JSON.stringify(
        asked === '/v2/email/account'
          ? { ProductionAccessEnabled: false, SendQuota: { Max24HourSend: 200 } }
          : { VerifiedForSendingStatus: false },
      ),
    )
    vi.stubEnv('AWS_ENDPOINT_URL_SESV2', url)
    const { codes, code } = await examine()
    expect(codes).toEqual(['sender-unverified', 'mail-sandbox'])
    expect(code).toBe(2)
  })

  it('reports a service that does not answer as not checked, and ends with 1', async () => {
    const { examine } = await startDoctorStage()
    vi.stubEnv('AWS_ENDPOINT_URL_SESV2', 'http://127.0.0.1:1')
    const { findings, code } = await examine()
    expect(findings).toMatchObject([{ severity: 'unknown', code: 'sender-unverified' }])
    expect(code).toBe(1)
  })
})

describe('keynag doctor, about the ledger,', () => {
  it('names an account whose scan failed, and a scan without a result', async () => {
    const { small, examine } = await startDoctorStage({
      populate: (world) => void world.addAccount({ id: otherMemberId, name: 'lost' }),
    })
    const { ledger, clock } = small.ports
    const failed = (await examine()).findings.filter((each) => each.code === 'account-failed')
    expect(failed).toMatchObject([{ subject: `${otherMemberId} (lost)` }])
    const scans = await ledger.accountScans(isoDay(clock.now()))
    for (const before of scans) {
      const after = {
        ...before,
        result: { kind: 'requested' },
        version: before.version + 1,
      } as const
      await ledger.commit([{ kind: 'account-scan', before, after }])
    }
    const { findings } = await examine()
    const open = findings.filter((each) => each.code === 'scan-incomplete')
    expect(open).toHaveLength(1)
    expect(open[0]?.sentence).toContain(otherMemberId)
  })

  it('names old holds and rotations that do not progress', async () => {
    const { small, examine } = await startDoctorStage()
    const { ledger, clock } = small.ports
    const before = await theEntry(small)
    const now = clock.now()
    const held = aFact('held', { code: 'two-keys', why: 'which one?' })
    const after = evolve(before, held, now)
    await ledger.commit([{ kind: 'entry', before, after, fact: held, actor: anActor() }])
    small.clock.set(now + 15 * dayMs)
    expect((await examine()).codes).toContain('hold-old')
    const released = aFact('released')
    const free = evolve(after, released, now)
    await ledger.commit([
      { kind: 'entry', before: after, after: free, fact: released, actor: anActor() },
    ])
    const { accountId, userId, accessKeyId } = before
    const known = await ledger.rotation(accountId, userId)
    const rotation = aRotation({
      ...known,
      accountId,
      userId,
      accessKeyId,
      version: (known?.version ?? 0) + 1,
      phase: { kind: 'deactivating', intendedAt: clock.now() },
    })
    await ledger.commit([{ kind: 'rotation', before: known, after: rotation }])
    const { codes } = await examine()
    expect(codes).not.toContain('hold-old')
    expect(codes).not.toContain('intent-old')
    small.clock.set(clock.now() + hourMs / 3)
    const { findings } = await examine()
    expect(findings.find((each) => each.code === 'intent-old')?.subject).toBe(accessKeyId)
  })

  it('names a timeline with a gap, and an item that it cannot read', async () => {
    const { small, examine } = await startDoctorStage()
    const { accessKeyId } = await theEntry(small)
    const dynamoDb = dynamoDbOf(small)
    const pk = { S: `KEY#${accessKeyId}` }
    await dynamoDb.send(
      new DeleteItemCommand({
        TableName: ledgerTable,
        Key: { pk, sk: { S: 'FACT#0000000002' } },
      }),
    )
    expect((await examine()).findings).toMatchObject([
      {
        code: 'invariant-broken',
        subject: accessKeyId,
        sentence: 'I10 (only declared transitions): fact 2 is missing',
      },
    ])
    await dynamoDb.send(
      new UpdateItemCommand({
        TableName: ledgerTable,
        Key: { pk, sk: { S: 'ENTRY' } },
        UpdateExpression: 'SET #schema = :newer',
        ExpressionAttributeNames: { '#schema': 'schema' },
        ExpressionAttributeValues: { ':newer': { N: '99' } },
      }),
    )
    expect((await examine()).codes).toContain('item-unreadable')
    dynamoDb.destroy()
  })

  it('reports only the missing scan for an empty table', async () => {
    const { small, examine } = await startDoctorStage()
    const credentials = { accessKeyId: 'AKIASANDBOX', secretAccessKey: 'sandbox' }
    await setUpTable(
      { region, credentials, endpoints: { dynamodb: small.dynamoDbUrl } },
      'keynag-empty',
    )
    expect((await examine('--table', 'keynag-empty')).codes).toEqual(['scan-missing'])
  })
})
