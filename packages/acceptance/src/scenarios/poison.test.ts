import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { isoDay, plusDays } from '@keynag/core'
import { ledgerTable, region } from '@keynag/sandbox/resources'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  aUserWithKey,
  memberId,
  otherMemberId,
  rotating,
  smallOrganization,
  type Small,
} from './small-organization.ts'

const thirdMemberId = '555555555555'
const reminding = { ...rotating, enforce: { kind: 'none' } } as const
const annsTag = { tags: { owner: 'ann@example.com' } }

/** The ledger's table, as somebody sees it who changes items by hand. */
function tableOf({ dynamoDbUrl }: Small) {
  const credentials = { accessKeyId: 'hand', secretAccessKey: 'hand' }
  const client = new DynamoDBClient({ endpoint: dynamoDbUrl, region, credentials })
  onTestFinished(() => client.destroy())
  const documents = DynamoDBDocumentClient.from(client)
  return {
    /** Gives an item a field that no release of keynag can read. */
    spoil: (pk: string, sk: string, field: string) =>
      documents.send(
        new UpdateCommand({
          TableName: ledgerTable,
          Key: { pk, sk },
          UpdateExpression: 'SET #field = :odd',
          ExpressionAttributeNames: { '#field': field },
          ExpressionAttributeValues: { ':odd': { odd: true } },
        }),
      ),
    put: (Item: Record<string, unknown>) =>
      documents.send(new PutCommand({ TableName: ledgerTable, Item })),
  }
}

describe('items of the ledger that nobody can read', () => {
  it('stop only the keys that they are about', async () => {
    const small = await smallOrganization({
      policies: [reminding],
      members: [memberId, otherMemberId, thirdMemberId],
    })
    const { world } = small
    const ann = aUserWithKey(world, 'ann')
    const annsOther = aUserWithKey(world, 'anns-export', { user: annsTag })
    const bob = aUserWithKey(world, 'bob')
    const carl = aUserWithKey(world, 'carl', { accountId: otherMemberId })
    const dora = aUserWithKey(world, 'dora', { accountId: thirdMemberId })
    await small.live(1)
    expect((await small.entries()).map(({ nagCount }) => nagCount)).toEqual([1, 1, 1, 1, 1])

    const table = tableOf(small)
    const tomorrow = isoDay(plusDays(small.ports.clock.now(), 1))
    await table.spoil(`KEY#${ann.id}`, 'ENTRY', 'state')
    await table.spoil('ACCOUNTS', `ACCOUNT#${otherMemberId}`, 'state')
    await table.put({
      pk: `SCAN#${tomorrow}`,
      sk: `ACCOUNT#${thirdMemberId}`,
      type: 'account-scan',
      schema: 1,
      date: tomorrow,
      odd: true,
    })
    await table.put({ pk: 'NOTICE#odd', sk: 'NOTICE', type: 'notice', dueShard: 0, dueAt: 1 })
    await table.put({ pk: 'ODD', sk: 'ODD', type: 'promise', dueShard: 1, dueAt: 1 })

    await small.live(8)
    await small.schedule.digest()
    const counts = async (key: typeof ann) => (await small.known(key)).nagCount
    // Ann's other key, Bob's and Dora's live on; of Carl's account nothing is known any more.
    expect([await counts(annsOther), await counts(bob), await counts(dora)]).toEqual([2, 2, 2])
    expect(await counts(carl)).toBe(1)
    expect(small.letters(ann).filter(({ to }) => to.includes('ann@example.com'))).toHaveLength(1)
    expect(small.ses.mails.map(({ to }) => to)).toContainEqual(['platform@example.com'])
    // The operator gets at most one dead letter a day for each item that stops a scan.
    const reasons = small.sqs
      .deadLetters()
      .map(({ messageAttributes }) => messageAttributes['reason']?.StringValue ?? '')
    expect(reasons.filter((reason) => reason.includes(otherMemberId))).toHaveLength(8)
    expect(reasons.filter((reason) => reason.includes(thirdMemberId))).toHaveLength(1)
    expect(reasons).toHaveLength(9)
  })
})
